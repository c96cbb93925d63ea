import type { Problem } from '../model/evidence.ts';
import { isSafe, type Observation, type Reply } from '../model/observation.ts';
import { isOnOneProcess, isSame, type Schedule } from '../model/schedule.ts';
import type { Session } from '../model/session.ts';
import { compareObservation } from '../oracle/compare/comparison.ts';
import type { Oracle, StepResult } from '../oracle/compare/judge-step.ts';
import { subtract } from '../oracle/compare/subtract.ts';
import { learnOracle } from '../oracle/learn/learn-oracle.ts';
import { type Complaint, playTrial } from '../trials/play-trial.ts';
import type { TestBed } from '../trials/test-bed.ts';
import { refuseYouth } from './controls/settling.ts';
import { Foresight } from './foresight.ts';
import { lanesOf } from './lanes.ts';
import { deadline, idleTime, patience } from './patience.ts';

/** The search of one session: what its controls taught, and every trial played so far. */
export class SessionSearch {
  readonly bed: TestBed;
  readonly session: Session;
  readonly index: number;
  readonly trials: Played[] = [];
  /** Plays on one process that nothing is learned from: of visitors who came after others, as far as its own steps. */
  readonly visits: readonly Observation[];
  /** Numbers of the trials that were learned from since it began. */
  readonly learned: number[] = [];
  #controls: readonly Observation[];
  readonly #warm: Observation | undefined;
  #oracle: Oracle;
  /** Steps given up on, and why. */
  readonly unsettled = new Map<number, GivenUp>();
  /** Parts of replies that do not count any more, as paths by step: what they differ in is explained. */
  subtracted: ReadonlyMap<number, readonly string[]> = new Map();
  /** Steps that every process is played which serves a part of the session only; see `Schedule.footing`. */
  footing: readonly number[] = [];
  /** Steps of jobs that have been found to need a disk that is shared: where there are some, processes that are asked nothing see that of the first one. */
  handedOn: readonly number[] = [];
  readonly #foresight: Foresight;
  /** How long work that steps have begun is given before something restarts, where the session waits for such work; in milliseconds. */
  readonly idleMs: number;
  /** Work that was cut short has been waited for as long as a queue may take to hand it out anew, in vain. */
  #comesNotAgain = false;
  /** How often each step was the first without an answer. */
  readonly #silences = new Map<number, number>();

  constructor(
    bed: TestBed,
    {
      session,
      index,
      controls,
      warm,
      visits,
    }: {
      session: Session;
      index: number;
      controls: readonly Observation[];
      warm: Observation | undefined;
      visits: readonly Observation[];
    },
  ) {
    this.bed = bed;
    this.session = session;
    this.index = index;
    this.#controls = controls;
    this.#warm = warm;
    this.visits = visits;
    this.#oracle = learnOracle(controls, { ignore: bed.config.ignore, warm });
    this.idleMs = idleTime(session, controls);
    this.#foresight = new Foresight(bed, () => lanesOf(bed));
  }

  /** How long after the reply before `step` work is in its midst that a later step waits for, in milliseconds; `null`: none waits. */
  midstOf(step: number): number | null {
    const waiting = this.session.steps.findIndex(({ until }, index) => until !== null && index >= step);
    const ms = this.#controls[0]?.exchanges[waiting]?.awaited?.ms;
    return waiting === -1 || ms === undefined ? null : Math.round(ms / 2);
  }

  /** Where processes that are asked nothing have their disk when others are kept apart. */
  get companions(): Schedule['companions'] {
    return this.bed.companions.length > 0 && this.handedOn.length === 0 ? 'apart' : 'beside';
  }

  /** Says what will be played next, should nothing come up: it may be played side by side. */
  foresee(schedules: readonly Schedule[]): void {
    this.#foresight.foresee(schedules.map((schedule) => this.onFooting(schedule)));
  }

  /** Ends what is played ahead. */
  async over(): Promise<void> {
    await this.#foresight.forget();
  }

  get controls(): readonly Observation[] {
    return this.#controls;
  }

  get warm(): Observation | undefined {
    return this.#warm;
  }

  get oracle(): Oracle {
    return this.#oracle;
  }

  /** Steps whose replies can be judged. */
  judged(): number[] {
    return this.#oracle.steps.flatMap((step, index) => (step.unjudgeable === null && !this.unsettled.has(index) ? [index] : []));
  }

  /** How many steps the session's author has asked for, or that ask the same once more; those after them fetch assets. */
  get ownSteps(): number {
    return this.session.steps.filter(({ asset }) => asset === null).length;
  }

  /** Steps that fetch no asset and whose replies can be judged. */
  judgedOwn(): number[] {
    const { ownSteps } = this;
    return this.judged().filter((step) => step < ownSteps);
  }

  /** A schedule as it is played: on the footing, where more than one process or life has a part in it. */
  onFooting(schedule: Schedule): Schedule {
    const isParted = schedule.processes > 1 || schedule.restarts.length > 0;
    return isParted && schedule.footing.length === 0 ? { ...schedule, footing: this.footing } : schedule;
  }

  /**
   * Plays one trial and remembers it. One in which a reply was lost that the controls had is played once more, unless that has
   * been the step's way before: a reply may get lost once in a while.
   */
  async play(schedule: Schedule): Promise<Played> {
    const played = await this.#playOnce(schedule);
    return this.#isDisturbed(played) ? this.#playOnce(schedule) : played;
  }

  #isDisturbed({ observation: { broken, exchanges } }: Played): boolean {
    if (broken !== null) return true;
    const answered = (step: number) => this.#controls[0]?.exchanges[step]?.reply.outcome === 'answered';
    const silent = exchanges.find(({ reply, step }) => isSilent(reply) && answered(step))?.step;
    if (silent === undefined) return false;
    const times = (this.#silences.get(silent) ?? 0) + 1;
    this.#silences.set(silent, times);
    return times === 1;
  }

  async #playOnce(schedule: Schedule): Promise<Played> {
    const mayComeAgain = isCutShort(schedule) && !this.#comesNotAgain;
    const { observation, complaints } = await this.#foresight.play(this.onFooting(schedule), (bed, onFooting) =>
      playTrial(bed, {
        session: this.session,
        sessionIndex: this.index,
        schedule: onFooting,
        oracle: this.#oracle,
        deadlineMs: deadline(this.#controls, this.bed.config.stepTimeoutMs),
        patience: mayComeAgain ? { kind: 'redelivery' } : { kind: 'usual', ms: patience(this.#controls) },
      }),
    );
    if (mayComeAgain && observation.exchanges.some(({ awaited }) => awaited?.met === false)) this.#comesNotAgain = true;
    const played = { observation, complaints };
    this.trials.push(played);
    return played;
  }

  /**
   * With how many steps a trial about `step` is played: to the last that may change something, so that it leaves behind no more than a
   * whole play does.
   */
  lengthFor(step: number): number {
    const changing = this.session.steps.findLastIndex(({ method }) => !isSafe(method));
    return Math.max(step, changing) + 1;
  }

  /** A trial that was played under this schedule before. */
  recall(schedule: Schedule): Played | undefined {
    return this.trials.find(
      ({ observation }) => observation.broken === null && isSame(observation.schedule, this.onFooting(schedule)),
    );
  }

  /** How every step of a trial compares with the controls as they are known now, but for what is subtracted. */
  results(played: Played): StepResult[] {
    const results = compareObservation(this.#oracle, played.observation);
    return results.map((result, step) => subtract(result, this.subtracted.get(step) ?? []));
  }

  /** What of the reply to `step` differs, as paths. */
  differing(played: Played, step: number): string[] {
    const result = this.results(played)[step];
    return result?.kind === 'different' ? result.differences.map(({ path }) => path) : [];
  }

  /** The first judged step whose reply differs, or `null`. */
  firstDivergence(played: Played): number | null {
    const results = this.results(played);
    const step = this.judged().find((index) => results[index]?.kind === 'different');
    return step ?? null;
  }

  resultAt(played: Played, step: number): StepResult['kind'] {
    return this.results(played)[step]?.kind ?? 'unjudged';
  }

  /**
   * Learns from one more play on one process (see `isOnOneProcess`); what it disagrees on becomes noise. Throws `TooYoung` if that would leave a step
   * without a verdict, and it is its process's age that matters.
   */
  async learnFrom(control: Observation): Promise<void> {
    if (!isOnOneProcess(control.schedule)) throw new Error('only one process alone teaches');
    const controls = [...this.#controls, control];
    const oracle = learnOracle(controls, { ignore: this.bed.config.ignore, warm: this.#warm });
    const isLost = oracle.steps.some(
      ({ unjudgeable }, step) => unjudgeable?.kind === 'unstable' && this.#oracle.steps[step]?.unjudgeable === null,
    );
    const { bed, session, index } = this;
    if (isLost) await refuseYouth(bed, { session, index, controls, warm: this.#warm, complaints: [] });
    this.bed.record({ kind: 'learned', session: this.index, trial: control.trial });
    this.learned.push(control.trial);
    this.#controls = controls;
    this.#oracle = oracle;
    // What was given up as chance is judged again, now that chance has shown in friendly plays too.
    const differs = (step: number) => this.trials.some((played) => this.resultAt(played, step) === 'different');
    for (const [step, { code }] of this.unsettled) if (code === 'flaky' && !differs(step)) this.unsettled.delete(step);
  }

  problem(problem: Omit<Problem, 'session'>): void {
    this.bed.record({ kind: 'problem', session: this.index, ...problem });
  }
}

/** Whether those who do the work are ended in its midst. */
function isCutShort({ restarts }: Schedule): boolean {
  return restarts.some(({ type, atOnce }) => type !== undefined && atOnce === true);
}

function isSilent({ outcome }: Reply): boolean {
  return outcome === 'refused' || outcome === 'lost';
}

/** Why a step cannot be judged. */
export type GivenUp = Pick<Problem, 'code' | 'message' | 'hint'>;

export interface Played {
  readonly observation: Observation;
  readonly complaints: readonly Complaint[];
}
