import type { BesideAttempt } from '../../model/evidence.ts';
import type { Isolation } from '../../model/isolation.ts';
import type { RuleId, RuleMeta } from '../../model/rule.ts';
import type { ServiceName } from '../../model/service.ts';
import type { Dependency } from '../facts/dependency.ts';
import type { Jobs } from '../facts/jobs.ts';
import type { Residue } from '../facts/residue.ts';
import type { DuplicateEffect } from '../facts/schedules.ts';
import type { Fallback, StoredSession } from '../facts/stored.ts';

/** What rules may ask for. Everything in it was derived from evidence. */
export interface Facts {
  /** Confirmed dependencies, with the rule that each breaks. */
  readonly dependencies: readonly (Dependency & { readonly cause: RuleId })[];
  /** Tries to start a second process. */
  readonly beside: readonly BesideAttempt[];
  /** Pairs of a write and a step that reads it, judged on two processes; see `exercised`. */
  readonly splits: number;
  /** Patterns of three steps that were judged on two processes. */
  readonly triples: number;
  /** Such pairs with a restart between them, counted per mode. */
  readonly restarts: number;
  /** What was judged with disks kept apart. */
  readonly disks: {
    /** Such pairs on two disks. */
    readonly splits: number;
    /** Such pairs with a restart with an empty disk between them. */
    readonly relocations: number;
    /** Such pairs between which files were taken from a process that lived on. */
    readonly wipes: number;
    /** Steps of controls after which the disk was looked at. */
    readonly watched: number;
  };
  /** What was judged of the work that requests begin. */
  readonly jobs: Jobs;
  /** How often a script was run again where it had run before; `null`: no script was audited. */
  readonly runs: { readonly again: number } | null;
  /** Assets that pages refer to, and that were answered. */
  readonly assets: number;
  readonly residue: readonly Residue[];
  /** Entries of sessions in services. */
  readonly stored: readonly StoredSession[];
  /** Services that were looked into. */
  readonly looked: readonly ServiceName[];
  readonly fallbacks: readonly Fallback[];
  /** What every process of an idle app does, and how often it was watched. */
  readonly schedules: readonly DuplicateEffect[];
  readonly watches: number;
  /** How long an entry of a session may live in a store; `null`: any time, but not for ever. */
  readonly sessionTtlMs: number | null;
  /** How far disks were kept apart; `null`: it never came to that. */
  readonly isolation: Isolation | null;
  /** What was not tested although it should have been, in words; `null`: nothing. */
  readonly open: Open;
}

export interface Open {
  /** Of what is kept in memory: not tested on several processes or after restarts. */
  readonly memory: string | null;
  /** Of what is kept in memory or on disk. */
  readonly any: string | null;
  /** Why there may be nothing left to test: all that was written is what findings are about; `null`: they are not. */
  readonly bound: string | null;
}

/** What a rule makes of its facts. */
export interface Inspection {
  readonly breaches: readonly Breach[];
  /** How many opportunities to fail were really played. */
  readonly exercised: number;
  /** Why there were none, should there be none. */
  readonly idle: string;
  /** Why the rule cannot be said to hold although nothing was found; `null`: it can. */
  readonly open: string | null;
  /** Why the user did not ask for it, should that be so. */
  readonly unasked?: string | null;
}

export type Breach =
  | { readonly kind: 'dependency'; readonly dependency: Dependency }
  | { readonly kind: 'residue'; readonly residue: Residue }
  /** `bound`: how long it might live, in words; `null`: any time. */
  | { readonly kind: 'expiry'; readonly stored: StoredSession; readonly bound: string | null }
  | { readonly kind: 'schedule'; readonly effect: DuplicateEffect }
  | { readonly kind: 'fallback'; readonly fallback: Fallback }
  /** A second process did not start beside the first: the failed attempt, and how many failed of how many. */
  | { readonly kind: 'start'; readonly attempt: BesideAttempt; readonly failed: number; readonly alone: number };

/** A rule: its metadata and a pure judgement of the facts it names. */
export interface Rule extends RuleMeta {
  inspect(facts: Facts): Inspection;
}

/** Defines a rule that sees only the facts named in `needs`. */
export function defineRule<Need extends keyof Facts>(
  rule: RuleMeta & { readonly needs: readonly Need[]; readonly inspect: (facts: Pick<Facts, Need>) => Inspection },
): Rule {
  return rule;
}

/** The dependencies that break one rule. */
export function breachesOf(rule: RuleId, { dependencies }: Pick<Facts, 'dependencies'>): Breach[] {
  return dependencies.filter((dependency) => dependency.cause === rule).map((dependency) => ({ kind: 'dependency', dependency }));
}

/** Why sibling rules were not exercised. */
export const NO_SPLITS = 'no two steps could be served by different processes';
