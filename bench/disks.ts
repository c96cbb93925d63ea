import { pathToFileURL } from 'node:url';
import { startPrivateRedis } from '../fixtures/private-redis.ts';
import { readExpected } from '../fixtures/run-fixture.ts';
import type { RuleId } from '../src/model/rule.ts';
import { median, type TimedAudit, timeAudit } from './time-audit.ts';

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
      const without = await timeOnFreshStore(app, OF_MEMORY);
      const whole = await timeOnFreshStore(app, []);
      ratios.push(whole.seconds / without.seconds);
      trials = [whole.trials.length, without.trials.length];
    }
    const [whole, without] = trials.map(String);
    console.log(`${app.padEnd(24)} ${whole?.padStart(6)} ${without?.padStart(9)} ${median(ratios).toFixed(2).padStart(16)}`);
  }
}

async function timeOnFreshStore(app: string, rules: readonly RuleId[]): Promise<TimedAudit> {
  const { redis } = await readExpected(app);
  await using store = redis ? await startPrivateRedis() : null;
  return timeAudit(app, [
    ...(store === null ? [] : ['--env', `REDIS_URL=${store.url}`]),
    ...rules.flatMap((rule) => ['--rule', rule]),
  ]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchDisks();
