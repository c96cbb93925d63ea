import { isSafe, type Observation } from '../../model/observation.ts';
import { friendliest, type Variant } from '../../model/schedule.ts';
import { doubtfulSteps, lostByChance, mayBeChance } from '../../oracle/effects/chance.ts';
import { type StandIns, standInsFor } from '../../session/play/stand-ins.ts';
import { playTrial } from '../../trials/play-trial.ts';
import { startsClean } from '../../trials/test-bed.ts';
import { startProcesses, stopProcesses, type TrialProcesses } from '../../trials/trial-processes.ts';
import type { SessionSearch } from '../session-search.ts';
import { standIdle } from './aged.ts';

/** Pairs of plays after which more are played only if it may still be chance: a fair coin falls alike in so many plays once in 500. */
const ROUNDS_AT_ONCE = 8;
const MOST_ROUNDS = 64;
const MOST_MS = 20_000;
const MOST_STEPS = 3;

/**
 * Finds out whether what controls disagree on is a write that one process keeps by chance, as threads or shards with a memory of their own
 * do: the session is played on one process many times, with that write and without it, in an order of the seed's. The plays are evidence, and
 * judged as such.
 */
export async function studyChance(sessionSearch: SessionSearch): Promise<void> {
  const { bed, session } = sessionSearch;
  const writes = session.steps.flatMap(({ method, follows }, step) => (isSafe(method) || follows !== null ? [] : [step]));
  const doubts = doubtsOf(sessionSearch).filter((step) => writes.some((write) => write < step));
  if (doubts.length === 0) return;
  const trialProcesses = await startProcesses(bed, friendliest(session.steps.length), 0);
  try {
    // What young processes answer otherwise is no chance.
    await standIdle(bed, trialProcesses, performance.now());
    const end = performance.now() + MOST_MS;
    const open = new Set(doubts.slice(0, MOST_STEPS));
    for (const write of writes.reverse()) {
      const steps = [...open].filter((step) => step > write);
      for (const step of await lostOf(sessionSearch, { steps, write, trialProcesses, end })) open.delete(step);
    }
  } finally {
    await stopProcesses(bed, trialProcesses);
  }
}

/** Steps that one process answers in a few ways, or that were given up on as they are answered otherwise at times. */
function doubtsOf({ bed, controls, warm, visits, oracle, unsettled }: SessionSearch): number[] {
  // A second visitor of one process finds in the services what the first has left, where all others find nothing.
  const second = warm === undefined || startsClean(bed) ? [] : [warm];
  // Where leaving a write out shows nothing and another one in its place does, that may be chance as well.
  const alternating = doubtfulSteps([...controls, ...second, ...visits]);
  return oracle.steps.flatMap(({ unjudgeable }, step) => {
    if (unjudgeable !== null) return unjudgeable.kind === 'unstable' ? [step] : [];
    return alternating.includes(step) || unsettled.has(step) ? [step] : [];
  });
}

/** Which of some steps are answered at times as if `write` had never been. `end`: when to leave off, as `performance.now()` has it. */
async function lostOf(
  { bed, session, index, oracle }: SessionSearch,
  { steps, write, trialProcesses, end }: { steps: readonly number[]; write: number; trialProcesses: TrialProcesses; end: number },
): Promise<number[]> {
  if (steps.length === 0) return [];
  const trial = bed.nextTrial();
  const random = bed.random(`chance ${trial}`);
  const plays: Observation[] = [];
  const visitAs = async (variant: Variant, standIns?: StandIns) => {
    const schedule = { ...friendliest(session.steps.length), variant };
    const visit = { trial, visitor: plays.length, standIns };
    const { observation, handed } = await playTrial(bed, { session, sessionIndex: index, schedule, oracle, trialProcesses, visit });
    plays.push(observation);
    return handed;
  };
  const play = (omitted: readonly number[], standIns?: StandIns) => visitAs({ kind: 'chance', steps: omitted }, standIns);
  const standIns = standInsFor(await play([]), await play([]), random);
  const lost: number[] = [];
  let open = [...steps];
  for (let round = 1; open.length > 0 && round <= MOST_ROUNDS && performance.now() < end; round++) {
    const order = random() < 0.5 ? [[], [write]] : [[write], []];
    for (const omitted of order) await play(omitted, standIns);
    lost.push(...open.filter((step) => lostByChance(plays, step) !== null));
    open = open.filter((step) => !lost.includes(step) && (round % ROUNDS_AT_ONCE !== 0 || mayBeChance(plays, step)));
  }
  // What a step that was left out would have tidied up is tidied up by a whole play, which is none of those that are counted.
  await visitAs({ kind: 'omit', step: null });
  return lost;
}
