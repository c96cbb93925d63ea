import { resolve } from 'node:path';
import { startPrivateRedis } from '../fixtures/private-redis.ts';
import { fixtureIds, frameworkIds, readExpected, whatIsMissing } from '../fixtures/run-fixture.ts';
import type { Report } from '../src/model/report.ts';
import { median, timeReport } from './time-audit.ts';

const ROOT = resolve(import.meta.dirname, '..');
const [other, ...wanted] = process.argv.slice(2);
if (other === undefined) {
  console.error(
    'npx jiti bench/builds.ts CHECKOUT [ID…]\nCHECKOUT: folder of another commit, built. ID: part of the names of fixture apps; all by default.',
  );
  process.exit(2);
}

/** Prints what every audit took with the build of another checkout and with this one, app by app, in turn. */
const all = [...(await fixtureIds()), ...(await frameworkIds())];
const ids = wanted.length === 0 ? all : all.filter((id) => wanted.some((part) => id.includes(part)));
const groups = new Map<string, { before: number[]; after: number[]; time: number[] }>();
console.log('app                                      judged         trials         time   findings');
for (const id of ids) {
  const { needs, redis } = await readExpected(id);
  if (needs !== undefined && (await whatIsMissing(needs)) !== null) continue;
  await using store = redis ? await startPrivateRedis() : null;
  const flags = store === null ? [] : ['--env', `REDIS_URL=${store.url}`];
  const before = await timeReport(id, flags, resolve(other));
  const after = await timeReport(id, flags, ROOT);
  const ratio = after.seconds / before.seconds;
  const group = groupOf(before.report);
  const sums = groups.get(group) ?? { before: [], after: [], time: [] };
  groups.set(group, sums);
  sums.before.push(before.report.trials);
  sums.after.push(after.report.trials);
  sums.time.push(ratio);
  const cells = [
    `${judged(before.report)} → ${judged(after.report)}`,
    `${before.report.trials} → ${after.report.trials}`,
    ratio.toFixed(2),
  ];
  console.log(
    `${id.padEnd(38)} ${(cells[0] ?? '').padStart(8)} ${(cells[1] ?? '').padStart(14)} ${(cells[2] ?? '').padStart(12)}   ${rulesOf(before.report)} → ${rulesOf(after.report)}`,
  );
}
for (const [group, { before, after, time }] of groups) {
  console.log(
    `${group}: ${time.length} apps, trials ${sum(before)} → ${sum(after)} (${(sum(after) / sum(before)).toFixed(2)}), time ${median(time).toFixed(2)} (median)`,
  );
}

/** By what the other build said: only where a finding ties steps is there anything behind it. */
function groupOf({ findings, sessions }: Report): string {
  if (findings.length === 0) return 'no finding';
  return sessions.some(({ tied }) => tied.length > 0) ? 'a finding that ties steps' : 'findings that tie nothing';
}

/** Steps that are neither unjudged nor tied by a finding. */
function judged({ sessions }: Report): number {
  return sum(sessions.map(({ steps, tied, unjudged }) => steps - new Set([...tied, ...unjudged].map(({ step }) => step)).size));
}

function rulesOf({ findings }: Report): string {
  return findings.map(({ rule }) => rule).join(' + ') || '–';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
