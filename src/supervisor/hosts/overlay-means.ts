/** How an overlay is made and entered, with the rights that we have. */
export interface Means {
  readonly asUser: boolean;
  /** Program and arguments that run a script in new namespaces. */
  readonly make: readonly string[];
  /** Program and arguments that put a command into the namespaces that a process holds. */
  enter(holder: number): readonly string[];
}

export const AS_ROOT: Means = {
  asUser: false,
  make: ['unshare', '--mount', '--uts', '--ipc'],
  enter: (holder) => ['nsenter', '-t', String(holder), '-m', '-u', '-i', '-r', '-w', '--'],
};

/** `unshare` gives us the rights of root in a namespace of our own; a second one takes them off the app again. */
export const AS_USER: Means = {
  asUser: true,
  make: ['unshare', '--user', '--map-root-user', '--mount', '--uts', '--ipc'],
  enter: (holder) => [
    ...['nsenter', '-t', String(holder), '-U', '--preserve-credentials', '-m', '-u', '-i', '-r', '-w', '--'],
    ...['unshare', '--user', `--map-user=${process.getuid?.()}`, `--map-group=${process.getgid?.()}`, '--'],
  ],
};
