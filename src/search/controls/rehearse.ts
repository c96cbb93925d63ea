import type { Observation } from '../../model/observation.ts';
import { friendliest } from '../../model/schedule.ts';
import type { Session } from '../../model/session.ts';
import { compareObservation } from '../../oracle/compare/comparison.ts';
import { learnOracle } from '../../oracle/learn/learn-oracle.ts';
import { type PlayedTrial, playTrial } from '../../trials/play-trial.ts';
import { startsClean, type TestBed } from '../../trials/test-bed.ts';
import { SessionSearch } from '../session-search.ts';
import { summarise } from '../summarise.ts';
import { reportUnplayable } from '../unplayable.ts';
import { type AgedPlay, type Elder, playAged } from './aged.ts';
import { type FirstControl, firstControl } from './first-control.ts';
import { createGrowth } from './growth.ts';
import { differsBeyondNumbers, refuseYouth } from './settling.ts';

const MAX_CONTROLS = 5;

/**
 * Plays controls (one process, no restart) until they teach nothing new: two at least, five at most, one of them on a process that has stood
 * idle for a while. The process of a young one also plays for a second visitor, which shows what is bound to a process. `null`: the session
 * cannot be judged; why has been recorded as a problem. Throws `TooYoung` if processes answer otherwise before they have settled. `elder`:
 * a process that has stood since it was ready.
 */
export async function rehearse(
  bed: TestBed,
  session: Session,
  index: number,
  elder: Elder | null = null,
): Promise<SessionSearch | null> {
  bed.progress({ phase: 'rehearse', session: session.name, planned: 3 });
  const growth = createGrowth(bed);
  // Where the settling time is known, every process is given it.
  const isSettled = bed.traits.settleMs > 0;
  const old = isSettled ? null : await playAged(bed, { session, index, growth }, elder);
  if (old === null && !isSettled) return null;
  const first = await firstControl(bed, {
    session: old?.session ?? session,
    index,
    growth,
    isStudied: old !== null && !startsClean(bed),
  });
  if (first === null) return null;
  growth.report(index);
  bed.record({ kind: 'session', session: index, summary: summarise(first.session) });
  const known = old?.session === first.session && !first.isAfresh ? old : null;
  const play = () => playControl(bed, first.session, index);
  const { aged, second, isYounger } = isSettled
    ? { aged: null, second: await play(), isYounger: false }
    : await agedControl(bed, { known, first, index, play });
  const young = [first.control, ...(second === null ? [] : [second.observation])];
  const rehearsed = {
    session: first.session,
    index,
    controls: [...young, ...(aged?.isFirst === true ? [aged.observation] : [])],
    warm: first.warm,
    complaints: [...first.complaints, ...(second?.complaints ?? []), ...(aged?.isFirst === true ? aged.complaints : [])],
  };
  await refuseYouth(bed, isYounger && aged !== null ? { ...rehearsed, controls: young, aged } : rehearsed);
  const [, later = first.control] = rehearsed.controls;
  const inTurn = known === null ? ([first.control, later] as const) : ([known.observation, first.control] as const);
  if (reportUnplayable(bed, { ...rehearsed, controls: inTurn, young: first.control })) return null;
  if (aged?.isFirst === true) bed.record({ kind: 'learned', session: index, trial: aged.observation.trial });
  const controls: Observation[] = [...rehearsed.controls];
  for (let taught = isUncertain(bed, controls); taught && controls.length < MAX_CONTROLS; ) {
    const { observation } = await play();
    taught = disagrees(bed, controls, observation);
    controls.push(observation);
  }
  const visits = [...(known?.visits ?? []), ...first.visits];
  return new SessionSearch(bed, { session: first.session, index, controls, warm: first.warm, visits });
}

interface Aged {
  readonly aged: AgedPlay | null;
  /** Another young control, if one was needed. */
  readonly second: PlayedTrial | null;
  /** Whether young processes answer otherwise than the aged one. */
  readonly isYounger: boolean;
}

/**
 * The play on a process that has stood idle which young ones are held against. The one that is known will do if it is as they are, be it
 * after a second young one has shown what varies; else one is played by a process that nothing has stood beside.
 */
async function agedControl(
  bed: TestBed,
  { known, first, index, play }: { known: AgedPlay | null; first: FirstControl; index: number; play: () => Promise<PlayedTrial> },
): Promise<Aged> {
  const { session, control, warm } = first;
  const differs = ({ observation }: AgedPlay, ...more: readonly Observation[]) =>
    differsBeyondNumbers(bed, [control, warm, ...more], observation);
  if (known !== null && !differs(known)) return { aged: known, second: known.isFirst ? null : await play(), isYounger: false };
  const second = await play();
  if (known !== null && !differs(known, second.observation)) return { aged: known, second, isYounger: false };
  const isTrusted = known?.isFirst === true && known.isAlone;
  const aged = isTrusted ? known : await playAged(bed, { session, index, growth: null }, null);
  return { aged, second, isYounger: aged !== null && differs(aged, second.observation) };
}

function playControl(bed: TestBed, session: Session, index: number): Promise<PlayedTrial> {
  return playTrial(bed, { session, sessionIndex: index, schedule: friendliest(session.steps.length), oracle: null });
}

/** Whether two controls leave more in doubt than the values of single fields. */
function isUncertain(bed: TestBed, controls: readonly Observation[]): boolean {
  const { steps } = learnOracle(controls, { ignore: bed.config.ignore });
  const settled = /^(number|time|uuid|secret|text|ignored)$/;
  return steps.some((step) => step.unjudgeable?.kind === 'unstable' || step.noise.some((noise) => !settled.test(noise.as)));
}

function disagrees(bed: TestBed, controls: readonly Observation[], latest: Observation): boolean {
  const oracle = learnOracle(controls, { ignore: bed.config.ignore });
  return compareObservation(oracle, latest).some((result) => result.kind === 'different');
}
