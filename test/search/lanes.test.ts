import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { startPrivateRedis } from '../../fixtures/private-redis.ts';
import { readEvidence } from '../../src/evidence/read.ts';
import type { EvidenceRecord } from '../../src/model/evidence.ts';
import type { Report } from '../../src/model/report.ts';
import { linkInProc, processIds } from '../../src/supervisor/proc.ts';
import { APPS, CLI, run, workspace } from '../support/cli.ts';

const VISIT =
  'POST http://localhost/ada\n\n###\nGET http://localhost/ada\n\n###\nPOST http://localhost/bob\n\n###\nGET http://localhost/bob';
/** For a store that keeps what earlier trials have written. */
const ANEW = '@name = {{$uuid}}\nPOST http://localhost/{{name}}\n\n###\nGET http://localhost/{{name}}';
const APP = ['--', process.execPath, join(APPS, 'registry.mjs')];
const FLAGS = ['check', '--session', 'visit.http', '--seed', '5', '--reporter', 'json'];

/** What a record says, without times and ages. */
function told(record: EvidenceRecord): string {
  if (record.kind === 'observation') {
    const { trial, schedule, exchanges } = record.observation;
    const replies = exchanges.map(({ by, reply }) => `${by} ${reply.outcome === 'answered' ? reply.status : reply.outcome}`);
    return JSON.stringify([trial, { ...schedule, variant: schedule.variant.kind }, replies]);
  }
  return record.kind === 'coverage' || record.kind === 'suspicion' ? JSON.stringify(record) : record.kind;
}

describe('lanes', () => {
  it('give the same evidence with the same seed, trial by trial, and the same verdict', async () => {
    await using folder = await workspace({ 'visit.http': VISIT });
    const audits = [];
    for (const lanes of ['1', '4']) {
      // What a budget of time allows is another in each audit.
      const search = ['--random-trials', '2', '--budget', '10trials', '--lanes', lanes];
      const flags = [...FLAGS, '--service', 'redis', ...search, '--output', `out${lanes}`, ...APP];
      const { stdout, stderr } = await run(flags, { cwd: folder.path });
      expect(stdout, stderr).toMatch(/^\{/);
      const { conclusion, trials, rules, isolation, problems } = JSON.parse(stdout) as Report;
      expect(problems.some(({ code }) => code === 'one-lane')).toBe(lanes !== '1' && isolation?.host !== 'overlay');
      const records = readEvidence(join(folder.path, `out${lanes}`)).records.filter((record) => record.kind !== 'problem');
      audits.push({ conclusion, trials, rules, records: records.map(told) });
    }
    expect(audits[0]?.conclusion).not.toBe('does-not-conform');
    expect(audits[1]).toEqual(audits[0]);
  });

  it('are one where trials might meet in a store that is none of the audit’s, and that is said', async () => {
    await using redis = await startPrivateRedis();
    await using folder = await workspace({ 'visit.http': ANEW });
    const flags = [...FLAGS, '--env', `REDIS_URL=${redis.url}`, '--lanes', '2', ...APP];
    const { stdout } = await run(flags, { cwd: folder.path });
    const { problems } = JSON.parse(stdout) as Report;
    const said = problems.find(({ code }) => code === 'one-lane')?.message ?? '';
    expect(said).toMatch(new RegExp(`connected to port ${new URL(redis.url).port}|host \\w+ does not keep all files apart`));
  });

  it('leave nothing behind when the audit is killed', async () => {
    await using folder = await workspace({ 'visit.http': VISIT });
    const temporary = join(folder.path, 'tmp');
    await mkdir(temporary);
    const servers = () => processIds().filter((pid) => linkInProc(`${pid}/cwd`).startsWith(temporary));
    const left = async () => [...servers(), ...(await readdir(temporary)).filter((name) => name.startsWith('share-nothing-'))];
    const flags = [...FLAGS, '--service', 'redis', '--lanes', '3', ...APP];
    const audit = execa(process.execPath, [CLI, ...flags], {
      cwd: folder.path,
      env: { TMPDIR: temporary },
      reject: false,
      buffer: false,
      stdio: 'ignore',
    });
    const isOver = audit.then(() => true);
    // Until a second lane has a server of its own; where there is one lane, until the end.
    while (servers().length < 2 && !(await Promise.race([isOver, wait(10, false)]))) await wait(10);
    audit.kill('SIGKILL');
    await audit;
    for (let tries = 0; tries < 150 && (await left()).length > 0; tries++) await wait(100);
    expect(await left()).toEqual([]);
  });
});
