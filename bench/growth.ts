import { pathToFileURL } from 'node:url';
import { startPrivateRedis } from '../fixtures/private-redis.ts';
import { median, timeAudit } from './time-audit.ts';

const APP = 'hazard-growing-store';
const ROUNDS = 3;

/** Prints trials and time of audits of one app whose store grows with every visit, and goes on from audit to audit, against a store that every visitor finds empty. */
export async function benchGrowth(): Promise<void> {
  console.log('Whole audit with a store that grows ÷ with one that every visitor finds empty');
  console.log('audits before   trials, growing   trials, empty   growing ÷ empty');
  await using store = await startPrivateRedis();
  const url = ['--env', `REDIS_URL=${store.url}`];
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const growing = await timeAudit(APP, url);
    const empty = await timeAudit(APP, [...url, '--env', 'TENANTS=yes']);
    ratios.push(growing.seconds / empty.seconds);
    console.log(
      `${String(round).padStart(13)} ${String(growing.trials.length).padStart(17)} ${String(empty.trials.length).padStart(15)}`,
    );
  }
  console.log(`median${median(ratios).toFixed(2).padStart(59)}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchGrowth();
