/**
 * Where processes run, and what a disk means there. A host only launches; marks, readiness and stopping are the same for
 * every host.
 */
export interface Host {
  readonly name: string;
  launch(launch: Launch): Launched;
}

export interface Launch {
  readonly command: readonly string[];
  /** Absolute path. */
  readonly cwd: string;
  /** Added to our own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Is given what the process writes, as it arrives. */
  readonly onOutput: (chunk: Buffer) => void;
}

export interface Launched {
  /** Leader of a process group of its own; `null` if it could not be started. */
  readonly pid: number | null;
  /** Resolves when the leader has ended, or could not be started; never rejects. */
  readonly exited: Promise<Exit>;
  /** Resolves when the leader has ended and nothing can write to its output any more. */
  readonly drained: Promise<void>;
}

/** How a process ended. `cause`: why it could not even be started. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly cause: unknown;
}

/** How a process ended, in words that follow its name. */
export function describeExit({ code, signal }: Exit): string {
  return signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
}
