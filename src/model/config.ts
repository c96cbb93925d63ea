import type { App, ProcessType } from './app.ts';
import type { HostName } from './isolation.ts';
import type { RuleId } from './rule.ts';
import type { ServiceChoice } from './service.ts';

/** Everything an audit needs to know, complete: every default has been filled in. */
export interface Config {
  /** The type that serves, `web`. */
  readonly app: App;
  /** The app is a script: it serves nothing, and ends. */
  readonly script: boolean;
  /** How long a script may run, in milliseconds. */
  readonly scriptTimeoutMs: number;
  /** What a script makes, besides what it writes to standard output: files, addresses, or tables (`postgres:orders`). */
  readonly results: readonly string[];
  /** The other process types, which run in every trial and are asked nothing. */
  readonly companions: readonly ProcessType[];
  /** How the app is visited to make a session of that; `null`: sessions are named, or it is a script. */
  readonly explore: ExploreChoice | null;
  /** Absolute paths of session files. */
  readonly sessions: readonly string[];
  /** Values for variables of session files that the files do not set themselves. */
  readonly variables: Readonly<Record<string, string>>;
  /** Which of the environments in files beside sessions they are played in; `null`: the only one, if there is one. */
  readonly httpEnv: string | null;
  /** The app's origins in sessions, such as `http://localhost:8080`: requests to others are left out. None: each session's commonest. */
  readonly origins: readonly string[];
  /** Where processes run, and so what their disks are; `null`: the best that this machine allows. */
  readonly host: HostName | null;
  /** Backing services that are started for the app. */
  readonly services: readonly ServiceChoice[];
  /** Run once before all trials, with the app's variables: what it leaves in the services is what every trial begins with; `null`: nothing is. */
  readonly prepare: readonly string[] | null;
  /** How many trials may be played side by side; `null`: one for each two cores. */
  readonly lanes: number | null;
  /** Absolute paths of attached resources, such as a mounted network volume: shared by all processes, and kept. */
  readonly volumes: readonly string[];
  /** How many `web` processes stand side by side in sibling trials, at least 2. */
  readonly processes: number;
  readonly seed: number;
  /** What the values that sessions make (`$uuid` and the like) and visitors' addresses come from: new in each audit unless they are to be reused. */
  readonly valueSeed: number;
  /** Whether the search ends at the first violation. */
  readonly failFast: boolean;
  /** Bounds the optional part of the search; the guaranteed part is always completed. */
  readonly budget: Budget;
  /** Every pattern of this many steps over two processes is played. */
  readonly strength: 2 | 3;
  /** Extra trials with seeded random routing over all processes. */
  readonly randomTrials: number;
  /** Rules to run; the others are reported as not run. */
  readonly rules: readonly RuleId[];
  readonly ignore: Ignore;
  /** Steps that need not be judged: `all`, a number from 1, a name, or `METHOD /path`. */
  readonly allowUnjudged: readonly string[];
  /** Variables that a `config` restart adds or changes. */
  readonly changedEnv: Readonly<Record<string, string>>;
  /** How long a read may keep its old answer before it counts, in milliseconds. */
  readonly stalenessMs: number;
  /** How long an entry of a session may live in a store; `null`: any time, but not for ever. */
  readonly sessionTtlMs: number | null;
  /** Deadline of one request, in milliseconds. */
  readonly stepTimeoutMs: number;
  /** Absolute path of the folder that evidence and reports are written to. */
  readonly output: string;
  readonly reporters: readonly ReporterChoice[];
  /** What only the app knows is shown as it is. */
  readonly showValues: boolean;
  /** Advice counts as failure. */
  readonly strict: boolean;
  /** Absolute path of the file of known findings. */
  readonly baseline: string | null;
}

/** What an exploration may do, and where it ends. */
export interface ExploreChoice {
  /** Requests of the session that comes of it, at most. */
  readonly steps: number;
  readonly timeMs: number;
  /** Whether deletes are sent. */
  readonly destructive: boolean;
  /** Whether writes are sent even where what they change may stay. */
  readonly writes: boolean;
  /** A file or an address of a description of the app's API; `null`: what is found. */
  readonly openapi: string | null;
  /** Who visits: an account, or the value of an Authorization field; `null`: somebody who signs up. */
  readonly auth: { readonly name: string; readonly password: string } | { readonly authorization: string } | null;
}

export type Budget = { readonly kind: 'time'; readonly ms: number } | { readonly kind: 'trials'; readonly trials: number };

export interface Ignore {
  /** Path patterns (`*` within a segment, `**` across) whose replies are never judged. */
  readonly paths: readonly string[];
  /** Field patterns such as `body.$.build`, `header.x-served-by`, that are never compared. */
  readonly fields: readonly string[];
  /** Exact paths at which a read (GET, HEAD) is not judged by default. */
  readonly reads: readonly string[];
}

export const REPORTER_NAMES = ['terminal', 'json', 'junit', 'sarif', 'markdown', 'html', 'github', 'gitlab'] as const;
export type ReporterName = (typeof REPORTER_NAMES)[number];

export interface ReporterChoice {
  readonly name: ReporterName;
  /** Absolute path of the file it writes; `null`: standard output. */
  readonly file: string | null;
}
