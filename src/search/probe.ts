import type { Probe, ProbeKind } from '../model/evidence.ts';
import { type RestartMode, type Schedule, schedule } from '../model/schedule.ts';
import { REPEATS, trialOf } from './confirm.ts';
import type { Scene } from './scene.ts';

/** Strangers and restarts are asked twice: they name the cause of a breach that is already confirmed. */
const ASKED = 2;

/** Plays the trials that tell the causes of a confirmed divergence at `step` apart. */
export async function probeCause(scene: Scene, step: number, failing: Schedule): Promise<Probe[]> {
  const equal = await askWhileMended(scene, step, {
    kind: 'equal-boot',
    asked: { ...failing, variant: { kind: 'equal-boot' } },
    times: REPEATS,
  });
  const alone = schedule('sibling', {
    placement: failing.placement.map(() => 0),
    processes: 1,
    variant: { kind: 'stranger', step },
  });
  return [
    equal,
    ...(await probeRestarts(scene, step, { boundary: step, modes: ['deploy', 'crash', 'config'] })),
    { kind: 'stranger-home', trials: await playTimes(scene, alone, ASKED), ran: true },
    {
      kind: 'stranger-away',
      trials: await playTimes(scene, { ...failing, variant: { kind: 'stranger', step } }, ASKED),
      ran: true,
    },
  ];
}

/** Which restarts lose it. What a deploy loses, a crash and a changed environment lose as well: they are not asked then. */
export async function probeRestarts(
  scene: Scene,
  step: number,
  { boundary, modes }: { boundary: number; modes: readonly RestartMode[] },
): Promise<Probe[]> {
  const probes: Probe[] = [];
  for (const mode of modes) {
    const trials = await playTimes(scene, restartBefore(step, mode, { boundary }), ASKED);
    probes.push({ kind: mode, trials, ran: true });
    if (mode === 'deploy' && trials.every((trial) => differs(scene, step, trial))) break;
  }
  return probes;
}

/** Asks for as long as the answer is as expected: one that differs settles it. */
async function askWhileMended(
  scene: Scene,
  step: number,
  { kind, asked, times }: { kind: ProbeKind; asked: Schedule; times: number },
): Promise<Probe> {
  const trials: number[] = [];
  while (trials.length < times && !trials.some((trial) => differs(scene, step, trial)))
    trials.push(trialOf(await scene.play(asked)));
  const ran = kind !== 'equal-boot' || trials.every((trial) => scene.stage.equalBoot.drawn(`trial-${trial}`));
  return { kind, trials, ran };
}

async function playTimes(scene: Scene, asked: Schedule, times: number): Promise<number[]> {
  const trials: number[] = [];
  for (let round = 0; round < times; round++) trials.push(trialOf(await scene.play(asked)));
  return trials;
}

function differs(scene: Scene, step: number, trial: number): boolean {
  const played = scene.trials.find(({ observation }) => observation.trial === trial);
  return played !== undefined && scene.resultAt(played, step) === 'different';
}

/** Everything on one process, which is replaced just before `step`; ends with `step`. */
export function restartBefore(
  step: number,
  mode: RestartMode,
  { boundary = step, pauseOnly = false }: { boundary?: number; pauseOnly?: boolean } = {},
): Schedule {
  return schedule('successor', {
    placement: Array.from({ length: step + 1 }, () => 0),
    restarts: [{ before: boundary, slot: 0, mode, pauseOnly }],
    processes: 1,
  });
}
