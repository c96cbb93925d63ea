import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { readEvidence } from '../../src/evidence/read.ts';
import { judgeFile } from '../../src/judge-file.ts';
import { APPS, check, run, workspace } from '../support/cli.ts';

let lines: string[] = [];

beforeAll(async () => {
  await using out = await workspace();
  const session = 'POST http://localhost/login\n\n{"user":"ann"}\n\n### Look\nGET http://localhost/cart\n';
  await check([process.execPath, join(APPS, 'cart.mjs')], session, ['--output', out.path, '--strength', '2']);
  lines = readFileSync(readEvidence(out.path).file, 'utf8').trim().split('\n');
});

/** Other values in the place of one member, anywhere in a record. */
function spoilt(record: unknown, at: number, value: unknown): unknown {
  let count = 0;
  const visit = (one: unknown): unknown => {
    if (count++ === at) return value;
    if (Array.isArray(one)) return one.map(visit);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, member]) => [name, visit(member)]));
  };
  return visit(record);
}

describe('evidence of another shape', () => {
  it('is judged, or refused by an error that says what to do, whatever is in the place of what', async () => {
    await using folder = await workspace();
    const file = join(folder.path, 'evidence.jsonl');
    expect(lines.length).toBeGreaterThan(5);
    const value = fc.constantFrom<unknown>(null, 7, -1, 'x', true, [], {}, [null], { kind: 'x' });
    const cases = fc.sample(fc.tuple(fc.nat(lines.length - 1), fc.nat(150), value), { numRuns: 400, seed: 7 });
    for (const [line, at, other] of cases) {
      const text = lines.map((one, index) => (index === line ? JSON.stringify(spoilt(JSON.parse(one), at, other)) : one));
      writeFileSync(file, `${text.join('\n')}\n`);
      try {
        judgeFile(file);
      } catch (error) {
        expect(error, `${line} ${at} ${JSON.stringify(other)}: ${error instanceof Error ? error.stack : ''}`).toBeInstanceOf(
          UserError,
        );
      }
    }
  });

  it.each<[string, string]>([
    ['a list', '[]'],
    ['nothing', 'null'],
    ['a number', '5'],
    ['another record', '{"kind":"end","reason":"finished"}'],
    ['a header of nothing', '{"kind":"audit","version":9}'],
    ['a package', '{"name":"x","version":"1.0.0"}'],
  ])('such as %s: report, replay and diff say so and exit with 2', async (_, text) => {
    await using folder = await workspace({ 'evidence.jsonl': `${text}\n` });
    const cwd = folder.path;
    const commands = [
      ['report', '.'],
      ['replay', 'abcd', '--output', '.'],
      ['diff', '.', '.'],
    ];
    for (const { exitCode, stderr } of await Promise.all(commands.map((args) => run(args, { cwd })))) {
      expect(stderr).toMatch(/^error: .*evidence/);
      expect(stderr).toContain('hint:');
      expect(stderr).not.toContain('bug');
      expect(exitCode).toBe(2);
    }
  });

  it('is found by the file that names the latest audit', async () => {
    await using folder = await workspace({ latest: 'one\n', 'one/evidence.jsonl': `${lines.join('\n')}\n` });
    expect(readEvidence(join(folder.path, 'latest')).file).toBe(join(folder.path, 'one/evidence.jsonl'));
  });
});
