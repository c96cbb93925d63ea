import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { availableParallelism, constants } from 'node:os';
import { knownSecrets } from '../../../evidence/redaction/known-secrets.ts';
import { openTexts } from '../../../evidence/redaction/open-texts.ts';
import { createRedactor } from '../../../evidence/redaction/redact.ts';
import { makeOutput } from '../../../evidence/store.ts';
import { type Dashboard, startDashboard } from '../../../live/dashboard.ts';
import { createFeed, type Feed } from '../../../live/feed.ts';
import { openLogFiles } from '../../../live/log-files.ts';
import { createRecorder } from '../../../live/recorder.ts';
import { type Simulation, simulate } from '../../../live/simulation.ts';
import { watchFiles } from '../../../live/watch.ts';
import type { LiveEvent } from '../../../model/live.ts';
import { packaged } from '../../../packaged.ts';
import { harmlessText } from '../../../report/text.ts';
import { openGround } from '../../../supervisor/ground.ts';
import type { Exit } from '../../../supervisor/hosts/host.ts';
import { createNumbers, createSupervisor } from '../../../supervisor/supervisor.ts';
import { randomStream } from '../../../trials/random.ts';
import type { Context } from '../../context.ts';
import { EXIT } from '../../outcome/exit-code.ts';
import { interruptible } from '../../terminal/interrupt.ts';
import { listenToKeys } from '../../terminal/keys.ts';
import { createDesk, type Desk } from './up-desk.ts';
import { KEY_LINE, keyHandler, settingsWords } from './up-keys.ts';
import { OWN, processWords, upLines } from './up-lines.ts';
import { readUpSettings, type UpSettings } from './up-settings.ts';

/** Runs an app in several processes until it is interrupted. Promises the exit code. */
export async function runUp(
  command: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: Context,
): Promise<number> {
  const { terminal } = context;
  const settings = await readUpSettings(command, options, terminal.cwd);
  const { config, types } = settings;
  const widest = types
    .map(({ name, count }) => `${name}.${count}`)
    .reduce((one, other) => (one.length > other.length ? one : other), '');
  const lines = upLines(terminal, { widest, color: context.color() });
  const asked = new AbortController();
  using interrupt = interruptible(() => {
    lines.say(OWN, 'stopping; again to leave at once');
    asked.abort();
  });
  using logs = settings.logs ? openLogFiles(makeOutput(config.output, 'logs')) : null;
  const runId = `up-${randomUUID()}`;
  const ground = await openGround({
    app: { ...config.app, command: types.flatMap(({ app }) => app.command) },
    runId,
    host: config.host,
    volumes: config.volumes,
    shared: [],
  });
  const { host, isolation, guardian, brand } = ground;
  const nextNumber = createNumbers();
  const feed = createFeed();
  feed.listen((event) => {
    lines.tell(event);
    if (event.kind === 'line') logs?.write(event.by, event.text);
    if (event.kind === 'set') lines.say(OWN, settingsWords(event.setting));
  });
  const recorder = createRecorder();
  try {
    await using simulation = await simulate({
      types,
      supervisorOf: (app) => createSupervisor({ app, runId, maxBoots: availableParallelism(), guardian, brand, nextNumber }),
      host,
      settings: settings.live,
      restart: settings.restart,
      ignore: config.ignore,
      redactor: createRedactor(
        types.flatMap(({ app }) => knownSecrets({ ...config, app }, process.env)),
        { open: types.flatMap(({ app }) => openTexts({ ...config, app }, [])), showValues: config.showValues },
      ),
      random: (purpose) => randomStream(config.seed, purpose),
      signal: asked.signal,
      tell: feed.tell,
      watch: (request, _, visitor) => recorder.watch(request, visitor),
    });
    const desk = createDesk({ settings, simulation, recorder, guardian, cwd: terminal.cwd, signal: asked.signal, tell: feed.tell });
    await using _watcher = await watching(settings, { reload: simulation.reload, tell: feed.tell });
    await using dashboard = await openDashboard(settings, { simulation, desk, feed, ownDisks: host.ownDisks });
    const disks = host.ownDisks ? `a disk each (${isolation.host})` : 'one disk for all';
    for (const { type, origin } of simulation.routes) lines.say(OWN, type === 'web' ? origin : `${origin} is ${type}`);
    if (simulation.routes.length === 0) lines.say(OWN, 'no process type is asked anything: name one with --port TYPE=5000');
    if (dashboard !== null) lines.say(OWN, `${dashboard.origin} is the dashboard`);
    lines.say(OWN, `${settingsWords(settings.live)}, seed ${config.seed}, ${disks}`);
    using _keys = listenToKeys(terminal.stdin, {
      raw: terminal.env.TERM !== 'dumb',
      interrupted: interrupt.now,
      pressed: keyHandler({
        ...simulation,
        ...desk,
        follow: lines.follow,
        say: (text) => lines.say(OWN, text),
        quit: interrupt.now,
        describe: processWords,
      }),
    });
    if (terminal.stdin?.isTTY) lines.say(OWN, KEY_LINE);
    const end = await Promise.race([ended(asked.signal), simulation.died]);
    return end === null ? EXIT.ok : codeOf(end);
  } catch (error) {
    // What was starting has been ended, as was asked.
    if (asked.signal.aborted) return EXIT.ok;
    throw error;
  } finally {
    await guardian.close();
    await host.close();
  }
}

/** The page on a port of its own, if that is wanted. */
async function openDashboard(
  { dashboard, config }: UpSettings,
  { simulation, desk, feed, ownDisks }: { simulation: Simulation; desk: Desk; feed: Feed; ownDisks: boolean },
): Promise<Dashboard | null> {
  if (dashboard === null) return null;
  const { routes, settings, processes } = simulation;
  return startDashboard({
    port: dashboard,
    page: await readFile(PAGE, 'utf8'),
    state: () => ({ routes, settings: settings(), processes: processes(), seed: config.seed, ownDisks }),
    look: simulation.look,
    feed,
    run: async (command) => {
      if (command.kind === 'save') desk.save();
      else if (command.kind === 'audit') desk.audit();
      else await simulation.act(command);
    },
  });
}

/** Built from `src/pages/dashboard`. */
const PAGE = packaged('dist/pages/dashboard/index.html');

async function ended(signal: AbortSignal): Promise<null> {
  if (!signal.aborted) await once(signal, 'abort');
  return null;
}

/** As a shell names it. */
function codeOf({ code, signal }: Exit): number {
  return code ?? (signal === null ? EXIT.none : 128 + constants.signals[signal as NodeJS.Signals]);
}

/** Restarts all when a file changes, if that is wanted. */
async function watching(
  { watch, config, types }: UpSettings,
  { reload, tell }: { reload: () => Promise<void>; tell: (event: LiveEvent) => void },
): Promise<AsyncDisposable | null> {
  if (watch === null) return null;
  return watchFiles({
    paths: watch,
    except: [config.output, ...config.volumes],
    changed: (path) => {
      const all = types.length > 1 ? 'types' : 'processes';
      tell({ kind: 'note', text: `${harmlessText(path)} has changed: all ${all} are restarted` });
      return reload();
    },
    failed: (why) => tell({ kind: 'note', text: `watching files: ${harmlessText(why)}` }),
  });
}
