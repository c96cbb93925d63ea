import { setTimeout as wait } from 'node:timers/promises';
import { slotName } from '../model/schedule.ts';
import type { Policy, Target } from '../router/policies.ts';
import { startRouter } from '../router/router.ts';
import { type Disk, describeExit, type Host } from '../supervisor/hosts/host.ts';
import type { Process } from '../supervisor/process.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { lineSplitter } from './lines.ts';
import type { Mirror } from './mirror.ts';

/** How a process is replaced while the app runs: a successor first and then SIGTERM, the same on an empty disk, or SIGKILL first. */
export type Replacement = 'deploy' | 'relocate' | 'crash';
export const REPLACEMENTS: readonly Replacement[] = ['deploy', 'relocate', 'crash'];

/** What happens, for whoever watches. Lines are hostile text. */
export type LiveEvent =
  | { readonly kind: 'line'; readonly by: string; readonly text: string }
  | { readonly kind: 'started'; readonly by: string; readonly pid: number; readonly bootMs: number }
  | { readonly kind: 'stopping'; readonly by: string; readonly why: Replacement | 'end' }
  /** Its successor did not start: it stays. */
  | { readonly kind: 'kept'; readonly by: string; readonly why: string }
  | { readonly kind: 'ended'; readonly by: string; readonly how: string; readonly againMs: number };

export interface SimulationOptions {
  readonly supervisor: Supervisor;
  readonly host: Host;
  /** How many processes stand side by side. */
  readonly processes: number;
  /** Port of the router. */
  readonly port: number;
  readonly policy: (targets: () => readonly Target[]) => Policy;
  /** Replaces one process after the other, in turn, every so often; `null`: never. */
  readonly replaceEvery: { readonly ms: number; readonly how: Replacement } | null;
  readonly signal: AbortSignal;
  readonly tell: (event: LiveEvent) => void;
  /** Asks another process for what one has answered; `null`: nobody does. */
  readonly mirror: ((targets: () => readonly Target[]) => Mirror) | null;
}

/** An app that runs in several processes behind one router, until it is stopped. */
export interface Simulation extends AsyncDisposable {
  readonly origin: string;
}

interface Place {
  readonly name: string;
  disk: Disk;
  process: Process | null;
  /** How often in a row it has ended soon. */
  failures: number;
}

/** A process that lived for so long has started well. */
const SETTLED_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Starts all processes, then the router. Throws a UserError if one does not start the first time; nothing is left running then. */
export async function simulate(options: SimulationOptions): Promise<Simulation> {
  const { supervisor, host, signal, tell } = options;
  const over = new AbortController();
  const places: Place[] = [];
  const newDisk = (name: string) => host.createDisk({ hostname: host.ownDisks ? name.replace('.', '-') : null });
  /** Starts a process that takes its place as soon as it is ready. */
  const start = async (place: Place): Promise<void> => {
    const lines = lineSplitter((text) => tell({ kind: 'line', by: place.name, text }));
    const process = await supervisor.start(place.name, { disk: place.disk, onOutput: lines.write });
    const born = performance.now();
    place.process = process;
    void process.fellSilent.then((exit) => {
      lines.flush();
      if (place.process === process) void comeBack(place, describeExit(exit), performance.now() - born);
    });
    tell({ kind: 'started', by: place.name, pid: process.pid, bootMs: process.bootMs });
  };
  /** It has ended unasked: another is put in its place, after a pause that grows as long as it keeps ending soon. */
  const comeBack = async (place: Place, ending: string, livedMs: number) => {
    place.process = null;
    place.failures = livedMs > SETTLED_MS ? 0 : place.failures + 1;
    let how = ending;
    while (!over.signal.aborted) {
      const againMs = place.failures === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (place.failures - 1));
      tell({ kind: 'ended', by: place.name, how, againMs });
      try {
        await wait(againMs, undefined, { signal: over.signal });
        await start(place);
        return;
      } catch (error) {
        if (over.signal.aborted) return;
        how = messageOf(error);
        place.failures++;
      }
    }
  };
  const stop = async (place: Place, why: Replacement | 'end') => {
    const { process } = place;
    place.process = null;
    if (process === null) return;
    tell({ kind: 'stopping', by: place.name, why });
    await process.stop(why === 'crash' ? 'kill' : 'ask');
  };
  const replace = async (place: Place, how: Replacement) => {
    if (how === 'crash') {
      await stop(place, how);
      await start(place).catch((error: unknown) => void comeBack(place, messageOf(error), 0));
      return;
    }
    const { process: predecessor, disk } = place;
    try {
      if (how === 'relocate') place.disk = await newDisk(place.name);
      // The successor answers before its predecessor is asked to end: nobody is turned away.
      await start(place);
    } catch (error) {
      if (place.disk !== disk) await place.disk.dispose();
      place.disk = disk;
      tell({ kind: 'kept', by: place.name, why: messageOf(error) });
      return;
    }
    tell({ kind: 'stopping', by: place.name, why: how });
    await predecessor?.stop('ask');
    if (place.disk !== disk) await disk.dispose();
  };
  const targets = () => places.flatMap(({ name, process }) => (process === null ? [] : [{ name, origin: process.origin }]));

  const end = async () => {
    over.abort();
    // What is being answered is answered to its end.
    await Promise.all(places.map((place) => stop(place, 'end')));
    await router?.close();
    await supervisor.stopAll();
    await Promise.all(places.map(({ disk }) => disk.dispose()));
  };
  let router: Awaited<ReturnType<typeof startRouter>> | null = null;
  try {
    for (let slot = 0; slot < options.processes; slot++) {
      const name = slotName(slot);
      places.push({ name, disk: await newDisk(name), process: null, failures: 0 });
    }
    await Promise.all(places.map(start));
    const mirror = options.mirror?.(targets) ?? null;
    const seen = mirror === null ? {} : { onAnswered: mirror.answered };
    router = await startRouter({
      ...seen,
      policy: options.policy(targets),
      // An idle connection would keep a process from ending.
      freshConnections: true,
      port: options.port,
      tagReplies: true,
    });
  } catch (error) {
    await end();
    throw error;
  }
  if (options.replaceEvery !== null)
    void replaceInTurn(options.replaceEvery, places, { replace, signal: AbortSignal.any([signal, over.signal]) });
  return { origin: router.origin, [Symbol.asyncDispose]: end };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function replaceInTurn(
  { ms, how }: { ms: number; how: Replacement },
  places: readonly Place[],
  { replace, signal }: { replace: (place: Place, how: Replacement) => Promise<void>; signal: AbortSignal },
): Promise<void> {
  for (let turn = 0; ; turn++) {
    await wait(ms, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const place = places[turn % places.length];
    // One that is about to come back is left alone.
    if (place !== undefined && place.process !== null) await replace(place, how);
  }
}
