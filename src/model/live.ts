import type { DifferenceRow } from './difference.ts';
import type { ShownReply } from './finding.ts';
import type { RuleId } from './rule.ts';

/** Who answers a request, chosen by name. */
export const POLICIES = ['random', 'round-robin', 'never-same', 'sticky'] as const;
export type PolicyName = (typeof POLICIES)[number];

/** How a process is replaced while the app runs: a successor first and then SIGTERM, the same on an empty disk, or SIGKILL first. */
export const REPLACEMENTS = ['deploy', 'relocate', 'crash'] as const;
export type Replacement = (typeof REPLACEMENTS)[number];

/** More processes of one type are not run. */
export const MAX_PROCESSES = 64;

/** What a contradiction looks like to be; only an audit can tell. */
export interface Likely {
  readonly rule: RuleId;
  readonly why: string;
}

/** A reading request that two processes answer differently, again and again. Hostile text. */
export interface Contradiction {
  readonly path: string;
  /** Who answered the visitor, and who otherwise. */
  readonly one: string;
  readonly other: string;
  readonly replies: { readonly one: ShownReply; readonly other: ShownReply; readonly difference: readonly DifferenceRow[] };
  readonly likely: Likely;
}

/** A request and what became of it, in a line. Hostile text. */
export interface LiveRequest {
  /** Name of the process; `null`: nobody was there. */
  readonly by: string | null;
  readonly visitor: number;
  readonly method: string;
  readonly path: string;
  /** 0: the connection ended before any reply. */
  readonly status: number;
  readonly ms: number;
  /** Whether the reply was passed on to its end. */
  readonly whole: boolean;
}

/** What happens in a simulation, for whoever watches. Names are those of processes (`web.1`). Texts are hostile. */
export type LiveEvent =
  | { readonly kind: 'line'; readonly by: string; readonly text: string }
  | { readonly kind: 'starting'; readonly by: string }
  | { readonly kind: 'started'; readonly by: string; readonly pid: number; readonly bootMs: number }
  | { readonly kind: 'stopping'; readonly by: string; readonly why: Replacement | 'scale' | 'end' }
  /** Its successor did not start: it stays. */
  | { readonly kind: 'kept'; readonly by: string; readonly why: string }
  /** `againMs`: when another is started in its place; `null`: none is. */
  | { readonly kind: 'ended'; readonly by: string; readonly how: string; readonly againMs: number | null }
  | { readonly kind: 'wiped'; readonly by: string; readonly files: number }
  | { readonly kind: 'gone'; readonly by: string }
  | { readonly kind: 'set'; readonly setting: LiveSettings }
  | { readonly kind: 'request'; readonly request: LiveRequest }
  | { readonly kind: 'contradiction'; readonly contradiction: Contradiction }
  /** Words of our own. */
  | { readonly kind: 'note'; readonly text: string };

/** What can be switched while it runs. */
export interface LiveSettings {
  readonly policy: PolicyName;
  /** One process after the other is replaced every so often; `null`: none. */
  readonly replaceEvery: { readonly ms: number; readonly how: Replacement } | null;
  readonly mirror: boolean;
}

/** What a person can do to a simulation. */
export type Action =
  | { readonly kind: 'replace'; readonly process: string; readonly how: Replacement }
  | { readonly kind: 'wipe'; readonly process: string }
  | { readonly kind: 'scale'; readonly type: string; readonly count: number }
  | { readonly kind: 'set'; readonly setting: Partial<LiveSettings> };

/** A process as it is now. */
export interface LiveProcess {
  readonly name: string;
  readonly type: string;
  readonly state: 'starting' | 'up' | 'waiting' | 'ended';
  readonly pid: number | null;
  /** How often another has been started in its place. */
  readonly restarts: number;
  /** Requests that are being answered, upgraded connections too. */
  readonly open: number;
  /** Of its whole tree, in bytes; `null` where this cannot be told. */
  readonly memory: number | null;
  /** Files on its disk that were written since it is its, the last ones by name; `null` where disks are not apart. */
  readonly written: { readonly count: number; readonly paths: readonly string[] } | null;
}

/** Where the processes of a type can be visited. */
export interface Route {
  readonly type: string;
  readonly origin: string;
}

/** A simulation as it is now, for a dashboard. */
export interface LiveState {
  readonly routes: readonly Route[];
  readonly settings: LiveSettings;
  readonly processes: readonly LiveProcess[];
  readonly seed: number;
  /** Whether each process has a disk of its own. */
  readonly ownDisks: boolean;
}

/** An event and when it happened, in milliseconds since 1970. */
export type Stamped = LiveEvent & { readonly at: number };

/** What a dashboard is sent. `missed`: requests and lines that it did not keep up with. */
export type Message =
  | { readonly kind: 'state'; readonly state: LiveState }
  | { readonly kind: 'events'; readonly events: readonly Stamped[]; readonly missed: number };
