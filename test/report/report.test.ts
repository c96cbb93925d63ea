import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { SessionReport } from '../../src/model/report.ts';
import type { ReportFacts } from '../../src/report/build.ts';
import { renderJson } from '../../src/report/reporters/json.ts';
import { renderTerminal } from '../../src/report/reporters/terminal.ts';
import { finding, HOSTILE, report, UNJUDGED } from '../support/reports.ts';

describe('the conclusion', () => {
  it.each([
    ['conforms', report()],
    ['does-not-conform', report({ findings: [finding()] })],
    ['conforms', report({ findings: [finding({ level: 'advice' })], rules: report().rules })],
    ['no-verdict', report({ interrupted: true })],
    ['no-verdict', report({ rules: [] })],
    ['no-verdict', report({ sessions: [{ ...report().sessions[0], unjudged: [UNJUDGED] } as SessionReport] })],
    ['no-verdict', report({ sessions: [...report().sessions, { ...report().sessions[0], coverage: null } as SessionReport] })],
    [
      'no-verdict',
      report({
        rules: [
          ...report().rules,
          { ...report().rules[0], verdict: { kind: 'inconclusive', reason: 'x' } } as ReportFacts['rules'][number],
        ],
      }),
    ],
    ['no-verdict', report({ sessions: [{ ...report().sessions[0], coverage: null } as SessionReport] })],
    ['does-not-conform', report({ findings: [finding()], interrupted: true })],
  ])('%s', (conclusion, { conclusion: given }) => expect(given).toBe(conclusion));

  it('counts advice when it is strict', () => {
    expect(report({ findings: [finding({ level: 'advice' })] }, true).conclusion).toBe('does-not-conform');
  });
});

describe('the terminal report', () => {
  it('shows the minimal pair, what was not covered, and ends with the conclusion', () => {
    const text = renderTerminal(report({ findings: [finding()] }), { width: 100, color: false, cwd: '/home/ann/shop' });
    expect(text).toContain('cart.http:13  step 3 "Look" (GET /cart)');
    expect(text).toContain('3/3 against 0/3');
    expect(text).toContain('strength 2 not reached: 2/3 pairs, 1/3 patterns of three');
    expect(text).toContain('pairs 1–3; 2 patterns of three');
    expect(text).toContain('budget of 1 s spent');
    expect(text.trimEnd().split('\n').at(-1)).toBe('does not conform: 1 violation');
  });

  it('names the evidence in the replay line where it is not in the default folder', () => {
    const shown = (evidence: string) => renderTerminal(report({ findings: [finding()] }), { width: 100, color: false, evidence });
    expect(shown('out/2026')).toContain('share-nothing replay ab12 --output out/2026');
    expect(shown('.share-nothing/2026')).toContain('share-nothing replay ab12\n');
  });

  it.each([40, 60, 100, 200])('fits %i columns', (width) => {
    const long = finding({ fix: 'word '.repeat(80), actual: { reply: `500 ${'字'.repeat(200)}`, when: 'when web.2 answers' } });
    const text = renderTerminal(report({ findings: [long] }), { width, color: true });
    for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  });

  it('lets nothing that an app sent act on the terminal', () => {
    const hostile = finding({
      actual: { reply: HOSTILE, when: HOSTILE },
      differences: [HOSTILE],
      observations: [HOSTILE],
      step: { number: 1, name: HOSTILE, request: HOSTILE },
    });
    const problem = { session: 0, step: 0, code: 'x', message: HOSTILE, hint: HOSTILE };
    const text = renderTerminal(report({ findings: [hostile], problems: [problem] }), { width: 100, color: false });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text).toContain('red');
  });
});

describe('the JSON report', () => {
  it('is the report, with what acts on terminals escaped', () => {
    const hostile = report({ findings: [finding({ actual: { reply: HOSTILE, when: '' } })] });
    const text = renderJson(hostile);
    expect(JSON.parse(text)).toEqual(hostile);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });
});
