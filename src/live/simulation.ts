import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import type { Redactor } from '../evidence/redaction/redact.ts';
import type { App, ProcessType } from '../model/app.ts';
import type { Ignore } from '../model/config.ts';
import type { Action, LiveEvent, LiveProcess, LiveSettings, Replacement, Route } from '../model/live.ts';
import {
  neverSamePolicy,
  type Policy,
  type RoutedRequest,
  randomPolicy,
  roundRobinPolicy,
  stickyPolicy,
  type Target,
} from '../router/policies.ts';
import { type Router, startRouter } from '../router/router.ts';
import type { Watcher } from '../router/watcher.ts';
import type { Exit, Host } from '../supervisor/hosts/host.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { createFleet, type Fleet } from './fleet.ts';
import { createMirror, type Mirror } from './mirror.ts';
import { withNewcomers } from './newcomers.ts';
import type { Place } from './place.ts';
import { createTraffic } from './traffic.ts';

export interface SimulationOptions {
  readonly types: readonly ProcessType[];
  readonly supervisorOf: (app: App) => Supervisor;
  readonly host: Host;
  readonly settings: LiveSettings;
  /** Whether a process that has ended unasked is put in its place again. */
  readonly restart: boolean;
  /** What is told of replies and of addresses goes through it; lines of the app do not. */
  readonly redactor: Redactor;
  readonly ignore: Ignore;
  /** A stream of chance for every purpose. */
  readonly random: (purpose: string) => () => number;
  /** Ends processes that are starting, once aborted. */
  readonly signal: AbortSignal;
  readonly tell: (event: LiveEvent) => void;
  /** Is told of every request to a process, and of its visitor. */
  readonly watch: (request: RoutedRequest, target: Target, visitor: number) => Watcher | null;
}

/** An app whose processes run behind routers, until it is disposed of. */
export interface Simulation extends AsyncDisposable {
  /** Where each type that serves can be visited. */
  readonly routes: readonly Route[];
  /** Resolves with the first end of a process that nobody asked to end, if none is put in its place. */
  readonly died: Promise<Exit>;
  settings(): LiveSettings;
  processes(): readonly LiveProcess[];
  /** Does it, and tells of it. What names nothing that is there does nothing. */
  act(action: Action): Promise<void>;
  /** Looks at all disks. */
  look(): Promise<void>;
  /** All processes are replaced, on disks made of the app's folder as it is now. */
  reload(): Promise<void>;
}

/** Starts all processes, then the routers. Throws a UserError if a process does not start the first time; nothing is left running then. */
export async function simulate(options: SimulationOptions): Promise<Simulation> {
  const { types, host, random, signal, tell } = options;
  const over = new AbortController();
  let settings = options.settings;
  let died: (exit: Exit) => void = () => {};
  const firstDeath = new Promise<Exit>((resolve) => {
    died = resolve;
  });
  const mirrors = new Map<string, Mirror>();
  const traffic = createTraffic({
    ended: (request) => tell({ kind: 'request', request: { ...request, path: options.redactor.text(request.path) } }),
    watchers: [
      (request, target) => (settings.mirror ? (mirrors.get(typeOf(target.name))?.watch(request, target) ?? null) : null),
      options.watch,
    ],
  });
  const parts = types.map((type) => {
    const supervisor = options.supervisorOf(type.app);
    const fleet = createFleet({
      type,
      supervisor,
      host,
      tell,
      drained: (origin) => traffic.drained(origin, type.app.stopGraceMs),
      openAt: traffic.openAt,
      died: (exit) => {
        if (!options.restart) died(exit);
        return options.restart;
      },
    });
    return { type, supervisor, fleet };
  });
  const fleets = parts.map(({ fleet }) => fleet);
  const processes = () => fleets.flatMap((fleet) => fleet.processes());
  for (const { type, supervisor, fleet } of parts)
    mirrors.set(
      type.name,
      createMirror({
        targets: fleet.targets,
        withNewcomers: (use) => withNewcomers({ supervisor, host }, use),
        written: async (name) => (await fleet.place(name)?.written()) ?? new Map(),
        random: random('mirror'),
        ignore: options.ignore,
        signal: over.signal,
        redactor: options.redactor,
        found: (contradiction) => tell({ kind: 'contradiction', contradiction }),
      }),
    );

  const routed: { fleet: Fleet; router: Router }[] = [];
  const policy = ({ targets }: Fleet) => policyOf(settings, targets, random('routing'));
  const end = async () => {
    over.abort();
    // Who asks for something is answered to the end, and no new work comes in.
    await Promise.all(parts.filter(({ type }) => type.port !== null).map(({ fleet }) => fleet.end()));
    await Promise.all(routed.map(({ router }) => router.close()));
    await Promise.all(parts.filter(({ type }) => type.port === null).map(({ fleet }) => fleet.end()));
  };
  const interrupt = () => void Promise.all(parts.map(({ supervisor }) => supervisor.stopAll()));
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    await Promise.all(parts.map(({ type, fleet }) => fleet.scale(type.count, 'first')));
    for (const { type, fleet } of parts) {
      if (type.port === null) continue;
      const { port } = type;
      // An idle connection would keep a process from ending.
      const router = await startRouter({
        policy: policy(fleet),
        freshConnections: true,
        port,
        tagReplies: true,
        watch: traffic.watch,
      });
      routed.push({ fleet, router });
    }
  } catch (error) {
    await end();
    throw error;
  } finally {
    signal.removeEventListener('abort', interrupt);
  }

  const placeOf = (name: string) => fleets.find(({ type }) => type.name === typeOf(name))?.place(name) ?? null;
  const there = (name: string): Place => {
    const place = placeOf(name);
    if (place === null)
      throw notThere(
        `process ${name}`,
        processes().map((one) => one.name),
      );
    return place;
  };
  const ofType = (name: string): Fleet => {
    const fleet = fleets.find(({ type }) => type.name === name);
    if (fleet === undefined)
      throw notThere(
        `process type ${name}`,
        fleets.map(({ type }) => type.name),
      );
    return fleet;
  };
  const places = () => fleets.flatMap((fleet) => fleet.places());
  let replacing = new AbortController();
  const replaceInTurn = async ({ ms, how }: { ms: number; how: Replacement }, asked: AbortSignal) => {
    for (let turn = 0; ; turn++) {
      await wait(ms, undefined, { signal: asked }).catch(() => {});
      if (asked.aborted || over.signal.aborted) return;
      const standing = processes().filter(({ state }) => state === 'up');
      const next = standing[turn % standing.length];
      if (next !== undefined) await placeOf(next.name)?.replace(how);
    }
  };
  const set = (changed: Partial<LiveSettings>) => {
    settings = { ...settings, ...changed };
    if (changed.policy !== undefined) for (const { fleet, router } of routed) router.setPolicy(policy(fleet));
    if (changed.replaceEvery !== undefined) {
      replacing.abort();
      replacing = new AbortController();
      if (changed.replaceEvery !== null) void replaceInTurn(changed.replaceEvery, replacing.signal);
    }
  };
  set({ replaceEvery: settings.replaceEvery });

  return {
    routes: routed.map(({ fleet, router }) => ({ type: fleet.type.name, origin: router.origin })),
    died: firstDeath,
    settings: () => settings,
    processes,
    async act(action) {
      if (over.signal.aborted) return;
      if (action.kind === 'replace') await there(action.process).replace(action.how);
      if (action.kind === 'wipe') await there(action.process).wipe();
      if (action.kind === 'scale') await ofType(action.type).scale(action.count);
      if (action.kind === 'set') {
        set(action.setting);
        tell({ kind: 'set', setting: settings });
      }
    },
    look: async () => {
      for (const place of places()) await place.look();
    },
    async reload() {
      const how = host.ownDisks ? 'relocate' : 'deploy';
      await Promise.all(places().map((place) => place.replace(how)));
    },
    async [Symbol.asyncDispose]() {
      replacing.abort();
      await end();
    },
  };
}

function notThere(what: string, known: readonly string[]): UserError {
  return new UserError('process-unknown', `there is no ${what}`, `There are ${known.join(', ')}.`);
}

/** `web` of `web.1`. */
function typeOf(process: string): string {
  return process.replace(/\.\d+$/, '');
}

function policyOf({ policy }: LiveSettings, targets: () => readonly Target[], random: () => number): Policy {
  return {
    random: () => randomPolicy(targets, random),
    'round-robin': () => roundRobinPolicy(targets),
    'never-same': () => neverSamePolicy(targets, random),
    sticky: () => stickyPolicy(targets),
  }[policy]();
}
