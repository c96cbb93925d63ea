import type { Coverage, Problem } from './evidence.ts';
import type { Isolation } from './isolation.ts';
import type { FileKind } from './journal.ts';
import type { Clause, Level, RuleId } from './rule.ts';
import type { Axis } from './schedule.ts';

/** Version of the report's JSON schema (`schema/report.schema.json`). */
export const REPORT_VERSION = 6;

/** The whole result of an audit; every reporter is a function of it. Strings from the app are hostile text. */
export interface Report {
  readonly version: typeof REPORT_VERSION;
  readonly tool: string;
  readonly seed: number;
  readonly app: { readonly command: readonly string[]; readonly cwd: string };
  readonly conclusion: Conclusion;
  /** Whether advice counts as failure. */
  readonly strict: boolean;
  /** How far the disks of trials were kept apart; `null`: the audit did not come so far. */
  readonly isolation: Isolation | null;
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
}

/** A finding that is accepted for now. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  /** Those that it depends on, and its own last. */
  readonly requests: readonly string[];
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
  /** What its pages refer to, and was fetched at its end: steps after those. */
  readonly assets: number;
  readonly coverage: Coverage | null;
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
}

export interface StepReport extends StepReference {
  readonly line: number;
  /** `null`: it fetches an asset. Every other step has exactly one. */
  readonly status: StepStatus | null;
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

/** One confirmed breach. Facts only; prose is in the rule's metadata. */
export interface Finding {
  /** Short, stable over seeds; given to `replay`, if it is about a minimal pair. */
  readonly id: string;
  /** Names it over audits, however sessions and steps are called: what a baseline keeps. */
  readonly fingerprint: string;
  readonly rule: RuleId;
  readonly level: Level;
  /** It is in the baseline: accepted for now, and no failure. */
  readonly known: boolean;
  readonly clauses: readonly Clause[];
  readonly title: string;
  readonly session: string;
  readonly location: { readonly file: string; readonly line: number };
  readonly step: StepReference | null;
  readonly dependsOn: readonly StepReference[];
  /** Earlier steps that left a stale copy behind. */
  readonly warmedBy: readonly StepReference[];
  readonly through: 'memory' | 'disk' | 'boot' | 'start';
  /** Files that it is about, as far as could be told, and who wrote them. */
  readonly files: readonly FileReference[];
  readonly expected: Shown;
  readonly actual: Shown;
  /** Both arms as played, where it is about a minimal pair. */
  readonly pair: { readonly failing: Arm; readonly passing: Arm } | null;
  /** The step's reply in both arms, where it is about one. */
  readonly replies: { readonly expected: ShownReply; readonly actual: ShownReply } | null;
  /** First difference, in words: `body.$.items: ["book"] became []`. */
  readonly differences: readonly string[];
  readonly confirmed: {
    readonly failing: number;
    readonly failingOf: number;
    readonly passing: number;
    readonly passingOf: number;
  };
  /** What the extra trials said: `survives a deploy`, `lost in a crash`, … */
  readonly observations: readonly string[];
  readonly alsoAffected: readonly StepReference[];
  /** The last lines of the process, where it died of the request. */
  readonly output: readonly string[];
  readonly why: string;
  readonly fix: string;
  /** Schedules of the two arms, as printed by `describeSchedule`. */
  readonly schedules: { readonly failing: string; readonly passing: string };
  /** The command that plays it again; empty for notes. */
  readonly replay: string;
  readonly trials: { readonly failing: readonly number[]; readonly passing: readonly number[] };
}

export interface StepReference {
  /** 1-based. */
  readonly number: number;
  /** As the session calls it: its title or `@name`. */
  readonly name: string | null;
  readonly request: string;
}

export interface FileReference {
  /** As processes see it. Hostile text. */
  readonly path: string;
  readonly kind: FileKind;
  readonly bytes: number;
  /** The step that wrote or deleted it; `null`: a process that booted. */
  readonly writtenBy: StepReference | null;
  readonly deleted: boolean;
}

/** One arm of a minimal pair, as it was played the first time. */
export interface Arm {
  readonly trial: number;
  readonly disks: 'shared' | 'own';
  /** Names of the processes that stood side by side. */
  readonly processes: readonly string[];
  readonly steps: readonly ArmStep[];
}

export interface ArmStep {
  /** 1-based. */
  readonly number: number;
  /** Name of the process that served it: `web.1`, after a restart `web.1'`. */
  readonly by: string;
  /** What happened just before it, in words: `web.1 restarted (deploy)`. */
  readonly before: readonly string[];
  /** Its status, or `no answer`. */
  readonly reply: string;
  readonly differs: boolean;
}

/** A reply, redacted and cut. Hostile text. */
export interface ShownReply {
  /** `null`: there was no answer, for this reason. */
  readonly status: number | null;
  readonly reason: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Media type. */
  readonly type: string;
  /** Its beginning; empty if binary. */
  readonly body: string;
  /** Of the whole body. */
  readonly bytes: number;
}

/** A reply in one line, and the condition under which it came. */
export interface Shown {
  readonly reply: string;
  readonly when: string;
}
