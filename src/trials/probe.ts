import type { Probe, ProbeKind } from '../model/evidence.ts';
import { type RestartMode, type Schedule, schedule } from '../model/schedule.ts';
import { REPEATS, trialOf } from './confirm.ts';
import type { Scene } from './scene.ts';

const MODES: readonly RestartMode[] = ['deploy', 'crash', 'config'];
/** Strangers and restarts are asked twice: they name the cause of a breach that is already confirmed. */
const ASKED = 2;

/** Plays the trials that tell the causes of a confirmed divergence at `step` apart. */
export async function probeCause(scene: Scene, step: number, failing: Schedule): Promise<Probe[]> {
  const probes: Probe[] = [];
  const ask = async (kind: ProbeKind, asked: Schedule, times: number) => {
    const trials: number[] = [];
    for (let round = 0; round < times; round++) trials.push(trialOf(await scene.play(asked)));
    const ran = kind !== 'equal-boot' || trials.every((trial) => scene.stage.equalBoot.drawn(`trial-${trial}`));
    probes.push({ kind, trials, ran });
  };
  await ask('equal-boot', { ...failing, variant: { kind: 'equal-boot' } }, REPEATS);
  for (const mode of MODES) await ask(mode, restartBefore(step, mode), ASKED);
  const alone = Array.from({ length: step + 1 }, () => 0);
  await ask('stranger-home', schedule('sibling', { placement: alone, processes: 1, variant: { kind: 'stranger', step } }), ASKED);
  await ask('stranger-away', { ...failing, variant: { kind: 'stranger', step } }, ASKED);
  return probes;
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
