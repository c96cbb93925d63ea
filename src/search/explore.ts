import type { Behind } from '../model/evidence.ts';
import type { RuleId } from '../model/rule.ts';
import type { Stage } from '../trials/stage.ts';
import { type Axis, keepSuspicion, type Search } from './axes/axis.ts';
import { diskAxis } from './axes/disk.ts';
import { relocationAxis } from './axes/relocation.ts';
import { siblingAxis } from './axes/sibling.ts';
import { successorAxis } from './axes/successor.ts';
import { wipeAxis } from './axes/wipe.ts';
import { playReadOnly } from './controls/read-only.ts';
import { servesBeside } from './controls/serves-beside.ts';
import { studyChance } from './controls/study-chance.ts';
import { CoverageAccount } from './coverage/coverage-account.ts';
import { Pins } from './coverage/pins.ts';
import { hearAgain } from './explain/confirm.ts';
import { lookBehind } from './explain/look-behind.ts';
import { survivesRestarts } from './explain/probe.ts';
import { giveUpUnlessChance, playFamily } from './explain/pursue.ts';
import { secondLook } from './explain/second-look.ts';
import type { Scene } from './scene.ts';

/**
 * Searches for placements that change an answer, axis by axis: what is required always, the rest while the budget lasts. Records
 * suspicions and coverage, also when it is cut off.
 */
export async function explore(scene: Scene): Promise<void> {
  const steps = scene.session.steps.length;
  const siblings = new Pins(steps);
  const search: Search = {
    coverage: new CoverageAccount(),
    disks: new CoverageAccount(),
    suspicions: [],
    explained: [],
    pins: new Map([['sibling', siblings]]),
    play: (schedule) => scene.play(schedule),
    footing: [],
    ties: () => true,
    giveUp: (step, reason) => giveUpUnlessChance(scene, step, reason),
    survives: (suspicion) => survivesRestarts(scene, suspicion),
  };
  const mayGoOn = () => {
    search.coverage.cutShort = budgetSpent(scene.stage);
    return search.coverage.cutShort === null;
  };
  let behind: Behind | null = null;
  try {
    const serves = scene.stage.traits.standsBeside && (await servesBeside(scene, search));
    const axes = axesFor(scene, serves);
    await walk(axes, { scene, search, mayGoOn });
    const again = secondLook(scene, search, siblings);
    if (again !== null) {
      scene.subtracted = again.subtracted;
      const siblingAxes = axes.filter(({ name }) => name === 'sibling');
      await walk(siblingAxes, { scene, search: again.search, mayGoOn });
    }
    behind = await lookBehind(scene, search, { serves, disks: wantsDisks(scene.stage) });
    for (const suspicion of search.suspicions) {
      scene.subtracted = new Map([[suspicion.step, suspicion.subtracted]]);
      keepSuspicion(scene, search, { ...suspicion, again: await hearAgain(scene, suspicion) });
    }
    await playReadOnly(scene);
    await studyChance(scene);
  } finally {
    record(scene, search, { pins: siblings, behind });
  }
}

/** Plays what is required of every axis, then the rest. */
async function walk(
  axes: readonly Axis[],
  { scene, search, mayGoOn }: { scene: Scene; search: Search; mayGoOn: () => boolean },
): Promise<void> {
  for (const required of [true, false])
    for (const axis of axes) {
      const pins = axis.pins(search);
      const families = axis.families.filter((family) => family.required === required);
      for (const family of families) await playFamily(axis, family, { scene, search, pins, mayGoOn });
    }
}

/** The axes on which this app can be searched, in order. */
function axesFor({ stage }: Scene, serves: boolean): Axis[] {
  const siblings = [...(stage.traits.workers > 1 ? [siblingAxis('workers')] : []), siblingAxis('processes')];
  const disks = [...(serves ? [diskAxis] : []), relocationAxis, wipeAxis];
  return [...(serves ? siblings : []), successorAxis, ...(wantsDisks(stage) ? disks : [])];
}

/** Whether disks can be kept apart, and a rule that was asked for is about them. */
function wantsDisks({ host, config: { rules } }: Stage): boolean {
  return host.ownDisks && DISK_RULES.some((rule) => rules.includes(rule));
}

const DISK_RULES: readonly RuleId[] = ['local-disk', 'sticky-session', 'boot-identity'];

function record(scene: Scene, search: Search, { pins, behind }: { pins: Pins; behind: Behind | null }): void {
  const { stage, session } = scene;
  for (const suspicion of search.suspicions) keepSuspicion(scene, search, suspicion);
  for (const [step, why] of scene.unsettled) scene.problem({ step, ...why });
  const scope = { session: scene.index, judged: scene.judged(), pins, steps: session.steps.length, ownSteps: scene.ownSteps };
  const disk = wantsDisks(stage) ? search.disks.diskSummary({ ...scope, pins: search.pins.get('disk') ?? pins }) : null;
  stage.record({ kind: 'coverage', ...search.coverage.summary(scope), disk, behind });
}

/** Why no more optional trials are played, or `null` if the budget leaves room. */
function budgetSpent({ config: { budget }, elapsedMs, trials }: Stage): string | null {
  if (budget.kind === 'time') return elapsedMs() < budget.ms ? null : `budget of ${budget.ms / 1000} s spent`;
  return trials() < budget.trials ? null : `budget of ${budget.trials} trials spent`;
}
