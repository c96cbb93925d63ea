import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { WELL_KNOWN_PATHS } from '../../../config/well-known-paths.ts';
import { lineSplitter } from '../../../live/lines.ts';
import type { SavedSession } from '../../../live/save-sessions.ts';
import type { App } from '../../../model/app.ts';
import type { Config } from '../../../model/config.ts';
import type { LiveEvent } from '../../../model/live.ts';
import { packaged } from '../../../packaged.ts';
import type { Guardian } from '../../../supervisor/guardian.ts';
import { fromHere } from '../../terminal/paths.ts';

const CLI = packaged('dist/cli.js');
/** Name of an audit's lines. */
const AUDIT = 'audit';

export interface AuditOptions {
  readonly app: App;
  readonly config: Config;
  readonly sessions: readonly SavedSession[];
  /** Folder for its settings and its report. */
  readonly folder: string;
  readonly cwd: string;
  readonly guardian: Guardian;
  readonly signal: AbortSignal;
  readonly tell: (event: LiveEvent) => void;
}

/** Runs `check` on an app with sessions, as a program of its own, and tells what it prints. Resolves when it has ended. */
export async function auditSessions({ app, config, sessions, folder, cwd, guardian, signal, tell }: AuditOptions): Promise<void> {
  const [first] = sessions;
  const base = first?.file.replace(/\.har$/, '') ?? join(folder, 'audit');
  const { readiness, stopGraceMs, command, env } = app;
  const ready = { timeout: readiness.timeoutMs, ...(readiness.path === null ? {} : { path: readiness.path }) };
  const settings = {
    app: { command, cwd: app.cwd, env, ready, stopGrace: stopGraceMs },
    sessions: sessions.map(({ file }) => file),
    volumes: config.volumes,
    processes: config.processes,
    ignore: { paths: config.ignore.paths, fields: config.ignore.fields },
    judgePaths: WELL_KNOWN_PATHS.filter((path) => !config.ignore.reads.includes(path)),
    output: config.output,
    showValues: config.showValues,
    ...(config.host === null ? {} : { host: config.host }),
  };
  // It holds the app's variables.
  writeFileSync(`${base}.config.json`, JSON.stringify(settings, null, 2), { mode: 0o600 });
  const say = (text: string) => tell({ kind: 'line', by: AUDIT, text });
  const report = `${base}.html`;
  say(`share-nothing check --config ${fromHere(`${base}.config.json`, cwd)}`);
  const args = [CLI, 'check', '--config', `${base}.config.json`, '--reporter', `terminal,html=${report}`];
  const child = execa(process.execPath, args, {
    cwd,
    reject: false,
    buffer: false,
    detached: true,
    stdin: 'ignore',
    env: { NO_COLOR: '1', COLUMNS: '100' },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('an audit without a process id');
  guardian.guard(pid);
  const stop = () => child.kill('SIGINT');
  signal.addEventListener('abort', stop, { once: true });
  for (const stream of [child.stdout, child.stderr]) {
    const lines = lineSplitter(say);
    stream.on('data', lines.write);
    stream.once('end', lines.flush);
  }
  const { exitCode } = await child;
  guardian.release(pid);
  signal.removeEventListener('abort', stop);
  say(exitCode === 2 ? 'no verdict' : `report: ${fromHere(report, cwd)}`);
}
