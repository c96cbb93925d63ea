import type { Suspicion } from '../model/evidence.ts';
import { type Schedule, schedule } from '../model/schedule.ts';
import { confirm } from './confirm.ts';
import { CoverageAccount } from './coverage.ts';
import { giveUpUnlessChance, playPlacement, type Search, splitPairs, splitTriples } from './explore-siblings.ts';
import { restartEverywhere } from './explore-successors.ts';
import { Pins } from './pins.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';

/**
 * Searches for placements that change an answer: every split of two steps and every restart always, every pattern of three
 * steps and random routing while the budget lasts. `beside`: a second process could be started. Records suspicions and coverage, also when it is cut off.
 */
export async function explore(scene: Scene, { beside }: { beside: boolean }): Promise<void> {
  const steps = scene.session.steps.length;
  const search: Search = { formation: 'processes', pins: new Pins(steps), coverage: new CoverageAccount(), suspicions: [] };
  const optional = () => {
    search.coverage.cutShort = budgetSpent(scene.stage);
    return search.coverage.cutShort === null;
  };
  try {
    const serves = beside && (await servesBeside(scene, search));
    if (serves && scene.stage.traits.workers > 1)
      await splitPairs(scene, { ...search, formation: 'workers', coverage: new CoverageAccount() });
    if (serves) await splitPairs(scene, search);
    await restartEverywhere(scene, search);
    if (serves && scene.stage.config.strength === 3) await splitTriples(scene, search, optional);
    if (serves) await routeAtRandom(scene, search, optional);
  } finally {
    for (const suspicion of search.suspicions) scene.stage.record({ kind: 'suspicion', ...suspicion });
    for (const [step, reason] of scene.unsettled)
      scene.problem({
        step,
        code: 'flaky',
        message: reason,
        hint: 'The same placement gave different answers: look for time, chance or outside services in this step.',
      });
    scene.stage.record({
      kind: 'coverage',
      ...search.coverage.summary({ session: scene.index, judged: scene.judged(), pins: search.pins, steps }),
    });
  }
}

/** Everything on the second process while the first one stands by: it must answer as if it were alone. */
async function servesBeside(scene: Scene, search: Search): Promise<boolean> {
  const failing = besideSchedule(scene.session.steps.length);
  const played = await scene.play(failing);
  const step = scene.firstDivergence(played);
  if (step === null) return true;
  const passing: Schedule = { ...failing, placement: failing.placement.map(() => 0), processes: 1 };
  const outcome = await confirm(scene, step, { failing, passing });
  if (outcome.kind === 'noise') return true;
  if (outcome.kind === 'flaky') {
    await giveUpUnlessChance(scene, step, `on the second process it differed in ${outcome.failed} of 3 plays`);
    return true;
  }
  const suspicion: Suspicion = {
    session: scene.index,
    step,
    axis: 'sibling',
    sources: [],
    warm: [],
    mode: null,
    failing: outcome.failing,
    passing: outcome.passing,
    probes: [],
    affected: [],
  };
  search.suspicions.push(suspicion);
  return false;
}

function besideSchedule(steps: number): Schedule {
  return schedule('sibling', { placement: Array.from({ length: steps }, () => 1), processes: 2 });
}

/** Why no more optional trials are played, or `null` if the budget leaves room. */
function budgetSpent({ config: { budget }, elapsedMs, trials }: Stage): string | null {
  if (budget.kind === 'time') return elapsedMs() < budget.ms ? null : `budget of ${budget.ms / 1000} s spent`;
  return trials() < budget.trials ? null : `budget of ${budget.trials} trials spent`;
}

/** Random routing as a load balancer does it, over all processes of the formation. */
async function routeAtRandom(scene: Scene, search: Search, mayGoOn: () => boolean): Promise<void> {
  const random = scene.stage.random(`routing of session ${scene.index}`);
  const { randomTrials, processes } = scene.stage.config;
  for (let trial = 0; trial < randomTrials && mayGoOn(); trial++) {
    const row = search.pins.units().map(() => Math.floor(random() * processes));
    await playPlacement(scene, search, search.pins.expand(row));
  }
}
