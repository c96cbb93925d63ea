import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { median } from './time-audit.ts';

const CLI = resolve(import.meta.dirname, '../dist/cli.js');
const ROUNDS = 3;
/** Pages that refer to so many scripts as the environment says, each of which takes 50 ms. */
const APP = `import { createServer } from 'node:http';
createServer((request, response) => {
  if (request.url.endsWith('.js')) return setTimeout(() => response.setHeader('content-type', 'text/javascript').end('f("' + request.url + '")'), 50);
  const scripts = Array.from({ length: Number(process.env.SCRIPTS) }, (_, n) => '<script src="/' + n + '.js"></script>');
  response.setHeader('content-type', 'text/html').end(scripts.join('') + request.url);
}).listen(process.env.PORT, '127.0.0.1');`;
const READS = [0, 1, 2, 3, 4].map((n) => `GET http://localhost/page/${n}`);
const SESSIONS = {
  'reads alone': READS,
  'writes that nothing reads': [...READS.slice(0, 2), ...['a', 'b', 'c'].map((n) => `POST http://localhost/${n}\n\nx=${n}`)],
};

/** The time of audits of pages with 20 slow scripts, against the same pages without any. */
export async function benchAssets(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'share-nothing-bench-'));
  await writeFile(join(folder, 'app.mjs'), APP);
  const measure = async (scripts: number) => {
    const flags = ['--session', 'visit.http', '--seed', '1', '--output', 'out', '--env', `SCRIPTS=${scripts}`];
    const began = performance.now();
    await execa(process.execPath, [CLI, 'check', ...flags, '--', process.execPath, 'app.mjs'], { cwd: folder, reject: false });
    return performance.now() - began;
  };
  for (const [name, requests] of Object.entries(SESSIONS)) {
    await writeFile(join(folder, 'visit.http'), requests.join('\n\n###\n'));
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const bare = await measure(0);
      ratios.push((await measure(20)) / bare);
    }
    console.log(`20 scripts, ${name}: ${median(ratios).toFixed(2)} times the time without any`);
  }
  await rm(folder, { recursive: true });
}

if (process.argv[1]?.endsWith('assets.ts')) await benchAssets();
