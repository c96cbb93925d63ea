import { chmodSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { CONFIG_FILES } from '../../../config/defaults.ts';
import type { UserConfig } from '../../../config/schema.ts';
import { randomSeed } from '../../../config/seed.ts';
import { settle } from '../../../config/settle.ts';
import { UserError } from '../../../errors.ts';
import { isSecretVariable } from '../../../evidence/redaction/secret-names.ts';
import { exploreApp } from '../../../explore-app.ts';
import { type Proposed, proposeApp } from '../../../propose-app.ts';
import { rehearseApp } from '../../../rehearse-app.ts';
import { createCanvas, labelled } from '../../../report/lines/canvas.ts';
import { reachedTitle } from '../../../report/lines/reached-lines.ts';
import { count, some } from '../../../report/text.ts';
import type { Context } from '../../context.ts';
import { validateFlags } from '../../flags/settings.ts';
import { EXIT } from '../../outcome/exit-code.ts';
import { colorOf, widthOf } from '../../terminal/terminal.ts';

const CONFIG = 'share-nothing.config.json';
const SESSION = 'session.http';
const GAP = 11;

/** Proposes a config and a session, and writes them. Promises the exit code. Throws UserErrors; then nothing has been written. */
export async function runInit(
  command: readonly string[],
  options: Readonly<Record<string, unknown>>,
  { terminal, color }: Context,
): Promise<number> {
  const { stdout, stderr, stdin, cwd } = terminal;
  const there = CONFIG_FILES.find((file) => existsSync(join(cwd, file)));
  if (there !== undefined)
    throw new UserError(
      'config-exists',
      `${there} is there already: nothing was written`,
      'Change it by hand, or take it away and begin anew. It is played with: share-nothing check',
    );
  const flags = validateFlags(options, command);
  const canvas = createCanvas({ width: widthOf(stdout), color: colorOf(stdout, terminal, color()) });
  const say = (lines: readonly string[]) => void stdout.write(`${lines.join('\n')}\n`);
  const row = (label: string, text: string) => labelled(canvas, label, text, { indent: 2, gap: GAP });
  const proposed = await proposeApp(cwd);
  const asks = options.yes !== true && stdin?.isTTY === true && stdout.isTTY === true;
  say([canvas.colors.bold(`This project: ${some(proposed.files, 8, ', ') ?? 'no file that says how it is started'}`)]);
  const config = await decided(proposed, { flags, ask: asks ? asker(stdin, stdout) : (_, proposal) => Promise.resolve(proposal) });
  say(describe(config, proposed).flatMap(([label, text]) => row(label, text)));
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.once('SIGINT', stop);
  const folder = mkdtempSync(join(tmpdir(), 'share-nothing-init-'));
  try {
    const settled = async (sessions: readonly string[]) =>
      (
        await settle({
          file: null,
          flags: { ...flags, ...config, sessions: [...sessions] },
          cwd,
          randomSeed,
        })
      ).config;
    let variables: Readonly<Record<string, string>> = {};
    const isNew = !existsSync(join(cwd, SESSION));
    if (isNew) {
      stderr.write('visiting the app\n');
      const visited = await exploreApp(await settled([]), { folder, signal: abort.signal });
      variables = visited.variables;
      const { writes, readsOnly } = visited.reached;
      const first = writes.length === 0 ? (readsOnly ?? 'nothing that changes something') : some(writes, 4, ', ');
      say([canvas.colors.bold(`Visited: ${reachedTitle(visited.reached).replace(/,.*$/, '')}`), ...row('writes', first ?? '')]);
    }
    const file = isNew ? join(folder, SESSION) : join(cwd, SESSION);
    stderr.write('playing the session once\n');
    const once = await settled([file]);
    const rehearsed = await rehearseApp({ ...once, variables: { ...once.variables, ...variables } }, file, abort.signal);
    abort.signal.throwIfAborted();
    const steps = count(rehearsed.steps, 'step');
    say([
      canvas.colors.bold(
        `Played once: ${steps}, ${rehearsed.complaints.length === 0 ? 'all answered as they should be' : `${rehearsed.complaints.length} not as they should be`}`,
      ),
      ...rehearsed.complaints.slice(0, 5).flatMap((text) => row('mend', text)),
    ]);
    if (isNew) keep(file, join(cwd, SESSION));
    writeFileSync(join(cwd, CONFIG), `${JSON.stringify({ ...config, sessions: [SESSION] }, null, 2)}\n`, { flag: 'wx' });
    const given = Object.keys(variables).map((name) => ` --var ${name}=…`);
    say([
      `wrote ${CONFIG}${isNew ? ` and ${SESSION}` : `; ${SESSION} was there already, and is as it was`}`,
      `next: share-nothing check${given.join('')}`,
    ]);
    return EXIT.ok;
  } catch (error) {
    if (abort.signal.aborted)
      throw new UserError(
        'interrupted',
        'interrupted: nothing was written',
        'Run it again, or shorten the visit: --explore-time 5s',
      );
    throw error;
  } finally {
    process.off('SIGINT', stop);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is asked, what is proposed, and the answer. */
type Ask = (question: string, proposal: string) => Promise<string>;

function asker(input: NonNullable<Context['terminal']['stdin']>, output: Context['terminal']['stdout']): Ask {
  return async (question, proposal) => {
    const lines = createInterface({ input, output });
    try {
      const answer = (await lines.question(`${question}${proposal === '' ? '' : ` [${proposal}]`}: `)).trim();
      return answer === '' ? proposal : answer === '-' ? '' : answer;
    } finally {
      lines.close();
    }
  };
}

/** The config as it will be written, but for its session. Flags beat what is proposed. */
async function decided(proposed: Proposed, { flags, ask }: { flags: UserConfig; ask: Ask }): Promise<UserConfig> {
  const { hasProcfile, command, prepare } = proposed;
  const named = flags.command ?? (hasProcfile ? undefined : await ask('Command that starts the app', command?.text ?? ''));
  if (named === '')
    throw new UserError(
      'no-command',
      'nothing here says how the app is started: nothing was written',
      'Say it: share-nothing init -- node server.js. It is given its port as PORT, or in place of {port}.',
    );
  const path =
    flags.app?.ready?.path ?? (await ask('Path that answers when a process is ready (- for none)', proposed.ready?.text ?? ''));
  const services =
    flags.services ??
    (await ask('Services to start for the app (- for none)', proposed.services.map(({ name }) => name).join(', ')))
      .split(/[\s,]+/)
      .filter((name) => name !== '');
  const env = Object.entries(flags.app?.env ?? {}).filter(([name]) => !isSecretVariable(name));
  const ready = { ...flags.app?.ready, ...(path === '' ? {} : { path }) };
  const app = {
    ...(env.length === 0 ? {} : { env: Object.fromEntries(env) }),
    ...(Object.keys(ready).length === 0 ? {} : { ready }),
  };
  const hasRelease = hasProcfile && flags.command === undefined;
  return {
    ...(named === undefined ? {} : { command: named }),
    ...(Object.keys(app).length === 0 ? {} : { app }),
    ...(services.length === 0 ? {} : { services }),
    ...(prepare === null || hasRelease || services.length === 0 ? {} : { prepare: prepare.text }),
    ...(flags.host === undefined ? {} : { host: flags.host }),
  };
}

function describe({ command, app, services, prepare }: UserConfig, proposed: Proposed): [string, string][] {
  const from = (text: string, said: { text: string; from: string } | null) =>
    said?.text === text ? `${text}   (${said.from})` : text;
  const rows: [string, string][] = [
    ['command', command === undefined ? 'as the Procfile says' : from([command].flat().join(' '), proposed.command)],
  ];
  const path = app?.ready?.path;
  rows.push(['ready', path === undefined ? 'when it accepts a connection' : from(path, proposed.ready)]);
  const because = (name: string) => proposed.services.find((one) => one.name === name)?.from;
  const listed = (services ?? []).map((one) =>
    typeof one === 'string' ? `${one}${because(one) === undefined ? '' : ` (${because(one)})`}` : one.name,
  );
  rows.push(['services', listed.length === 0 ? 'none' : listed.join(', ')]);
  if (prepare !== undefined) rows.push(['prepare', [prepare].flat().join(' ')]);
  return rows;
}

/** Copies a file for everybody to read; what is there already is not overwritten. */
function keep(from: string, to: string): void {
  copyFileSync(from, to, constants.COPYFILE_EXCL);
  chmodSync(to, 0o644);
}
