import type { HostName } from '../../model/isolation.ts';
import type { Brand } from '../brand.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Outside } from './outside.ts';
import type { Snapshot } from './snapshot.ts';

/** Where processes run, and what a disk means there. */
export interface Host {
  readonly name: HostName;
  /** Whether processes can have disks of their own. */
  readonly ownDisks: boolean;
  /** Whether the app's folder can be read-only on a disk. */
  readonly canFreeze: boolean;
  /** Absolute paths, or places in words, that no disk of this host keeps apart. */
  readonly open: readonly string[];
  /** Where apps write to, and what a shell of this host calls it; empty: by the very paths. */
  readonly places: readonly { readonly path: string; readonly shell: string }[];
  /** Files that were written where no disk keeps them apart, as far as it can tell, but in some paths; only on a host that does not hold them off. */
  writtenOutside?(except: readonly string[]): Promise<Outside>;
  /** A new disk: the machine's own files, as yet unchanged. */
  createDisk(options: DiskOptions): Promise<Disk>;
  /** Removes what disks were made from. All of them must have been disposed of. */
  close(): Promise<void>;
}

export interface DiskOptions {
  /** What the machine that has it calls itself; `null`: as this one does. */
  readonly hostname: string | null;
  /** Whether nothing can be written to the app's folder; only where the host can freeze it. */
  readonly frozen?: boolean;
}

/** What hosts are made for. */
export interface HostOptions {
  /** Absolute path of the folder that the app is started in. */
  readonly cwd: string;
  /** Absolute paths of attached resources. */
  readonly volumes: readonly string[];
  /** Absolute paths that all processes share with us for the harness's own purposes. */
  readonly shared: readonly string[];
  /** Absolute paths that the app's command names. */
  readonly named: readonly string[];
  /** Is told of folders that are to be removed should we die before the host is closed. */
  readonly guard: (folder: string) => void;
  /** Variables of the app: some name folders of its own. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What processes see as their disk. Any number of them may share it. */
export interface Disk {
  /** Starts a program that sees this disk. Marks, readiness and stopping are the same for every host. */
  launch(launch: Launch): Launched;
  /** What has been written to this disk so far, and what deleted. Empty where the host cannot tell. */
  snapshot(): Promise<Snapshot>;
  /** Keeps what is on this disk now, so that it can be put back. */
  checkpoint(): Promise<Checkpoint>;
  /** Puts back what was on this disk then, while its processes run: as if nothing had been written since, `unless` a file is to stay. */
  revert(checkpoint: Checkpoint, options: { readonly unless: (path: string) => boolean }): Promise<void>;
  /** Removes the disk with all that was written to it. Its processes must have ended. */
  dispose(): Promise<void>;
}

export interface Launch {
  readonly command: readonly string[];
  /** Absolute path, on the machine's own disk. */
  readonly cwd: string;
  /** Added to our own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What it is to inherit, so that it can be found whatever it does. */
  readonly brand?: Brand;
  /** A file of ours that it reads as its standard input; by default it reads nothing. */
  readonly input?: string;
  /** Is given what the process writes, as it arrives. */
  readonly onOutput: (chunk: Buffer) => void;
  /** Is given what it writes to standard error, which `onOutput` is not given then. */
  readonly onError?: ((chunk: Buffer) => void) | undefined;
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
