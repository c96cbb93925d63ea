import type { DifferenceRow } from './difference.ts';
import type { FileKind } from './journal.ts';
import type { Clause, Level, RuleId } from './rule.ts';

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
  readonly through: 'memory' | 'disk' | 'boot' | 'start' | 'store';
  /** Files that it is about, as far as could be told, and who wrote them. */
  readonly files: readonly FileReference[];
  readonly expected: Shown;
  readonly actual: Shown;
  /** Both arms as played, where it is about a minimal pair. */
  readonly pair: { readonly failing: Arm; readonly passing: Arm } | null;
  /** The step's reply in both arms, where it is about one, and what they differ in. */
  readonly replies: {
    readonly expected: ShownReply;
    readonly actual: ShownReply;
    readonly difference: readonly DifferenceRow[];
  } | null;
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
  /** The fix as code, for a framework that is known. */
  readonly change: CodeChange | null;
  /** Schedules of the two arms, as printed by `describeSchedule`. */
  readonly schedules: { readonly failing: string; readonly passing: string };
  /** The command that plays it again; empty for notes. */
  readonly replay: string;
  readonly trials: { readonly failing: readonly number[]; readonly passing: readonly number[] };
}

/** A change that mends it, as a diff without line numbers. */
export interface CodeChange {
  readonly framework: string;
  /** The file that it is customarily made in. */
  readonly file: string;
  /** Each begins with `+`, `-` or a space. */
  readonly lines: readonly string[];
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
