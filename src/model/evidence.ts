import type { Ignore } from './config.ts';
import type { Coverage } from './coverage.ts';
import type { Isolation } from './isolation.ts';
import type { Observation } from './observation.ts';
import type { Reached } from './reached.ts';
import type { RuleId } from './rule.ts';
import type { Axis, RestartMode } from './schedule.ts';
import type { ServiceName } from './service.ts';
import type { Declared } from './session.ts';
import type { Held } from './stores.ts';

/** Version of the evidence file's format; a reader refuses others. */
export const EVIDENCE_VERSION = 14;

/** One line of `evidence.jsonl`. Judging needs these lines and nothing else. */
export type EvidenceRecord =
  | ({ readonly kind: 'audit' } & AuditHeader)
  /** A session as it is really played: its redirects have become steps. */
  | { readonly kind: 'session'; readonly session: number; readonly summary: SessionSummary }
  | { readonly kind: 'observation'; readonly observation: Observation }
  /** A trial in which one process served everything, and which disagreed with the controls: it is one of them from here on. */
  | { readonly kind: 'learned'; readonly session: number; readonly trial: number }
  /** What was recorded of the session before does not count: its processes had not settled. */
  | { readonly kind: 'afresh'; readonly session: number }
  /** What was reached of the app where no session was named; recorded once, before the first trial. */
  | { readonly kind: 'explored'; readonly reached: Reached }
  /** The services that the app was given; recorded once, before the first trial. */
  | { readonly kind: 'services'; readonly services: readonly GivenService[] }
  /** How far disks were kept apart; recorded once, before the first trial. */
  | { readonly kind: 'isolation'; readonly isolation: Isolation }
  | ({ readonly kind: 'beside' } & BesideAttempt)
  | ({ readonly kind: 'idle' } & IdleWatch)
  /** Recorded as soon as it is confirmed, and again when more is known of it: the last one of a number counts. */
  | ({ readonly kind: 'suspicion' } & Suspicion)
  | ({ readonly kind: 'coverage' } & Coverage)
  | ({ readonly kind: 'problem' } & Problem)
  /** `ms`: since it began. */
  | { readonly kind: 'end'; readonly reason: 'finished' | 'interrupted'; readonly ms: number };

export interface AuditHeader {
  readonly version: typeof EVIDENCE_VERSION;
  readonly tool: string;
  /** When it began (ISO 8601). */
  readonly at: string;
  /** The commit that the app's folder was at, `-dirty` if files differed from it; `null`: none is known. */
  readonly commit: string | null;
  readonly seed: number;
  readonly app: {
    readonly command: readonly string[];
    readonly cwd: string;
    readonly envNames: readonly string[];
    /** Names of packages that the manifests in its folder list. */
    readonly dependencies: readonly string[];
  };
  readonly sessions: readonly SessionSummary[];
  readonly processes: number;
  /** What was audited is a script. */
  readonly script: boolean;
  /** The process types that ran beside `web` in every trial. */
  readonly companions: readonly { readonly name: string; readonly count: number }[];
  readonly strength: 2 | 3;
  readonly rules: readonly RuleId[];
  readonly ignore: Ignore;
  /** Steps that need not be judged, as the user named them. */
  readonly allowUnjudged: readonly string[];
  readonly stalenessMs: number;
  /** How long an entry of a session may live in a store; `null`: nobody has said. */
  readonly sessionTtlMs: number | null;
  readonly values: Values;
  /** Flags and files needed to play again, as given: `replay` reads them. */
  readonly invocation: Readonly<Record<string, unknown>>;
  /** Names of variables whose values are secret and were not kept. */
  readonly withheld: Withheld;
}

/** A service that the app was given. */
export interface GivenService {
  readonly name: ServiceName;
  /** The program that was started, or that it is the user's own, in words. */
  readonly origin: string;
  /** Whether every trial began with the same in it. */
  readonly resets: boolean;
}

/** What stands for values that only the app knows: others of their shape, or they themselves. */
export type Values = 'disguised' | 'shown';

export interface Withheld {
  readonly env: readonly string[];
  readonly variables: readonly string[];
  readonly changedEnv: readonly string[];
  /** The command held some, and was not kept. */
  readonly command: boolean;
}

/** A session as reports show it. */
export interface SessionSummary {
  readonly name: string;
  readonly file: string;
  readonly steps: readonly {
    readonly name: string | null;
    readonly line: number;
    readonly visitor: number;
    readonly method: string;
    readonly target: string;
    readonly follows: number | null;
    readonly kind: StepKind;
    readonly declared: Declared | null;
    /** What it waits for, as it was written; `null`: its first reply counts. */
    readonly until: string | null;
  }[];
}

/** `own`: the session's author has asked for it. `asset`: it fetches what a page refers to. `echo`: it asks once more what an earlier one asks. */
export type StepKind = 'own' | 'asset' | 'echo';

/** Whether a step is one that the session's author has asked for. */
export function isOwnStep({ steps }: SessionSummary, step: number): boolean {
  return (steps[step]?.kind ?? 'own') === 'own';
}

/** Whether a step fetches an asset. */
export function isAssetStep({ steps }: SessionSummary, step: number): boolean {
  return steps[step]?.kind === 'asset';
}

/** How many steps of a kind a session has. */
export function countSteps({ steps }: SessionSummary, kind: StepKind): number {
  return steps.filter((step) => step.kind === kind).length;
}

/** What an app did in its services while nobody asked it anything. */
export interface IdleWatch {
  /** How many processes of `web` stood side by side. */
  readonly processes: number;
  readonly ms: number;
  /** What grew, and by how much. */
  readonly effects: readonly Held[];
}

/** A try to start `web.2` while `web.1` runs (`beside`), or alone. */
export interface BesideAttempt {
  readonly alone: boolean;
  readonly started: boolean;
  /** Why not, with the process's last lines. */
  readonly reason: string | null;
  readonly output: readonly string[];
}

/**
 * What the search claims: `step` needs what `sources` left in the memory or on the disk of the process that serves it. A claim
 * only: the trials it names are judged anew from their observations.
 */
export interface Suspicion {
  readonly session: number;
  /** 0-based, among those of its session. */
  readonly number: number;
  /** The step whose reply differs. */
  readonly step: number;
  /**
   * The step that the arms serve differently: `step` itself, unless it is an earlier one that must share its process with `sources`, as where
   * two writes overwrite each other and whoever reads sees it.
   */
  readonly moved: number;
  readonly axis: Exclude<Axis, 'control'>;
  /** Earlier steps that must be served by the same (life of a) process. */
  readonly sources: readonly number[];
  /** Earlier steps that must have been served by the other process for the answer to go wrong: it holds a stale copy. */
  readonly warm: readonly number[];
  /** The restart that loses it, where one does. */
  readonly mode: RestartMode | null;
  /** Trials of the arm that should diverge at `step`, and of the arm that should not. */
  readonly failing: readonly number[];
  readonly passing: readonly number[];
  readonly probes: readonly Probe[];
  /** Later steps seen to diverge for want of the same sources, not confirmed one by one. */
  readonly affected: readonly number[];
  /** Steps that were played on every process, in both arms: see `Schedule.footing`. */
  readonly footing: readonly number[];
  /** What belongs to what the sources gave, as a cart does that is kept in a session. */
  readonly within: readonly Within[];
  /** Parts of the step's replies, as paths, that differ for the reason of another suspicion and do not count for this one. */
  readonly subtracted: readonly string[];
  /** Both arms once more, where a later control showed the same difference; `null`: none did. */
  readonly again: SecondHearing | null;
}

/** A step that shows what earlier ones left only to the very visit that made them: another one to the same process does not see it. */
export interface Within {
  readonly step: number;
  readonly sources: readonly number[];
  /** A trial of two visits to one process that shows it. */
  readonly trial: number;
}

/** Further plays of a suspicion's arms, and controls of the same hour that they are held against. */
export interface SecondHearing {
  readonly controls: readonly number[];
  readonly failing: readonly number[];
  readonly passing: readonly number[];
}

/** Trials that tell causes apart. */
export interface Probe {
  readonly kind: ProbeKind;
  readonly trials: readonly number[];
  /** False if what was to be varied did not take place: equal boots of a runtime that draws its values elsewhere. */
  readonly ran: boolean;
  /** It took place, and there was nothing to vary: equal boots of processes that draw nothing while they boot. */
  readonly idle?: boolean;
}

/**
 * `deploy`, `crash`, `config`: the one process is restarted just before the step. `equal-boot`: the failing arm, all
 * processes having drawn equal random values at boot. `stranger-home`, `stranger-away`: the step is sent by a stranger to
 * the process that knows, to the one that does not; `forger-away`: with credentials that were never issued. `longer`: the sources alone, with longer texts of the visitor's.
 * `respelled`: the step is sent to the process that knows with what it was issued spelled otherwise, which one who decodes it does not notice.
 */
export type ProbeKind = RestartMode | 'equal-boot' | 'longer' | 'stranger-home' | 'stranger-away' | 'forger-away' | 'respelled';

/** Restarts that every session is searched with. */
export const COVERED_MODES: readonly RestartMode[] = ['deploy', 'crash', 'config'];

/** Something that kept a step or a session from being judged. */
export interface Problem {
  readonly session: number | null;
  readonly step: number | null;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}
