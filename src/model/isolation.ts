/** The hosts, best isolation first. */
export const HOST_NAMES = ['overlay', 'copy', 'plain'] as const;
export type HostName = (typeof HOST_NAMES)[number];

/** How far the disks of an audit's trials were really kept apart. */
export interface Isolation {
  readonly host: HostName;
  /** Absolute paths, or places in words, where what is written was not kept apart. */
  readonly open: readonly string[];
  /** Paths that were tried, and where nothing was seen. */
  readonly tried: readonly string[];
  /** Attached resources: shared by all processes, and kept, on purpose. */
  readonly volumes: readonly string[];
  /** Hosts that isolate better and are not to be had here, with the reason. */
  readonly refused: readonly Refusal[];
}

/** Why a host cannot be used on this machine, and the one line that would mend it. */
export interface Refusal {
  readonly host: HostName;
  readonly reason: string;
  readonly mend: string;
}
