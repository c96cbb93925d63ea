import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { startPrivateRedis } from '../fixtures/private-redis.ts';
import { readExpected } from '../fixtures/run-fixture.ts';
import { readEvidence } from '../src/evidence/store.ts';
import type { RuleId } from '../src/model/rule.ts';

const ROOT = join(import.meta.dirname, '..');
const APPS = ['stateless-jwt', 'express-redis-records', 'disk-clean-logs', 'disk-multer-upload', 'disk-masked-upload'];
/** Rules that need no disks of their own. */
const OF_MEMORY: readonly RuleId[] = ['single-instance', 'process-memory', 'stale-memory', 'restart-loss'];
const ROUNDS = 3;

/** Prints the time of audits with the axes of the disk against audits without them, on the same host, in turn. */
export async function benchDisks(): Promise<void> {
  console.log('Whole audit with the axes of the disk ÷ without');
  console.log('app                      trials   without   with ÷ without');
  for (const app of APPS) {
    const ratios: number[] = [];
    let trials: readonly [number, number] = [0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      const without = await timeAudit(app, OF_MEMORY);
      const whole = await timeAudit(app, []);
      ratios.push(whole.seconds / without.seconds);
      trials = [whole.trials, without.trials];
    }
    const ratio = ratios.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
    console.log(
      `${app.padEnd(24)} ${String(trials[0]).padStart(6)} ${String(trials[1]).padStart(9)} ${ratio.toFixed(2).padStart(16)}`,
    );
  }
}

async function timeAudit(app: string, rules: readonly RuleId[]): Promise<{ seconds: number; trials: number }> {
  const folder = join(ROOT, 'fixtures/apps', app);
  const { command, args = [], redis } = await readExpected(app);
  const output = await mkdtemp(join(tmpdir(), 'share-nothing-bench-'));
  const store = redis ? await startPrivateRedis() : null;
  try {
    const flags = ['--session', join(folder, 'session.http'), '--cwd', folder, '--seed', '1', '--output', output];
    const env = store === null ? [] : ['--env', `REDIS_URL=${store.url}`];
    const chosen = rules.flatMap((rule) => ['--rule', rule]);
    const began = performance.now();
    const cli = [join(ROOT, 'dist/cli.js'), 'check', ...flags, ...env, ...chosen, ...args, '--', ...command];
    await execa(process.execPath, cli, { reject: false, cwd: folder });
    const seconds = (performance.now() - began) / 1000;
    const trials = readEvidence(output).records.filter((record) => record.kind === 'observation').length;
    return { seconds, trials };
  } finally {
    await store?.stop();
    await rm(output, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchDisks();
