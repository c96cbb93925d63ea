import { COVERED_MODES, type Probe, type Suspicion } from '../../model/evidence.ts';
import { header, isSafe } from '../../model/observation.ts';
import { isSame, type RestartMode, type Schedule, schedule } from '../../model/schedule.ts';
import type { Located } from '../axes/axis.ts';
import type { Played, SessionSearch } from '../session-search.ts';
import { REPEATS, trialOf } from './confirm.ts';
import { wroteAtBoot } from './what-was-written.ts';

/** Strangers and restarts are asked twice: they name the cause of a breach that is already confirmed. */
const ASKED = 2;

/** Characters. */
const LONGER_BY = 200;

/** Plays the trials that tell the causes of a confirmed divergence at `step` apart. */
export async function probeCause(sessionSearch: SessionSearch, { step, moved, sources, failing }: Located): Promise<Probe[]> {
  const equal = await askEqualBoots(sessionSearch, step, failing);
  return [
    equal,
    ...(equal.ran && !equal.idle
      ? []
      : [...(await askLonger(sessionSearch, sources)), ...(await askRespelled(sessionSearch, { step, sources, failing }))]),
    ...(await probeRestarts(sessionSearch, step, { boundary: moved, modes: COVERED_MODES })),
    ...(await probeStrangers(sessionSearch, moved, failing)),
  ];
}

/** What tells the causes apart where files are lost: a key made at boot, the visitor's session, anything else. */
export async function probeDisk(sessionSearch: SessionSearch, { step, moved, failing }: Located): Promise<Probe[]> {
  const isWrittenAtBoot = sessionSearch.trials.some(
    ({ observation }) => isSame(observation.schedule, failing) && wroteAtBoot(observation),
  );
  const equal = isWrittenAtBoot ? [await askEqualBoots(sessionSearch, step, failing)] : [];
  return [...equal, ...(await probeStrangers(sessionSearch, moved, failing))];
}

/** What becomes of it if a stranger sends `step` to the process that knows, and to the one that does not. */
export async function probeStrangers(sessionSearch: SessionSearch, step: number, failing: Schedule): Promise<Probe[]> {
  const variant = { kind: 'stranger', step } as const;
  const alone = schedule('sibling', { placement: failing.placement.map(() => 0), processes: 1, variant });
  const home = await playTimes(sessionSearch, alone, ASKED);
  const away = await playTimes(sessionSearch, { ...failing, variant }, ASKED);
  const strangers: Probe[] = [
    { kind: 'stranger-home', trials: home, ran: true },
    { kind: 'stranger-away', trials: away, ran: true },
  ];
  // Who shows nothing may be told something else than who shows what nobody knows.
  const visitor = sessionSearch.trials.findLast(({ observation }) => isSame(observation.schedule, failing));
  const stranger = sessionSearch.trials.find(({ observation }) => observation.trial === away[0]);
  if (answer(visitor, step) === answer(stranger, step)) return strangers;
  const forger = { ...failing, variant: { kind: 'forged', step } } as const;
  return [...strangers, { kind: 'forger-away', trials: await playTimes(sessionSearch, forger, ASKED), ran: true }];
}

/** What a step was answered, in one text. */
function answer(played: Played | undefined, step: number): string {
  const reply = played?.observation.exchanges[step]?.reply;
  if (reply?.outcome !== 'answered') return 'nothing';
  return [reply.status, header(reply.headers, 'location') ?? '', reply.body.text].join('\n');
}

/** Which restarts lose it. What a deploy loses, a crash and a changed environment lose as well: they are not asked then. */
export async function probeRestarts(
  sessionSearch: SessionSearch,
  step: number,
  { boundary, modes }: { boundary: number; modes: readonly RestartMode[] },
): Promise<Probe[]> {
  const probes: Probe[] = [];
  for (const mode of modes) {
    const trials = await playTimes(sessionSearch, restartBefore(sessionSearch, step, { mode, boundaries: [boundary] }), ASKED);
    probes.push({ kind: mode, trials, ran: true });
    if (mode === 'deploy' && trials.every((trial) => differs(sessionSearch, step, trial))) break;
  }
  return probes;
}

/**
 * The steps that issued tokens with longer values of the visitor's, where that is not settled: a token that holds the state grows with it, a
 * session id does not.
 */
async function askLonger(sessionSearch: SessionSearch, sources: readonly number[]): Promise<Probe[]> {
  const issued = sessionSearch.trials[0]?.observation.exchanges
    .filter(({ step }) => sources.includes(step))
    .map((one) => one.issued);
  const isOpen = issued?.some((one) => one !== null && !one.carries) ?? false;
  const canGrow = sessionSearch.trials.some(({ observation }) => Object.keys(observation.generated).length > 1);
  if (!isOpen || !canGrow) return [];
  const placement = Array.from({ length: Math.max(...sources) + 1 }, () => 0);
  const variant = { kind: 'longer', by: LONGER_BY } as const;
  const trials = await playTimes(sessionSearch, schedule('sibling', { placement, processes: 1, variant }), ASKED);
  return [{ kind: 'longer', trials, ran: true }];
}

/**
 * What reads have handed out (a cursor, a link), spelled otherwise: one who opens it, and does not look it up, reads the same. Not asked where a
 * source may have written, as then something is stored, whatever the token holds.
 */
async function askRespelled(
  sessionSearch: SessionSearch,
  { step, sources, failing }: Pick<Located, 'step' | 'sources' | 'failing'>,
): Promise<Probe[]> {
  const control = sessionSearch.trials[0]?.observation.exchanges;
  if (!sources.every((source) => isSafe(control?.[source]?.request.method ?? ''))) return [];
  const placement = failing.placement.map(() => 0);
  const asked = schedule('sibling', { placement, processes: 1, variant: { kind: 'respelled', step } });
  const first = await sessionSearch.play(asked);
  if (first.observation.exchanges[step]?.reply.outcome !== 'answered') return [];
  return [{ kind: 'respelled', trials: [trialOf(first), ...(await playTimes(sessionSearch, asked, ASKED - 1))], ran: true }];
}

/** The failing arm with equal boots, for as long as the answer is as expected: one that differs settles it. */
async function askEqualBoots(sessionSearch: SessionSearch, step: number, failing: Schedule): Promise<Probe> {
  const trials: number[] = [];
  while (trials.length < REPEATS && !trials.some((trial) => differs(sessionSearch, step, trial)))
    trials.push(trialOf(await sessionSearch.play({ ...failing, variant: { kind: 'equal-boot' } })));
  const outcomes = trials.map((trial) => sessionSearch.bed.equalBoot.outcome(trial));
  // What was drawn when the app served already may be anything, unless it made the difference.
  const idle =
    outcomes.includes('idle') || (outcomes.includes('late') && trials.some((trial) => differs(sessionSearch, step, trial)));
  return { kind: 'equal-boot', trials, ran: !outcomes.includes('unknown'), idle };
}

async function playTimes(sessionSearch: SessionSearch, asked: Schedule, times: number): Promise<number[]> {
  const trials: number[] = [];
  for (let round = 0; round < times; round++) trials.push(trialOf(await sessionSearch.play(asked)));
  return trials;
}

/** Whether what a suspicion is about comes back after every restart, as far as was asked. */
export function survivesRestarts(sessionSearch: SessionSearch, { step, probes }: Suspicion): boolean {
  return COVERED_MODES.every((mode) => {
    const trials = probes.find(({ kind }) => kind === mode)?.trials ?? [];
    return trials.length > 0 && trials.every((trial) => resultOf(sessionSearch, step, trial) === 'same');
  });
}

function differs(sessionSearch: SessionSearch, step: number, trial: number): boolean {
  return resultOf(sessionSearch, step, trial) === 'different';
}

function resultOf(sessionSearch: SessionSearch, step: number, trial: number): ReturnType<SessionSearch['resultAt']> {
  const played = sessionSearch.trials.find(({ observation }) => observation.trial === trial);
  return played === undefined ? 'unjudged' : sessionSearch.resultAt(played, step);
}

/** Everything on one process, which is replaced before each of these steps. */
export function restartBefore(
  sessionSearch: SessionSearch,
  step: number,
  {
    mode,
    boundaries,
    pauseOnly = false,
    axis = 'successor',
  }: { mode: RestartMode; boundaries: readonly number[]; pauseOnly?: boolean; axis?: Schedule['axis'] },
): Schedule {
  return restartsOf(sessionSearch, { steps: sessionSearch.lengthFor(step), mode, boundaries, pauseOnly, axis });
}

/** So many steps on one process, which is replaced before each of these, when work that was begun before is done. */
export function restartsOf(
  { idleMs, companions }: SessionSearch,
  {
    steps,
    mode,
    boundaries,
    pauseOnly = false,
    axis,
  }: { steps: number; mode: RestartMode; boundaries: readonly number[]; pauseOnly?: boolean; axis: Schedule['axis'] },
): Schedule {
  const when = idleMs === 0 ? {} : { idleMs };
  return schedule(axis, {
    placement: Array.from({ length: steps }, () => 0),
    restarts: boundaries.map((before) => ({ before, slot: 0, mode, pauseOnly, ...when })),
    companions: axis === 'relocation' ? companions : 'beside',
    processes: 1,
  });
}
