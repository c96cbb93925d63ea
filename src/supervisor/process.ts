import type { Connections } from './connections.ts';
import type { Exit } from './hosts/host.ts';
import type { Workers } from './workers.ts';

/** One running copy of the app. */
export interface Process {
  /** Such as `web.1`. */
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** Where it answers: scheme, loopback address and port. */
  readonly origin: string;
  /** From its start until it was ready, in milliseconds. */
  readonly bootMs: number;
  /** Resolves after it has ended, for whatever reason, and its last words have arrived. */
  readonly fellSilent: Promise<Exit>;
  /** Which of its processes answer requests. */
  workers(): Promise<Workers>;
  /** Its process that has accepted the connection from a local port; `null` if that cannot be told. */
  ownerOf(localPort: number): Promise<number | null>;
  /** What its whole tree has connected to; `null` where this cannot be told. */
  connections(): Connections | null;
  /** What its whole tree holds in memory, in bytes; `null` where this cannot be told. */
  memory(): number | null;
  /** The last lines it wrote to standard output and standard error. Hostile text. */
  output(): readonly string[];
  /**
   * Ends the whole process tree and resolves when none of it is left. `ask`: SIGTERM, then SIGKILL for what has not obeyed
   * within the app's grace; `kill`: SIGKILL at once. `obeyed`: it ended without being killed.
   */
  stop(how: 'ask' | 'kill'): Promise<{ readonly obeyed: boolean }>;
  /** Ends it as its trial is over: asks, unless a process of this app has not obeyed before. */
  leave(): Promise<void>;
}
