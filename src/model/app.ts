/** The audited program, ready to be started any number of times. */
export interface App {
  /** Program and arguments; `{port}` in any of them is replaced by the process's port. */
  readonly command: readonly string[];
  /** Absolute path of the folder the program is started in. */
  readonly cwd: string;
  /** Variables added to the environment; `PORT` is added by the supervisor. */
  readonly env: Readonly<Record<string, string>>;
  readonly readiness: Readiness;
  /** How long a process may take to obey SIGTERM before it is killed, in milliseconds. */
  readonly stopGraceMs: number;
}

/** When a process counts as ready to serve. */
export interface Readiness {
  /** Path whose GET must answer below 400; `null`: ready as soon as the port accepts a connection. */
  readonly path: string | null;
  /** For one that is asked nothing: a text that it writes; `null`, or nothing: it is not waited for. */
  readonly log?: string | null;
  /** For one that is asked nothing, and of which no text is waited for: how long it is left alone, in milliseconds; by default not at all. */
  readonly delayMs?: number;
  readonly timeoutMs: number;
}

/** One kind of process of an app, such as `web` or `worker`, and how many of it run. */
export interface ProcessType {
  readonly name: string;
  readonly app: App;
  readonly count: number;
  /** Port of the router before its processes; 0: a free one; `null`: they are asked nothing. */
  readonly port: number | null;
}
