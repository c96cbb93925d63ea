export const RULE_IDS = [
  'single-instance',
  'sticky-session',
  'process-memory',
  'stale-memory',
  'boot-identity',
  'local-disk',
  'job-handoff',
  'lost-work',
  'leftover-run',
  'restart-loss',
  'runtime-assets',
  'disk-residue',
  'session-expiry',
  'silent-fallback',
  'duplicate-schedule',
] as const;
export type RuleId = (typeof RULE_IDS)[number];

/** Clauses of factor VI as numbered in `docs/factor-vi.md`. */
export type Clause = 'C1' | 'C2' | 'C3' | 'C4' | 'C5' | 'C6' | 'C7' | 'C8';

/** `violation` breaks a MUST, `advice` a SHOULD, `note` nothing. */
export type Level = 'violation' | 'advice' | 'note';

/** One requirement: what it is called and why it matters. How it is judged is `src/checks/rules/<id>.ts`. */
export interface RuleMeta {
  readonly id: RuleId;
  readonly level: Level;
  readonly clauses: readonly Clause[];
  /** Shown when the rule holds. */
  readonly title: string;
  /** Shown when it does not. */
  readonly failureTitle: string;
  /** One or two sentences: what goes wrong for whom. */
  readonly why: string;
  /** What it is called where it is not memory that holds it, but files. */
  readonly onDisk?: { readonly failureTitle: string };
  /** The same where it is not the reader's process that matters, but those of the writers. */
  readonly amongWrites?: { readonly failureTitle: string; readonly why: string };
  /** One or two sentences: the change that mends it, where nothing is known of the framework. */
  readonly fix: string;
}
