import type { Audited, RunsReport } from './audited.ts';
import type { Coverage } from './coverage.ts';
import type { GivenService, Problem, StepKind, Values } from './evidence.ts';
import type { Finding, StepReference } from './finding.ts';
import type { Isolation } from './isolation.ts';
import type { Reached } from './reached.ts';
import type { Clause, Level, RuleId } from './rule.ts';
import type { Axis, RestartMode } from './schedule.ts';

/** Version of the report's JSON schema (`schema/report.schema.json`). */
export const REPORT_VERSION = 15;

/** The whole result of an audit; every reporter is a function of it. Strings from the app are hostile text. */
export interface Report {
  readonly version: typeof REPORT_VERSION;
  readonly tool: string;
  readonly audited: Audited;
  readonly seed: number;
  readonly app: { readonly command: readonly string[]; readonly cwd: string };
  readonly conclusion: Conclusion;
  /** Whether advice counts as failure. */
  readonly strict: boolean;
  readonly values: Values;
  /** How far the disks of trials were kept apart; `null`: the audit did not come so far. */
  readonly isolation: Isolation | null;
  /** The process types of each trial, `web` first, and how many of each stood side by side. */
  readonly formation: readonly { readonly name: string; readonly count: number }[];
  /** The services that the app was given by name. */
  readonly services: readonly GivenService[];
  /** What was reached of the app, where its session was made by visiting it; `null`: it was named. */
  readonly reached: Reached | null;
  readonly sessions: readonly SessionReport[];
  readonly rules: readonly RuleReport[];
  readonly clauses: readonly ClauseReport[];
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** What the findings were held against; `null`: nothing. */
  readonly baseline: BaselineReport | null;
  /** Trials played in all. */
  readonly trials: number;
  readonly interrupted: boolean;
}

/** A baseline, and what of it is mended. */
export interface BaselineReport {
  readonly file: string;
  readonly mended: readonly BaselineEntry[];
  /** Steps that a known finding ties, and did not when the baseline was written: what is new may hide behind it. */
  readonly behind: readonly { readonly session: string; readonly step: number; readonly request: string }[];
}

/** A finding that is accepted for now. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  /** Those that it depends on, and its own last. */
  readonly requests: readonly string[];
  /** Kinds of the requests of steps that it tied when the baseline was written, in a stable order. */
  readonly tied: readonly string[];
}

/** `conforms`: nothing found, and every step was judged on every axis or waived by name. `no-verdict`: nothing found, but not all could be judged. */
export type Conclusion = 'conforms' | 'does-not-conform' | 'no-verdict';

/** Whether a rule or clause holds. `exercised`: how many opportunities to fail were really played. */
export type Verdict =
  | { readonly kind: 'pass'; readonly exercised: number }
  | { readonly kind: 'fail'; readonly findings: number }
  | { readonly kind: 'inconclusive'; readonly reason: string }
  | { readonly kind: 'not-applicable'; readonly reason: string };

export interface RuleReport {
  readonly id: RuleId;
  readonly level: Level;
  readonly clauses: readonly Clause[];
  readonly title: string;
  /** What it is for, and what mends a breach of it, whatever the app. */
  readonly why: string;
  readonly fix: string;
  readonly verdict: Verdict;
}

export interface ClauseReport {
  readonly clause: Clause;
  readonly title: string;
  readonly verdict: Verdict;
}

export interface SessionReport {
  readonly name: string;
  readonly file: string;
  /** Every step as played, those that fetch assets last. */
  readonly requests: readonly StepReport[];
  /** Every trial that counts. */
  readonly plays: readonly PlayReport[];
  /** Of the session itself. */
  readonly steps: number;
  /** Reads that were asked once more at its end, to see what writes had left: steps after those. */
  readonly echoes: number;
  /** What its pages refer to, and was fetched at the very end. */
  readonly assets: number;
  readonly coverage: Omit<Coverage, 'behind'> | null;
  /** How often a script was run; `null`: it is no script. */
  readonly runs: RunsReport | null;
  /** What was played behind findings; `null`: nothing was hidden, or nothing could be played. */
  readonly behind: BehindReport | null;
  /** Fields never compared because controls disagreed on them: `3 GET /cart body.$.now (timestamp)`. */
  readonly noise: readonly { readonly step: number; readonly field: string; readonly as: string }[];
  /** Steps that could not be judged on every axis, and why. Numbers are from 1. */
  readonly unjudged: readonly UnjudgedStep[];
  /** Steps that were judged only together with earlier ones, because of findings. */
  readonly tied: readonly TiedStep[];
  /** What the user waived by name, and the defaults did. */
  readonly waived: readonly Waiver[];
  /** What the audit could not see of the replies, in words. */
  readonly unseen: readonly string[];
  /** What each step that may change something did, as seen by leaving it out. */
  readonly effects: readonly EffectReport[];
  /** How many writes were read, and where; `null`: the session writes nothing, or was not played to its end. */
  readonly writes: WritesReport | null;
  /** Where each kind of state lives that the session has shown. */
  readonly state: readonly StateReport[];
}

/** Where one kind of state was seen to live. */
export interface StateReport {
  /** In a word: `login`, `cart`, `assets`, … */
  readonly what: string;
  /** Steps that left it, from 1. */
  readonly steps: readonly number[];
  /** The first of them. */
  readonly request: string;
  /** `Redis`, `cookie`, `memory of one process`, …; `not seen`: nowhere that was looked at. */
  readonly place: string;
  /** Key, path, name of the cookie, or the rule of a finding. Hostile text. */
  readonly detail: string;
  /** When it goes, in words; `null`: nobody has said. */
  readonly expiry: string | null;
}

/** What was played once the sources of findings were played on every process. Numbers are from 1. */
export interface BehindReport {
  /** Ids of the findings. */
  readonly findings: readonly string[];
  /** Steps that were played on every process. */
  readonly footing: readonly number[];
  /** Why they could not be, in words; `null`: they could. */
  readonly refused: string | null;
  /** How many pairs of other steps were played on two processes, of how many. */
  readonly pairs: number;
  readonly pairsOf: number;
  /** On two disks; `null`: no disks were kept apart. */
  readonly diskPairs: number | null;
  /** Before how many steps there was a restart, by its mode. */
  readonly restarts: Readonly<Record<RestartMode, number>>;
}

/** What a step that may change something did. Numbers are from 1. */
export interface EffectReport {
  readonly step: number;
  readonly request: string;
  readonly kind: EffectKind;
  /** Later steps whose replies differ without it, and where, as paths. */
  readonly readBy: readonly { readonly step: number; readonly paths: readonly string[] }[];
  /** Why it is taken for that, in words; `null`: it was seen by leaving it out. */
  readonly why: string | null;
}

/**
 * `read`: later steps show what it did. `unread`: none does, so that it is not judged; `unread-meant`: none need, by the session's own word.
 * `asks`: it changes nothing, and is judged by its reply. `refused`: the app refuses it.
 */
export type EffectKind = 'read' | 'unread' | 'unread-meant' | 'asks' | 'refused';

/** Numbers of writes. */
export interface WritesReport {
  readonly all: number;
  readonly read: number;
  /** Read on another process than the one that served the write. */
  readonly onOthers: number;
  /** Read after a restart in between, by its mode. */
  readonly after: Readonly<Record<RestartMode, number>>;
  /** Read where another disk is; `null`: no disks were kept apart. */
  readonly onOtherDisks: number | null;
}

export interface StepReport extends StepReference {
  readonly line: number;
  readonly kind: StepKind;
  /** `null`: it is none of the session's own. Every other step has exactly one. */
  readonly status: StepStatus | null;
  /** What it was answered with on one process, in short: `200`, `302 → /login`; `null`: it was not. */
  readonly answered: string | null;
}

/**
 * `judged` on every axis that was asked for, `tied`: only together with earlier ones, because of a finding, `waived` as a whole by the user or
 * by default, `unjudged`: none of these.
 */
export type StepStatus = 'judged' | 'tied' | 'waived' | 'unjudged';

/** Something that was not judged, and need not be. */
export interface Waiver {
  readonly what: string;
  /** The flag that waived it, or `default`. */
  readonly by: string;
  /** 1-based. */
  readonly step: number;
  readonly request: string;
  /** The whole step, not a field of its reply. */
  readonly whole: boolean;
}

/** One trial in short. */
export interface PlayReport {
  readonly trial: number;
  readonly axis: Axis;
  /** As printed by `describeSchedule`. */
  readonly schedule: string;
  /** Steps whose replies differed from the controls. */
  readonly differs: readonly number[];
}

export interface UnjudgedStep {
  readonly step: number;
  readonly request: string;
  readonly reason: string;
  /** The one thing to do about it. */
  readonly remedy: string;
}

export interface TiedStep {
  readonly step: number;
  readonly with: readonly number[];
  /** Whether it is memory that ties it, or only files are. */
  readonly by: 'memory' | 'disk';
  /** Ids of the findings that tie it. */
  readonly findings: readonly string[];
}
