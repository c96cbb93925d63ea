/** When an audit was made, and of what. */
export interface Audited {
  /** When it began (ISO 8601). */
  readonly at: string;
  /** How long it took, in milliseconds; `null`: it was cut off. */
  readonly ms: number | null;
  /** The commit of the app's folder, `-dirty` if files differed from it; `null`: none is known. */
  readonly commit: string | null;
}

/** How often a script was run, by where. */
export interface RunsReport {
  /** On machines where it had never run. */
  readonly elsewhere: number;
  /** Where it had run, to its end. */
  readonly again: number;
  /** Where it had been killed in the midst of its work. */
  readonly afterKill: number;
}
