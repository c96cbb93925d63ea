/** A request that was recorded, as the page of `record` lists it. Hostile text. */
export interface RecordedRow {
  readonly id: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly status: number;
  /** Which visitor sent it, from 1 on. */
  readonly visitor: number;
  /** Whether it is to be part of the session. */
  readonly kept: boolean;
  /** Number of its step, from 1 on; `null`: it is none. */
  readonly step: number | null;
  /** Why it is none, though it is kept, or why it was left out at first; `null`: nothing is to be said. */
  readonly why: string | null;
  /** Values that its reply issued, and the steps that sent them back. */
  readonly issues: readonly { readonly name: string; readonly steps: readonly number[] }[];
  /** Names under which secrets were taken out of it. */
  readonly secrets: readonly string[];
}

/** What the page of `record` shows. */
export interface RecordState {
  /** Another number with each change. */
  readonly version: number;
  /** Where the app is visited. */
  readonly origin: string;
  /** Name of the file that it is saved as. */
  readonly file: string;
  readonly rows: readonly RecordedRow[];
  /** The session as a `.http` file. */
  readonly text: string;
  /** Requests that are not among the rows, as they were too long or too many. */
  readonly missed: number;
  /** Connections that were upgraded, which are not recorded. */
  readonly upgrades: number;
  /** What is wrong with the session as it is, in words; `null`: nothing. */
  readonly problem: string | null;
  /** What was saved last, in words; `null`: nothing was. */
  readonly saved: string | null;
}
