import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/checks/index.ts';
import { RULE_IDS } from '../../src/model/rule.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const APPS = join(ROOT, 'fixtures/apps');

interface Expected {
  readonly findings: readonly { readonly rule: string }[];
}

function expectations(): Expected[] {
  return readdirSync(APPS, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [JSON.parse(readFileSync(join(APPS, entry.name, 'expected.json'), 'utf8')) as Expected] : [],
  );
}

describe('every rule', () => {
  it('is listed, in the order of its ids', () => {
    expect(RULES.map((rule) => rule.id)).toEqual([...RULE_IDS]);
  });

  it.each(RULE_IDS)('%s has a file, a docs page with the three headings, and at least two fixture apps that break it', (id) => {
    expect(existsSync(join(ROOT, `src/checks/rules/${id}.ts`))).toBe(true);
    const page = readFileSync(join(ROOT, `docs/rules/${id}.md`), 'utf8');
    for (const heading of ['## What it means', '## How it is tested', '## How to fix it']) expect(page).toContain(heading);
    const sinners = expectations().filter((expected) => expected.findings.some((finding) => finding.rule === id));
    expect(sinners.length).toBeGreaterThanOrEqual(2);
  });

  it('has its clauses, and says why it matters and how to mend it', () => {
    for (const rule of RULES) {
      expect(rule.clauses.length).toBeGreaterThan(0);
      for (const text of [rule.title, rule.failureTitle, rule.why, rule.fix]) expect(text.length).toBeGreaterThan(20);
    }
  });
});
