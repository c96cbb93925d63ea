import { once } from 'node:events';
import { execa } from 'execa';
import getPort from 'get-port';
import { request } from 'undici';
import { CLI, workspace } from '../support/cli.ts';

interface UpOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly flags?: readonly string[];
  /** By default that of a Procfile. */
  readonly command?: readonly string[];
  /** What is given as `--port`. */
  readonly port?: (port: number) => string;
  /** What is waited for; by default, that the router listens. */
  readonly wait?: RegExp;
}

/** A reply, who gave it, and the cookies that it sets. */
export interface Answer {
  readonly by: string;
  readonly status: number;
  readonly body: string;
  readonly cookie: string;
}

/** A running simulation. */
export interface Up extends AsyncDisposable {
  readonly path: string;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Answer>;
  readonly post: (path: string, body: string, headers?: Record<string, string>) => Promise<Answer>;
  /** Resolves when it has said so. */
  readonly said: (text: RegExp) => Promise<void>;
  readonly text: () => string;
  readonly end: (signal: NodeJS.Signals) => Promise<number | undefined>;
}

/** Runs `share-nothing up` with an app in a folder of its own (or in `cwd`), and waits until the router listens. */
export async function up({
  files = {},
  cwd,
  flags = [],
  command,
  port: portFlag = String,
  wait = /router +\| +http/,
}: UpOptions): Promise<Up> {
  const folder = await workspace(files);
  const port = await getPort();
  const args = [CLI, 'up', '--port', portFlag(port), '--seed', '1', ...flags, ...(command === undefined ? [] : ['--', ...command])];
  const child = execa(process.execPath, args, { cwd: cwd ?? folder.path, reject: false, env: { NO_COLOR: '1' } });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const said = async (wanted: RegExp) => {
    while (!wanted.test(text)) {
      if (child.exitCode !== null) throw new Error(`it has ended: ${text}`);
      await Promise.race([once(child.stdout, 'data'), child]);
    }
  };
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return (await child).exitCode;
  };
  const ask = async (
    path: string,
    options: { method?: 'POST'; body?: string; headers: Record<string, string> },
  ): Promise<Answer> => {
    const { statusCode, headers, body } = await request(`http://127.0.0.1:${port}${path}`, options);
    const cookie = [headers['set-cookie'] ?? []]
      .flat()
      .map((line) => line.split(';')[0] ?? '')
      .join('; ');
    return { by: String(headers['x-share-nothing-served-by'] ?? ''), status: statusCode, body: await body.text(), cookie };
  };
  await said(wait);
  return {
    path: folder.path,
    said,
    end,
    text: () => text,
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, body, headers = {}) => ask(path, { method: 'POST', body, headers }),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) await end('SIGKILL');
      await folder[Symbol.asyncDispose]();
    },
  };
}
