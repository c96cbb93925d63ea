import type { Problem } from '../model/evidence.ts';
import type { Observation } from '../model/observation.ts';
import type { Schedule } from '../model/schedule.ts';
import type { Session } from '../model/session.ts';
import { compareObservation, learnOracle, type Oracle, type StepResult } from '../oracle/oracle.ts';
import { type Complaint, conduct } from './conduct.ts';
import type { Stage } from './stage.ts';

/** One session on stage: what its controls taught, and every trial played so far. */
export class Scene {
  readonly stage: Stage;
  readonly session: Session;
  readonly index: number;
  readonly trials: Played[] = [];
  #controls: readonly Observation[];
  readonly #warm: Observation | undefined;
  #oracle: Oracle;
  /** Steps given up on because they did not behave alike under one schedule. */
  readonly unsettled = new Map<number, string>();

  constructor(
    stage: Stage,
    {
      session,
      index,
      controls,
      warm,
    }: { session: Session; index: number; controls: readonly Observation[]; warm: Observation | undefined },
  ) {
    this.stage = stage;
    this.session = session;
    this.index = index;
    this.#controls = controls;
    this.#warm = warm;
    this.#oracle = learnOracle(controls, { ignore: stage.config.ignore, warm });
  }

  get oracle(): Oracle {
    return this.#oracle;
  }

  /** Steps whose replies can be judged. */
  judged(): number[] {
    return this.#oracle.steps.flatMap((step, index) => (step.unjudgeable === null && !this.unsettled.has(index) ? [index] : []));
  }

  /** Plays one trial and remembers it. One in which a reply was lost that the controls had is played once more. */
  async play(schedule: Schedule): Promise<Played> {
    const played = await this.#playOnce(schedule);
    return this.#isDisturbed(played) ? this.#playOnce(schedule) : played;
  }

  #isDisturbed({ observation: { broken, exchanges } }: Played): boolean {
    const answered = (step: number) => this.#controls[0]?.exchanges[step]?.reply.outcome === 'answered';
    return broken !== null || exchanges.some(({ reply, step }) => reply.outcome !== 'answered' && answered(step));
  }

  async #playOnce(schedule: Schedule): Promise<Played> {
    const { observation, complaints } = await conduct(this.stage, {
      session: this.session,
      sessionIndex: this.index,
      schedule,
      oracle: this.#oracle,
    });
    const played = { observation, complaints };
    this.trials.push(played);
    return played;
  }

  /** How every step of a trial compares with the controls as they are known now. */
  results(played: Played): StepResult[] {
    return compareObservation(this.#oracle, played.observation);
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

  /** Learns from one more play with a friendly placement; what it disagrees on becomes noise. */
  learnFrom(control: Observation): void {
    this.stage.record({ kind: 'learned', session: this.index, trial: control.trial });
    this.#controls = [...this.#controls, control];
    this.#oracle = learnOracle(this.#controls, { ignore: this.stage.config.ignore, warm: this.#warm });
  }

  problem(problem: Omit<Problem, 'session'>): void {
    this.stage.record({ kind: 'problem', session: this.index, ...problem });
  }
}

export interface Played {
  readonly observation: Observation;
  readonly complaints: readonly Complaint[];
}
