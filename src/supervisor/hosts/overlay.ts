import { once } from 'node:events';
import { lstat, mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Hands } from './checkpoint.ts';
import { firstOfForeignGroup } from './foreign-groups.ts';
import type { Disk, DiskOptions, Host, HostOptions, Launch, Launched } from './host.ts';
import { makeGuarded } from './make-guarded.ts';
import { fileMounts, isWithin } from './mounts.ts';
import { hold } from './overlay-holder.ts';
import { AS_ROOT, AS_USER, type Means } from './overlay-means.ts';
import { planAsRoot, planAsUser, type Step } from './overlay-plan.ts';
import { HostRefused } from './refused.ts';
import { removeFolder } from './remove.ts';
import { ROOMS } from './rooms.ts';
import type { Tree } from './snapshot.ts';
import { notStarted, spawn, whyNotStarted } from './spawn.ts';
import { watch } from './watched.ts';

/**
 * Disks as overlays over the machine's own files (Linux): whatever a process writes is private to its disk, and known. Throws a
 * HostRefused that says why if this machine does not allow it.
 */
export async function createOverlayHost(options: HostOptions): Promise<Host> {
  if (process.platform !== 'linux')
    throw new HostRefused('overlays are a thing of Linux', 'Run the audit on Linux, or in a container.');
  const ways = process.getuid?.() === 0 ? [AS_ROOT, AS_USER] : [AS_USER];
  let refused: unknown;
  for (const means of ways) {
    // An overlay cannot lie on an overlay.
    for (const room of ROOMS) {
      const host = await tryRoom(room, means, options).catch((error: unknown) => {
        if (!(error instanceof HostRefused)) throw error;
        refused ??= error;
        return null;
      });
      if (host !== null) return host;
    }
  }
  throw refused;
}

async function tryRoom(room: string, means: Means, options: HostOptions): Promise<Host> {
  if (means.asUser && isWithin(room, homedir()))
    throw new HostRefused(`${room} lies in the home folder`, 'Set TMPDIR to a folder elsewhere.');
  const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const foreign = means.asUser ? await firstOfForeignGroup(options.cwd, own) : null;
  if (foreign !== null)
    throw new HostRefused(
      `${foreign} belongs to a group that is not the user's own, which the kernel does not allow to be overlaid`,
      `chgrp -R "$(id -g)" ${options.cwd}`,
    );
  const state = makeGuarded(room, 'share-nothing-disks-', options.guard);
  try {
    const mounts = await fileMounts();
    const needed = [
      options.cwd,
      ...options.named,
      homedir(),
      ...Object.entries(options.env).flatMap(([name, value]) =>
        /^(HOME|TMPDIR|XDG_\w+_(HOME|DIR))$/.test(name) && value?.startsWith('/') ? [value] : [],
      ),
    ];
    const plan = { mounts, volumes: [...options.volumes, ...options.shared], hidden: state };
    const steps = means.asUser ? await planAsUser({ ...plan, uid: own.uid, needed }) : await planAsRoot(plan);
    return await openHost({ state, means, steps, cwd: options.cwd });
  } catch (error) {
    await removeFolder(state);
    throw error;
  }
}

/** What most trials need. */
const USUAL: DiskOptions = { hostname: null };

/** How many disks are held ready: most trials need two at most. */
const SPARES = 2;

interface Made {
  readonly state: string;
  readonly means: Means;
  readonly steps: readonly Step[];
  /** The app's folder. */
  readonly cwd: string;
}

async function openHost(made: Made): Promise<Host> {
  let disks = 0;
  const create = ({ hostname: name, frozen = false }: DiskOptions) =>
    createDisk(made, join(made.state, `disk-${++disks}`), { hostname: name ?? hostname(), frozen: frozen ? made.cwd : null });
  // Whether it works at all is known once a disk has been made; it becomes the first spare.
  const first = await create(USUAL);
  const spares: Promise<Disk>[] = [Promise.resolve(first.disk)];
  const make = async (options: DiskOptions) => (await create(options)).disk;
  const next = (options: DiskOptions): Promise<Disk> => {
    if (options.hostname !== null || options.frozen) return make(options);
    // The next ones are made while this one is in use.
    while (spares.length <= SPARES) {
      const spare = make(USUAL);
      spare.catch(() => {});
      spares.push(spare);
    }
    return spares.shift() ?? make(USUAL);
  };
  return {
    name: 'overlay',
    ownDisks: true,
    canFreeze: true,
    open: first.open,
    places: [],
    createDisk: (options) => next(options).catch(unmade),
    async close() {
      const unused = await Promise.allSettled(spares.splice(0));
      await Promise.all(unused.map((spare) => (spare.status === 'fulfilled' ? spare.value.dispose() : undefined)));
      await removeFolder(made.state);
    },
  };
}

/** What worked at first may fail later: the file system is full, or there are too many mounts. */
function unmade(error: unknown): never {
  if (!(error instanceof HostRefused)) throw error;
  const hint = `${error.mend} Or run with --host plain, which keeps no disks apart.`;
  throw new UserError('disk-unmade', `no disk could be made for a trial: ${error.message}`, hint, { cause: error });
}

async function createDisk(
  { state: hidden, means, steps }: Made,
  state: string,
  { hostname: name, frozen }: { hostname: string; frozen: string | null },
): Promise<{ disk: Disk; open: string[] }> {
  await mkdir(state);
  await writeFile(join(state, 'hosts'), `${await readFile('/etc/hosts', 'utf8').catch(() => '')}\n127.0.1.1 ${name}\n`);
  const { holder, pid, open } = await hold({ hidden, means, steps, state, name, frozen });
  const inside = (command: readonly string[], cwd = '/') => [
    ...means.enter(pid),
    'sh',
    '-c',
    'cd "$1" && shift && exec "$@"',
    'sh',
    cwd,
    ...command,
  ];
  const trees = steps.flatMap((step, number) => treeOf(step, join(state, `upper-${number}`), hidden));
  const launch = (launch: Launch): Launched => {
    const failure = whyNotStarted(launch);
    if (failure !== null) return notStarted(failure);
    const named = 'HOSTNAME' in process.env ? { HOSTNAME: name } : {};
    return spawn({ ...launch, command: inside(launch.command, launch.cwd), cwd: '/', env: { ...named, ...launch.env } });
  };
  const disk: Disk = {
    launch,
    ...(await watch(trees, { folder: state, hands: handsIn(launch) })),
    dispose: async () => {
      const ended = once(holder, 'exit');
      holder.stdin.end();
      if (holder.exitCode === null && holder.signalCode === null) await ended;
      await removeFolder(state);
    },
  };
  return { disk, open };
}

/** Works from within the disk, where every link that a path goes through stays within it too. */
function handsIn(launch: Disk['launch']): Hands {
  const run = async (script: string, args: readonly string[], input?: string) => {
    const stdin = input === undefined ? {} : { input };
    const command = ['/bin/sh', '-c', script, 'sh', ...args];
    await launch({ command, cwd: '/', env: {}, onOutput: () => {}, ...stdin }).drained;
  };
  return {
    async remove(paths) {
      for (let at = 0; at < paths.length; at += MAX_ARGUMENTS) await run(REMOVE, paths.slice(at, at + MAX_ARGUMENTS));
    },
    put: (path, source) => run('cp -p -- "$1" "$1~$$"; cat > "$1~$$" && mv -f -- "$1~$$" "$1"', [path], source),
  };
}

const REMOVE = 'for path; do case "$path" in */) rmdir -- "$path";; *) rm -f -- "$path";; esac; done';
/** How many paths are given to one command. */
const MAX_ARGUMENTS = 200;

function treeOf(step: Step, folder: string, hidden: string): Tree[] {
  if (step.kind !== 'overlay' && step.kind !== 'empty' && step.kind !== 'own') return [];
  const stateOf: Tree['stateOf'] = async (path, { state }) => {
    if (isWithin(path, hidden)) return null;
    if (state === 'deleted' || step.kind === 'empty') return state;
    return (await lstat(path).catch(() => null)) === null ? 'created' : 'changed';
  };
  return [{ folder, path: step.path, stateOf }];
}
