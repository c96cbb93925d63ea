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
    for (const step of doubts.slice(0, MOST_STEPS))
      for (const write of writes.filter((one) => one < step).reverse())
        if (await isLost(sessionSearch, { step, write, trialProcesses, end })) break;
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

/** Whether the reply to `step` is at times as if `write` had never been. `end`: when to leave off, as `performance.now()` has it. */
async function isLost(
  { bed, session, index, oracle }: SessionSearch,
  { step, write, trialProcesses, end }: { step: number; write: number; trialProcesses: TrialProcesses; end: number },
): Promise<boolean> {
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
  const play = (steps: readonly number[], standIns?: StandIns) => visitAs({ kind: 'chance', steps }, standIns);
  const standIns = standInsFor(await play([]), await play([]), random);
  let isFound: boolean | null = null;
  for (let round = 1; isFound === null && round <= MOST_ROUNDS && performance.now() < end; round++) {
    const order = random() < 0.5 ? [[], [write]] : [[write], []];
    for (const steps of order) await play(steps, standIns);
    if (lostByChance(plays, step) !== null) isFound = true;
    else if (round % ROUNDS_AT_ONCE === 0 && !mayBeChance(plays, step)) isFound = false;
  }
  // What a step that was left out would have tidied up is tidied up by a whole play, which is none of those that are counted.
  await visitAs({ kind: 'omit', step: null });
  return isFound === true;
}
