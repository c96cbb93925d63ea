import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const ROOT = resolve(import.meta.dirname, '..');
const [count = '0'] = process.argv.slice(2);
if (!/^[1-9]\d*$/.test(count)) {
  console.error(
    'npx jiti bench/kills.ts N\nKills N audits and N simulations at random moments, on each host that this machine has and, as root, as an ordinary user too; counts what they leave behind. The project must be built.',
  );
  process.exit(2);
}
const NOBODY = 65_534;
/** How long the guardian may take. */
const PATIENCE_MS = 15_000;

const users = process.getuid?.() === 0 ? ['root', 'nobody'] : ['you'];
const cases = users.flatMap((user) =>
  ['plain', 'copy', 'overlay'].flatMap((host) => ['check', 'up'].map((command) => ({ user, host, command }))),
);
let [processes, folders, early] = [0, 0, 0];
for (const one of cases) for (let turn = 0; turn < Number(count); turn++) await kill(one);
console.log(
  `${cases.length * Number(count)} kills, ${early} of them after the end: processes left ${processes} times, folders ${folders} times`,
);
process.exitCode = processes + folders === 0 ? 0 : 1;

/** Starts the command line with an app that has two daemons, kills it, and looks for what is left. */
async function kill({ user, host, command }: (typeof cases)[number]): Promise<void> {
  const folder = mkdtempSync('/var/tmp/kills-');
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const app = join(folder, 'odd.mjs');
  cpSync(join(ROOT, 'test/apps/odd.mjs'), app);
  writeFileSync(join(folder, 'visit.http'), ['a', 'b', 'c', 'd'].map((name) => `GET http://localhost/${name}`).join('\n\n###\n'));
  const ids = user === 'nobody' ? { uid: NOBODY, gid: NOBODY } : {};
  if (user === 'nobody') for (const path of [folder, temporary, app, join(folder, 'visit.http')]) chownSync(path, NOBODY, NOBODY);
  const stamp = String(800_000 + Math.floor(Math.random() * 100_000));
  const flags =
    command === 'check' ? ['--session', 'visit.http', '--strength', '2', '--output', 'out'] : ['--port', '0', '--no-dashboard'];
  const args = [join(ROOT, 'dist/cli.js'), command, ...flags, '--host', host, '--', process.execPath, app, 'daemon', stamp];
  const env = { ...process.env, TMPDIR: temporary, HOME: folder };
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: 'ignore', ...ids });
  const ended = once(child, 'exit');
  await Promise.race([ended, wait(300 + Math.random() * 7_000)]);
  if (!child.kill('SIGKILL')) early++;
  await ended;
  const left = () => ({
    pids: processesOf(stamp),
    made: readdirSync(temporary).filter((name) => name.startsWith('share-nothing-')),
  });
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until && left().pids.length + left().made.length > 0) await wait(200);
  const { pids, made } = left();
  if (pids.length > 0) processes++;
  if (made.length > 0) folders++;
  if (pids.length + made.length > 0) console.log(`${command} on ${host} as ${user} left`, pids, made);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

/** Processes that have a word in their command line. */
function processesOf(word: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8')
        .split('\0')
        .some((one) => one.includes(word))
        ? [Number(name)]
        : [];
    } catch {
      return [];
    }
  });
}
