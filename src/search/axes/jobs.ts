import { isSafe, type Observation } from '../../model/observation.ts';
import type { Schedule } from '../../model/schedule.ts';
import { SERVICE_TITLES } from '../../model/service.ts';
import type { Held } from '../../model/stores.ts';
import { startsClean } from '../../trials/test-bed.ts';
import type { Played, SessionSearch } from '../session-search.ts';
import type { AxisContext, Divergence, Localised } from './axis.ts';

/** Whether a session waits for the outcome of work that its requests begin. */
export function waitsForWork({ session }: SessionSearch): boolean {
  return session.steps.some(({ until }) => until !== null);
}

/** The last step before another one that may change something; the one just before it if none does. */
export function lastWriteBefore({ session }: SessionSearch, step: number): number {
  const write = session.steps.findLastIndex(({ method }, index) => index < step && !isSafe(method));
  return write === -1 ? Math.max(0, step - 1) : write;
}

/** Judged steps after the first one that differs which differ as well. */
export function laterDifferences(sessionSearch: SessionSearch, played: Played, first: number): number[] {
  return sessionSearch.judgedOwn().filter((step) => step > first && sessionSearch.resultAt(played, step) === 'different');
}

/**
 * What to make of a divergence in a trial that cut work short. Work that was done all the same, be it twice, is not lost; nor is what a queue still
 * holds. `isOfWorker`: it was a worker that was ended, who repeats what he was at, so that other steps may show it as well. `whenDone`: the same
 * restarts when the work is done. `null`: something is lost, and to be localised.
 */
export async function judgeCut(
  context: AxisContext,
  divergence: Divergence,
  { isOfWorker, whenDone }: { isOfWorker: boolean; whenDone: Schedule },
): Promise<Localised | null> {
  const { sessionSearch, pins } = context;
  const { step, played } = divergence;
  const isUnmet = (at: number) => played.observation.exchanges[at]?.awaited?.met === false;
  const unmet = sessionSearch.judgedOwn().find((at) => isUnmet(at) && sessionSearch.resultAt(played, at) === 'different');
  if (unmet === undefined) {
    const isAwaited = played.observation.exchanges[step]?.awaited !== undefined;
    if (!isOfWorker && !isAwaited) return null;
    pins.pin([lastWriteBefore(sessionSearch, step), step]);
    return { kind: 'known' };
  }
  if (unmet !== step) return { kind: 'earlier', divergence: { step: unmet, played } };
  const held = await stillHeld(sessionSearch, played, whenDone);
  return held === null ? null : leaveToQueue(context, divergence, held);
}

/**
 * What is still in a service of the work that a trial cut short, and is not there when it is done, in words: a queue will hand it out again, be it
 * later than anybody waits. What any restart leaves there, as a register of living processes does, is no work: so the same restarts are played
 * when the work is done. `null`: nothing is known to be.
 */
async function stillHeld(sessionSearch: SessionSearch, { observation }: Played, whenDone: Schedule): Promise<string | null> {
  const { bed, controls } = sessionSearch;
  const heldIn = ({ stores }: Observation) => (stores === null ? [] : [stores.held]);
  const done = controls.flatMap(heldIn);
  if (!startsClean(bed) || done.length === 0) return null;
  const moreThan = (all: readonly (readonly Held[])[]) => {
    const most = ({ service, key }: Held) =>
      Math.max(0, ...all.map((held) => held.find((one) => one.service === service && one.key === key)?.count ?? 0));
    return (observation.stores?.held ?? []).find((one) => one.count > most(one));
  };
  if (moreThan(done) === undefined) return null;
  const after = await sessionSearch.play(whenDone);
  const isDone = after.observation.broken === null && after.observation.exchanges.every(({ awaited }) => awaited?.met !== false);
  const left = moreThan([...done, ...(isDone ? heldIn(after.observation) : [])]);
  return left === undefined ? null : `${left.key} in ${SERVICE_TITLES[left.service]}`;
}

/** Leaves a step's work to its queue: says so, and keeps it together with the step that began it from then on. */
function leaveToQueue(context: AxisContext, { step, played }: Divergence, held: string): Localised {
  const { sessionSearch, pins } = context;
  const source = lastWriteBefore(sessionSearch, step);
  pins.pin([source, step]);
  sessionSearch.problem({
    step: null,
    code: 'still-queued',
    message: `work that step ${source + 1} began was cut short in trial ${played.observation.trial}; it was not done again while step ${step + 1} waited, and is not lost: ${held} still holds it`,
    hint: 'The queue will hand it out again later. To see that happen, let it do so within three times what the step waits (a visibility timeout, a stalled interval), or let the step wait longer.',
  });
  return { kind: 'known' };
}
