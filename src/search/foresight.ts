import type { EvidenceRecord } from '../model/evidence.ts';
import { isSame, type Schedule } from '../model/schedule.ts';
import type { PlayedTrial } from '../trials/play-trial.ts';
import type { TestBed } from '../trials/test-bed.ts';

/** A trial that is played before it is asked for. */
interface Ahead {
  readonly bed: TestBed;
  readonly trial: number;
  readonly schedule: Schedule;
  readonly played: Promise<PlayedTrial>;
  readonly records: EvidenceRecord[];
  readonly stop: AbortController;
}

export type PlayOn = (bed: TestBed, schedule: Schedule) => Promise<PlayedTrial>;

/**
 * Plays trials side by side, one in each lane, as far ahead as the search can tell what it will ask for next. What is asked for comes out in
 * the order, and under the numbers, that it would have with one lane: a trial that was foreseen wrongly is thrown away unheard.
 */
export class Foresight {
  readonly #bed: TestBed;
  readonly #lanes: () => number;
  #free: TestBed[] = [];
  #opened = 0;
  #ahead: Ahead[] = [];
  #upcoming: readonly Schedule[] = [];

  /** `lanes`: how many trials may be played at once, now. */
  constructor(bed: TestBed, lanes: () => number) {
    this.#bed = bed;
    this.#lanes = lanes;
  }

  /** Says what will be asked for next, in this order, should nothing come up. */
  foresee(schedules: readonly Schedule[]): void {
    this.#upcoming = schedules;
  }

  /** Plays a trial, or takes the one that is being played already. */
  async play(schedule: Schedule, play: PlayOn): Promise<PlayedTrial> {
    if (this.#lanes() < 2) return play(this.#bed, schedule);
    const [next] = this.#upcoming;
    if (next === undefined || !isSame(next, schedule)) this.#upcoming = [schedule];
    const [first] = this.#ahead;
    if (first !== undefined && !(isSame(first.schedule, schedule) && first.trial === this.#bed.trials() + 1)) await this.forget();
    await this.#fill(play);
    const head = this.#ahead.shift();
    if (head === undefined) return play(this.#bed, schedule);
    this.#upcoming = this.#upcoming.slice(1);
    this.#bed.nextTrial();
    try {
      const played = await head.played;
      for (const record of head.records) this.#bed.record(record);
      return played;
    } catch (error) {
      await this.forget();
      throw error;
    } finally {
      this.#free.push(head.bed);
    }
  }

  /** Ends what is played ahead; nothing of it is heard. */
  async forget(): Promise<void> {
    const ended = this.#ahead;
    this.#ahead = [];
    for (const { stop } of ended) stop.abort();
    await Promise.allSettled(ended.map(({ played }) => played));
    this.#free.push(...ended.map(({ bed }) => bed));
  }

  async #fill(play: PlayOn): Promise<void> {
    const wanted = Math.min(this.#lanes(), this.#upcoming.length);
    while (this.#ahead.length < wanted) {
      const schedule = this.#upcoming[this.#ahead.length];
      const bed = this.#free.pop() ?? (await this.#open());
      if (schedule === undefined || bed === null) return;
      this.#ahead.push(this.#begin(bed, schedule, play));
    }
  }

  #begin(bed: TestBed, schedule: Schedule, play: PlayOn): Ahead {
    const trial = this.#bed.trials() + this.#ahead.length + 1;
    const [records, stop] = [[] as EvidenceRecord[], new AbortController()];
    const signal = AbortSignal.any([bed.signal, stop.signal]);
    const own = { ...bed, signal, nextTrial: () => trial, record: (record: EvidenceRecord) => records.push(record) };
    const played = play(own, schedule);
    // Heard where it is asked for.
    played.catch(() => {});
    return { bed, trial, schedule, played, records, stop };
  }

  /** One more lane; the first is the bed itself. */
  async #open(): Promise<TestBed | null> {
    if (this.#opened >= this.#lanes()) return null;
    this.#opened++;
    return this.#opened === 1 ? this.#bed : this.#bed.openLane();
  }
}
