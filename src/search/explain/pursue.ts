import { friendliest } from '../../model/schedule.ts';
import { type Axis, type AxisContext, type Divergence, type Family, keepSuspicion, type Located } from '../axes/axis.ts';
import { refuseYoungSuccessor } from '../controls/young-successor.ts';
import type { Scene } from '../scene.ts';
import { confirm, isChance } from './confirm.ts';

/** Plays a family to its end; after each breach found its steps stay together, and it is gone on with. */
export async function playFamily(
  axis: Axis,
  family: Family,
  { mayGoOn, ...context }: AxisContext & { mayGoOn: () => boolean },
): Promise<void> {
  const { scene } = context;
  let [again, rounds] = [true, 0];
  // Every round that plays again has pinned or given up a step, so that there are at most twice as many rounds as steps.
  while (again && rounds++ <= 2 * scene.session.steps.length) {
    again = false;
    const schedules = family.schedules(context);
    scene.stage.tell({ phase: 'explore', session: scene.session.name, planned: schedules.length });
    for (const schedule of schedules) {
      if (!family.isNew(context, schedule)) continue;
      if (!family.required && !mayGoOn()) return;
      const played = await context.search.play(schedule);
      if (played.observation.broken !== null) {
        if (schedule.restarts.length > 0) reportBroken(scene, played.observation.broken, played.observation.exchanges.length);
        continue;
      }
      const first = scene.firstDivergence(played);
      if (first === null) {
        family.claim(context, played, schedule.placement.length);
        continue;
      }
      const settled = await pursue(axis, context, { step: first, played });
      family.claim(context, played, settled === first ? first + 1 : first);
      again = true;
      break;
    }
  }
}

/**
 * Explains a divergence: by what is known already, or by a search of its own, of which an earlier divergence may come out first. The step
 * that has been settled; `null` if it was drift.
 */
async function pursue(axis: Axis, context: AxisContext, divergence: Divergence): Promise<number | null> {
  if (await isDrift(context.scene, divergence)) return null;
  for (let next = divergence; ; ) {
    const outcome = await axis.localise(context, next);
    if (outcome.kind === 'earlier') {
      next = outcome.divergence;
      continue;
    }
    if (outcome.kind === 'gone') await giveUpUnlessYouth(context, next, outcome.reason);
    if (outcome.kind === 'located') await establish(axis, context, outcome.located);
    return next.step;
  }
}

/**
 * Whether a friendly play right after the trial differs from the controls as well, and explains the divergence once it has been learned
 * from: stores grow while the audit goes on, and what was true of the controls need not be true now.
 */
async function isDrift(scene: Scene, { step, played }: Divergence): Promise<boolean> {
  const neighbour = await scene.play(friendliest(scene.session.steps.length));
  if (scene.firstDivergence(neighbour) === null) return false;
  await scene.learnFrom(neighbour.observation);
  return scene.resultAt(played, step) !== 'different';
}

/** Confirms where a divergence comes from, asks for its cause, and pins its steps. */
async function establish(axis: Axis, { scene, search, pins }: AxisContext, located: Located): Promise<void> {
  const { step, moved, sources, warm, restart } = located;
  const [failing, passing] = [scene.onFooting(located.failing), scene.onFooting(located.passing)];
  const outcome = await confirm(scene, step, { failing, passing });
  if (outcome.kind === 'noise') return;
  if (outcome.kind === 'flaky') {
    if (restart !== null) await refuseYoungSuccessor(scene, step, failing);
    return search.giveUp(
      step,
      `it differed in ${outcome.failed} of 3 plays of the failing arm and was as expected in ${outcome.passed} of 3 plays of the other`,
    );
  }
  // A relocation differs from a restart after which it was as expected.
  if (restart !== null && restart.mode !== 'relocate') await refuseYoungSuccessor(scene, step, failing);
  const trials = scene.trials.filter(({ observation }) => outcome.failing.includes(observation.trial));
  const number = search.suspicions.length;
  search.explained.push({
    suspicion: number,
    step,
    differing: [...new Set(trials.flatMap((played) => scene.differing(played, step)))],
  });
  const suspicion = {
    session: scene.index,
    number,
    step,
    moved,
    axis: axis.name,
    sources,
    warm,
    mode: restart?.mode ?? null,
    failing: outcome.failing,
    passing: outcome.passing,
    probes: [],
    affected: [],
    footing: failing.footing,
    within: [],
    subtracted: scene.subtracted.get(step) ?? [],
    again: null,
  };
  keepSuspicion(scene, search, suspicion);
  // What is told of is in the evidence already, whatever happens now.
  scene.stage.tell({ phase: 'explore', session: scene.session.name, suspicion: true });
  keepSuspicion(scene, search, { ...suspicion, probes: await axis.probe(scene, { ...located, failing, passing }) });
  pins.pin([...sources, moved]);
}

/** Gives up a divergence that comes with several restarts and not with one, unless it is that successors answer before they have settled. */
async function giveUpUnlessYouth({ scene, search }: AxisContext, { step, played }: Divergence, reason: string): Promise<void> {
  const { schedule } = played.observation;
  const restarts = schedule.restarts.filter(({ before }) => before <= step);
  if (restarts.length > 1 && scene.stage.traits.settleMs === 0) {
    const failing = { ...schedule, restarts };
    const comesBack = async () => scene.resultAt(await scene.play(failing), step) === 'different';
    if ((await comesBack()) || (await comesBack())) await refuseYoungSuccessor(scene, step, failing);
  }
  await search.giveUp(step, reason);
}

/** A step that does not behave alike under one schedule is not judged any more, unless friendly plays show that this is its way. */
export async function giveUpUnlessChance(scene: Scene, step: number, reason: string): Promise<void> {
  if (await isChance(scene, step)) return;
  scene.unsettled.set(step, {
    code: 'flaky',
    message: `flaky: ${reason}`,
    hint: 'The same placement gave different answers: look for time, chance or outside services in this step.',
  });
}

function reportBroken(scene: Scene, message: string, step: number): void {
  scene.problem({
    step,
    code: 'restart-failed',
    message,
    hint: "Look at the app's last lines in the message: it must start again whenever it has been stopped",
  });
}
