import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { UserError } from '../../../errors.ts';
import { packaged, TOOL } from '../../../packaged.ts';
import { privateFileFor } from '../../../record/private-file.ts';
import { FORMATS, type Saved } from '../../../record/save.ts';
import { recordApp } from '../../../record-app.ts';
import { count, harmlessText, some } from '../../../report/text.ts';
import { HOW_TO_PLAY } from '../../../session/formats/http/write-http.ts';
import type { Context } from '../../context.ts';
import { portOf } from '../../flags/port.ts';
import { readSettings } from '../../flags/settings.ts';
import { EXIT } from '../../outcome/exit-code.ts';
import { interruptible } from '../../terminal/interrupt.ts';
import { listenToKeys } from '../../terminal/keys.ts';
import { fromHere } from '../../terminal/paths.ts';
import type { Output } from '../../terminal/terminal.ts';
import { convertFile } from './convert.ts';

const USUAL_FILE = 'session.http';
const USUAL_PORT = 5000;
/** Built from `src/pages/record`. */
const PAGE = packaged('dist/pages/record/index.html');

type Options = Readonly<Record<string, unknown>>;

/** Records a session, or makes one of a file. Promises the exit code. */
export async function runRecord(words: readonly string[], options: Options, context: Context): Promise<number> {
  const { terminal } = context;
  const { cwd, stdout, stderr } = terminal;
  const say = (text: string) => void stdout.write(`${text}\n`);
  const file = targetFile(options.to, cwd);
  if (typeof options.from === 'string') {
    const { saved, remarks } = await convertFile(words, { from: options.from, file, options, context });
    for (const remark of remarks) stderr.write(`${harmlessText(remark)}\n`);
    for (const line of savedWords(saved, cwd)) say(line);
    if (saved.flaw !== null) return tellFlaw(saved.flaw, stderr);
    say(nextLine(saved, { words: [], cwd }));
    return EXIT.ok;
  }
  const configFile = typeof options.config === 'string' ? options.config : null;
  const { config } = await readSettings({ options, command: words, configFile, cwd, sessions: 'optional' });
  const port = portOf('--port', options.port ?? USUAL_PORT);
  const pagePort = portOf('--page-port', options.pagePort ?? 0);
  const html = options.page === false ? null : await readFile(PAGE, 'utf8');
  const over = new AbortController();
  using interrupt = interruptible(() => over.abort());
  let keys: Disposable | null = null;
  try {
    const saved = await recordApp(
      config,
      {
        file,
        shownFile: fromHere(file, cwd),
        privateFile: privateFileFor(file),
        preface: [`What somebody did at ${config.app.command.join(' ').slice(0, 100)}, as share-nothing recorded it.`, HOW_TO_PLAY],
        tool: TOOL,
        describe(result) {
          const said = savedWords(result, cwd);
          for (const line of said) say(line);
          return said.join('; ');
        },
        port,
        page: html === null ? null : { port: pagePort, html },
        signal: over.signal,
        opened({ origin, page, desk }) {
          say(`use the app at ${origin}`);
          if (page !== null) say(`what is recorded: ${page}`);
          say(terminal.stdin?.isTTY ? 's saves, q saves and ends' : 'Ctrl-C saves and ends');
          const save = () =>
            desk
              .save()
              .catch((error: unknown) => say(error instanceof UserError ? `${error.message}: ${error.hint}` : String(error)));
          keys = listenToKeys(terminal.stdin, {
            raw: terminal.env.TERM !== 'dumb',
            interrupted: interrupt.now,
            pressed: (key) => {
              if (key === 's') void save();
              if (key === 'q') interrupt.now();
            },
          });
        },
        answered: ({ method, path, status }) => say(harmlessText(`${method} ${path} → ${status === 0 ? 'no answer' : status}`)),
      },
      async (desk) => (desk.isUnsaved() ? await desk.save() : null),
    );
    if (!existsSync(file))
      throw new UserError(
        'nothing-recorded',
        'nothing was recorded, and nothing is saved',
        'Use the app at the address that is printed.',
      );
    if (saved?.flaw != null) return tellFlaw(saved.flaw, stderr);
    say(nextLine(saved, { words, cwd, file }));
    return EXIT.ok;
  } catch (error) {
    if (over.signal.aborted && !(error instanceof UserError))
      throw new UserError('interrupted', 'interrupted before the app could be used: nothing was recorded', 'Run it again.');
    throw error;
  } finally {
    (keys as Disposable | null)?.[Symbol.dispose]();
  }
}

/** It is saved, and something is still to be done before it plays. */
function tellFlaw({ message, hint }: UserError, stderr: Output): number {
  stderr.write(`${harmlessText(`it does not play yet: ${message}`)}\n${harmlessText(`hint: ${hint}`)}\n`);
  return EXIT.none;
}

/** The absolute path of the session to write. Throws a UserError if that is there already, or no format is named by it. */
function targetFile(given: unknown, cwd: string): string {
  const name = typeof given === 'string' ? given : USUAL_FILE;
  const file = resolve(cwd, name);
  if (!FORMATS.some((end) => end === extname(file)))
    throw new UserError(
      'flag-invalid',
      `--to: "${name}" given, but it must end with ${FORMATS.join(', ')}`,
      `For example: --to ${USUAL_FILE}`,
    );
  if (existsSync(file))
    throw new UserError(
      'file-exists',
      `${name} is there already, and would be overwritten`,
      'Name another file: --to checkout.http',
    );
  return file;
}

function savedWords({ files, steps, secrets }: Saved, cwd: string): string[] {
  const shown = files.map((file) => fromHere(file, cwd)).join(', ');
  const open = files.some((file) => file.endsWith('.har')) ? ', with what was sent in it, passwords too' : '';
  return [
    `saved ${shown}: ${count(steps, 'step')}${open}`,
    ...(secrets === null
      ? []
      : [
          `${some([...secrets.names], 5, ', ')} ${secrets.names.length === 1 ? 'is' : 'are'} kept apart, not to be shared: ${fromHere(secrets.file, cwd)}`,
        ]),
  ];
}

function nextLine(saved: Saved | null, { words, cwd, file }: { words: readonly string[]; cwd: string; file?: string }): string {
  const files = (saved?.files ?? [file ?? USUAL_FILE]).map((one) => `--session ${fromHere(one, cwd)}`);
  const command = words.length === 0 ? '' : ` -- ${words.join(' ')}`;
  return `next: share-nothing check ${[...files, ...(saved?.flags ?? [])].join(' ')}${command}`;
}
