import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startPrivateRedis } from '../fixtures/private-redis.ts';
import { readEvidence } from '../src/evidence/read.ts';
import type { Report } from '../src/model/report.ts';
import { run, workspace } from './support/cli.ts';

const APP = join(import.meta.dirname, '../fixtures/apps/koa-idempotency-redis');

describe('an audit with the same seed, of an app whose store was not emptied', () => {
  it('finds the same with new values, unless the values are to be reused', async () => {
    await using folder = await workspace();
    const redis = await startPrivateRedis();
    try {
      const once = async (output: string, ...more: string[]) => {
        const flags = [
          '--session',
          join(APP, 'session.http'),
          '--cwd',
          APP,
          '--seed',
          '1',
          '--strength',
          '2',
          '--host',
          'plain',
          '--rule',
          'sticky-session',
        ];
        const told = ['--env', `REDIS_URL=${redis.url}`, '--output', output, '--reporter', 'json', ...more];
        const { stdout } = await run(['check', ...flags, ...told, '--', process.execPath, 'server.js'], { cwd: folder.path });
        const { records } = readEvidence(join(folder.path, output));
        const generated = records.flatMap((record) => (record.kind === 'observation' ? [record.observation.generated] : []))[0];
        return { report: JSON.parse(stdout) as Report, generated };
      };
      const [first, second] = [await once('one'), await once('two')];
      expect([first.report.conclusion, second.report.conclusion]).toEqual(['conforms', 'conforms']);
      expect(first.report.trials).toBe(second.report.trials);
      expect(first.generated).not.toEqual(second.generated);
      const brief = ['--reuse-values', '--budget', '1trials'];
      const [third, fourth] = [await once('three', ...brief), await once('four', ...brief)];
      expect(third.generated).toEqual(fourth.generated);
    } finally {
      await redis.stop();
    }
  });
});
