import { type RestartMode, type Schedule, schedule } from '../model/schedule.ts';
import { confirm } from './confirm.ts';
import { giveUpUnlessChance, type Search } from './explore-siblings.ts';
import { Pins } from './pins.ts';
import { probeRestarts, restartBefore } from './probe.ts';
import type { Played, Scene } from './scene.ts';
import { settlingAfterRestart } from './settling.ts';
import { TooYoung } from './stage.ts';

const MODES: readonly RestartMode[] = ['deploy', 'crash', 'config'];

/** Restarts the one process before every step, in every mode. Steps that sibling trials have shown to hang together are not parted. */
export async function restartEverywhere(scene: Scene, search: Search): Promise<void> {
  const pins = new Pins(scene.session.steps.length);
  for (const [i, j] of search.pins.pairs()) pins.pin([i, j]);
  for (const mode of MODES) {
    let [again, rounds] = [true, 0];
    while (again && rounds++ <= scene.session.steps.length) {
      const boundaries = openBoundaries(scene, search, { pins, mode });
      if (boundaries.length === 0) break;
      scene.stage.tell({ phase: 'explore', session: scene.session.name, planned: 1 });
      const played = await scene.play(restartBeforeEach(scene.session.steps.length, boundaries, mode));
      if (played.observation.broken !== null) {
        reportBroken(scene, mode, played);
        break;
      }
      const first = scene.firstDivergence(played);
      for (const boundary of boundaries) if (first === null || boundary <= first) search.coverage.restarted(mode, boundary);
      if (first !== null) await pursue(scene, search, { pins, mode, step: first, boundaries });
      again = first !== null;
    }
  }
}

/** Steps before which a restart parts no pinned steps and has not been played in this mode. */
function openBoundaries(scene: Scene, search: Search, { pins, mode }: { pins: Pins; mode: RestartMode }): number[] {
  const steps = Array.from({ length: scene.session.steps.length - 1 }, (_, index) => index + 1);
  const free = steps.filter((boundary) => !pins.pairs().some(([i, j]) => i < boundary && boundary <= j));
  const last = Math.max(-1, ...scene.judged());
  return free.every((boundary) => search.coverage.wasRestarted(mode, boundary)) ? [] : free.filter((boundary) => boundary <= last);
}

function restartBeforeEach(steps: number, boundaries: readonly number[], mode: RestartMode): Schedule {
  return schedule('successor', {
    placement: Array.from({ length: steps }, () => 0),
    restarts: boundaries.map((before) => ({ before, slot: 0, mode, pauseOnly: false })),
    processes: 1,
  });
}

interface Lost {
  readonly pins: Pins;
  readonly mode: RestartMode;
  readonly step: number;
  readonly boundaries: readonly number[];
}

async function pursue(scene: Scene, search: Search, { pins, mode, step, boundaries }: Lost): Promise<void> {
  const differs = async (boundary: number) =>
    scene.resultAt(await scene.play(restartBefore(step, mode, { boundary })), step) === 'different';
  const candidates = boundaries.filter((boundary) => boundary <= step);
  const nearest = candidates.at(-1);
  if (nearest === undefined || !(await differs(nearest)))
    return giveUpUnlessChance(scene, step, `it differed after restarts (${mode}) before every step, not after one`);
  let [low, high] = [0, candidates.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await differs(candidates[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  const source = (candidates[low] ?? 1) - 1;
  const known = search.suspicions.findIndex(
    (other) => other.axis === 'successor' && other.sources.some((one) => pins.together(one, source)),
  );
  const suspicion = search.suspicions[known];
  pins.pin([source, step]);
  if (suspicion !== undefined) {
    if (!suspicion.affected.includes(step) && suspicion.step !== step)
      search.suspicions[known] = { ...suspicion, affected: [...suspicion.affected, step] };
    return;
  }
  await establish(scene, search, { mode, step, boundary: nearest, source });
}

async function establish(
  scene: Scene,
  search: Search,
  found: { mode: RestartMode; step: number; boundary: number; source: number },
): Promise<void> {
  const { mode, step, boundary, source } = found;
  const failing = restartBefore(step, mode, { boundary });
  const outcome = await confirm(scene, step, { failing, passing: restartBefore(step, mode, { boundary, pauseOnly: true }) });
  if (outcome.kind === 'noise') return;
  if (outcome.kind === 'flaky')
    return giveUpUnlessChance(
      scene,
      step,
      `after a restart (${mode}) it differed in ${outcome.failed} of 3 plays, without one it was as expected in ${outcome.passed} of 3`,
    );
  const settleMs = await settlingAfterRestart(scene, step, failing);
  if (settleMs > 0) throw new TooYoung(settleMs);
  scene.stage.tell({ phase: 'explore', session: scene.session.name, suspicion: true });
  const probes = await probeRestarts(scene, step, { boundary, modes: MODES.filter((other) => other !== mode) });
  search.suspicions.push({
    session: scene.index,
    step,
    axis: 'successor',
    sources: [source],
    warm: [],
    mode,
    failing: outcome.failing,
    passing: outcome.passing,
    probes,
    affected: [],
  });
}

function reportBroken(scene: Scene, mode: RestartMode, { observation }: Played): void {
  scene.problem({
    step: observation.exchanges.length,
    code: 'restart-failed',
    message: observation.broken ?? '',
    hint: `Restarts of kind ${mode} could not be judged: look at the app's last lines in the message.`,
  });
}
