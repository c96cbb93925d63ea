import { describe, expect, it } from 'vitest';
import type { Dependency, ProbeResult } from '../../src/checks/facts/dependency.ts';
import { fixOf, proseOf } from '../../src/checks/findings/why.ts';
import { RULES } from '../../src/checks/index.ts';
import type { ProbeKind } from '../../src/model/evidence.ts';
import type { FileKind } from '../../src/model/journal.ts';
import type { RuleId } from '../../src/model/rule.ts';

type Probes = Partial<Record<ProbeKind, ProbeResult>>;

function dependency({
  probes = {},
  methods = ['POST'],
  files = [],
}: {
  probes?: Probes;
  methods?: string[];
  files?: FileKind[];
}): Dependency {
  const suspicion = { axis: 'sibling', step: 1, moved: 1, sources: [0], mode: null };
  return { suspicion, probes, sourceMethods: methods, files: files.map((kind) => ({ kind })) } as unknown as Dependency;
}

const ruleOf = (id: RuleId) => RULES.find((rule) => rule.id === id) ?? expect.fail(id);

describe('why a finding matters', () => {
  const why = (id: RuleId, given: Parameters<typeof dependency>[0]) => proseOf(ruleOf(id), dependency(given)).why;

  it('names restarts only if they were played, and lost it', () => {
    expect(why('process-memory', { probes: { deploy: 'different' } })).toMatch(/never happened, and a restart loses it\.$/);
    expect(why('process-memory', { probes: { deploy: 'same', crash: 'different' } })).toMatch(
      /never happened, and a crash loses it\.$/,
    );
    expect(why('process-memory', { probes: { deploy: 'same', crash: 'same', config: 'different' } })).toMatch(
      /a config change loses it/,
    );
    expect(why('process-memory', {})).toMatch(/never happened\.$/);
    expect(why('sticky-session', {})).toBe('Another process has never heard of this visitor.');
    expect(why('boot-identity', { probes: { deploy: 'same' } })).toMatch(/^Every process makes its own; /);
  });

  it('speaks of a write only where something may have been written', () => {
    expect(why('process-memory', { methods: ['GET', 'GET'] })).toBe(
      'Another process has not heard of what the earlier request left.',
    );
  });
});

it('object storage is for uploads, a database for the rest', () => {
  const fix = (...files: FileKind[]) => fixOf(ruleOf('local-disk'), dependency({ files }));
  expect(fix('upload')).toMatch(/object storage/);
  expect(fix('database', 'other')).not.toMatch(/object storage/);
  expect(fix('database')).toMatch(/database/);
});
