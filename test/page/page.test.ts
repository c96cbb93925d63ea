import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { DifferenceRow } from '../../src/model/difference.ts';
import type { Arm, Finding } from '../../src/model/finding.ts';
import type { Report, SessionReport } from '../../src/model/report.ts';
import { renderHtml } from '../../src/report/reporters/html.ts';
import { describeInBrowser } from '../support/browser.ts';
import { APPS, run, workspace } from '../support/cli.ts';
import { finding, report } from '../support/reports.ts';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../dist/pages/report/index.html'), 'utf8');
const OPEN_ALL = 'for (const details of document.querySelectorAll("details")) details.open = true';
const XSS = [
  '<script>window.hit = 1</script>',
  '</script><script>window.hit = 1</script>',
  '<!--<script>',
  '"><img src=x onerror="window.hit = 1">',
  "javascript:window.hit=1//'",
  '<svg/onload=window.hit=1>',
  '{{constructor.constructor("window.hit=1")()}}',
  '\u202e<details open ontoggle=window.hit=1>',
].join(' ');

/** Open while the tests run. */
let browser: () => Browser;

/** Opens a report as a person would, from a file. */
async function open(
  given: Report,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<AsyncDisposable & { page: Page; errors: string[]; ms: number; bytes: number }> {
  const folder = await workspace();
  const file = join(folder.path, 'report.html');
  writeFileSync(file, renderHtml(given, PAGE));
  const page = await browser().newPage(options);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('request', (request) => !request.url().startsWith('file:') && errors.push(`asked for ${request.url()}`));
  const began = performance.now();
  await page.goto(pathToFileURL(file).href);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return {
    page,
    errors,
    ms: performance.now() - began,
    bytes: statSync(file).size,
    async [Symbol.asyncDispose]() {
      await page.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function arm(steps: number, differs: number | null): Arm {
  return {
    trial: 4,
    disks: 'shared',
    processes: ['web.1', 'web.2'],
    steps: Array.from({ length: steps }, (_, index) => ({
      number: index + 1,
      by: index + 1 === differs ? 'web.2' : "web.1'",
      before: index === 1 ? ['web.1 restarted (deploy)'] : [],
      reply: '200',
      differs: index + 1 === differs,
    })),
  };
}

const REPLY = {
  status: 200,
  reason: '',
  headers: [['content-type', 'application/json']] as const,
  type: 'application/json',
  body: '{"items":["book"]}',
  bytes: 18,
};

const DIFFERENCE: readonly DifferenceRow[] = [
  { kind: 'folded', lines: 3, differ: false },
  { kind: 'lines', expected: [{ text: '200', differs: false }], actual: [{ text: '200', differs: false }] },
  {
    kind: 'lines',
    expected: [
      { text: '"items": ', differs: false },
      { text: '["book"]', differs: true },
    ],
    actual: [
      { text: '"items": ', differs: false },
      { text: '[]', differs: true },
    ],
  },
];

const PROBLEM = { session: null, step: null, code: 'odd', message: 'the app was odd', hint: 'Mend it.' };

function many(count: number, steps: number): Report {
  const requests = Array.from({ length: steps }, (_, index) => ({
    number: index + 1,
    name: null,
    request: `GET /orders/${index}`,
    line: index * 3 + 1,
    kind: 'own' as const,
    status: 'judged' as const,
    answered: '200',
  }));
  const plays = Array.from({ length: 100 }, (_, index) => ({
    trial: index + 1,
    axis: 'sibling' as const,
    schedule: 'AB'.repeat(steps / 2),
    differs: [steps],
  }));
  const findings = Array.from(
    { length: count },
    (_, index): Finding =>
      finding({
        id: `f${index}`,
        rule: index % 2 === 0 ? 'sticky-session' : 'process-memory',
        step: { number: index + 3, name: null, request: `GET /thing/${index}` },
        pair: { failing: arm(steps, index + 3), passing: arm(steps, null) },
        replies: {
          expected: { ...REPLY, body: `{"text":"${'x'.repeat(3000)}"}` },
          actual: { ...REPLY, status: 401, body: 'no' },
          difference: DIFFERENCE,
        },
      }),
  );
  return report({ findings, sessions: [{ ...(report().sessions[0] as SessionReport), requests, plays, steps }] });
}

const one = report({
  findings: [
    finding({
      pair: { failing: arm(3, 3), passing: arm(3, null) },
      replies: { expected: REPLY, actual: { ...REPLY, body: '{"items":[]}' }, difference: DIFFERENCE },
      files: [
        {
          path: '/tmp/cart',
          kind: 'session',
          bytes: 12,
          writtenBy: { number: 2, name: null, request: 'POST /login' },
          deleted: false,
        },
      ],
    }),
  ],
});

describeInBrowser('the page of the report', (opened) => {
  browser = opened;

  it.each([
    [1280, 900],
    [390, 844],
  ])('shows on its first screen what was audited and what the verdict rests on (%i × %i)', async (width, height) => {
    await using found = await open(report({ findings: [finding({ pair: { failing: arm(3, 3), passing: arm(3, null) } })] }), {
      viewport: { width, height },
    });
    const tops = await found.page
      .getByRole('heading', { level: 2 })
      .evaluateAll((headings) => headings.map((heading) => [heading.textContent, heading.getBoundingClientRect().top] as const));
    expect(tops[0]?.[0]).toBe('Findings');
    expect(tops[0]?.[1]).toBeLessThan((2 * height) / 3);
    const header = (await found.page.getByRole('banner').textContent()) ?? '';
    for (const fact of ['1f2e3d4c5b6a-dirty', '2026-11-29 18:00:00 UTC', '61 s']) expect(header).toContain(fact);
    // Where there is no verdict, it is what could not be judged.
    await using none = await open(report({ findings: [], problems: [PROBLEM], interrupted: true }), {
      viewport: { width, height },
    });
    expect(await none.page.getByRole('heading', { level: 2 }).first().textContent()).toBe('Not judged, waived, and remarks');
  });

  it('tells verdict, clauses, coverage, the minimal pair and what the replies differ in, and asks for nothing', async () => {
    await using opened = await open(one);
    const { page, errors } = opened;
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('does not conform: 1 violation');
    expect(await page.getByText('pairs on two processes').count()).toBe(1);
    const lanes = page.getByRole('region', { name: 'With this placement, finding ab12' });
    expect(await lanes.getByRole('row').allInnerTexts()).toEqual([
      'step\t1\t2\t3',
      expect.stringMatching(/^web\.1/),
      expect.stringContaining('✗ 200'),
    ]);
    expect(await page.locator('.difference ins').innerText()).toBe('[]');
    expect(await page.locator('.difference del').innerText()).toBe('["book"]');
    await page.getByText('The two replies as they came').click();
    expect(await page.locator('.replies pre').first().innerText()).toContain('{"items":["book"]}');
    expect(errors).toEqual([]);
  });

  it('narrows findings down by rule and text, and tells how many are shown', async () => {
    await using opened = await open(many(40, 20));
    const { page } = opened;
    await page.getByLabel('Rule').selectOption('process-memory');
    expect(await page.getByRole('status').innerText()).toBe('20 of 40 shown');
    await page.getByLabel('Search').fill('/thing/39');
    expect(await page.getByRole('status').innerText()).toBe('1 of 40 shown');
    await page.locator('.finding > summary').click();
    const more = page.getByRole('button', { name: /Show 1\d more steps/ });
    await more.first().click();
    expect(await page.getByRole('columnheader', { name: '19', exact: true }).count()).toBeGreaterThan(0);
  });

  it.each([
    ['light', 1440],
    ['dark', 390],
  ] as const)(
    'has no fault that axe knows of (WCAG 2.2 AA), %s at %i pixels, and nothing wider than the screen',
    async (colorScheme, width) => {
      for (const given of [one, report(), many(4, 40)]) {
        await using opened = await open(given, { colorScheme, viewport: { width, height: 900 } });
        const { page } = opened;
        await page.evaluate(OPEN_ALL);
        await page.evaluate(axe.source);
        const found = await page.evaluate(async () => {
          const { axe: here } = globalThis as unknown as {
            axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
          };
          const { violations } = await here.run({
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
          });
          return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
        });
        expect(found).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      }
    },
  );

  it('executes nothing of the app’s, wherever it stands', async () => {
    const hostile = JSON.parse(
      JSON.stringify(one, (key, value) =>
        typeof value === 'string' && !['conclusion', 'kind', 'level', 'disks', 'through'].includes(key) ? `${value}${XSS}` : value,
      ),
    ) as Report;
    await using opened = await open(hostile);
    const { page, errors } = opened;
    await page.evaluate(OPEN_ALL);
    await page.waitForTimeout(0);
    expect(await page.evaluate(() => (globalThis as { hit?: number }).hit)).toBeUndefined();
    expect(await page.locator('main img, main svg, main script').count()).toBe(0);
    expect(await page.locator('main').innerText()).toContain('<script>window.hit = 1</script>');
    expect(await page.locator('main').innerText()).not.toContain('\u202e');
    expect(errors).toEqual([]);
  });

  it('opens in no more than five times the time of a short one and stays under 3 MB with 300 steps, 100 trials and 40 findings', async () => {
    await using short = await open(many(1, 3));
    await using opened = await open(many(40, 300));
    expect(opened.ms / short.ms).toBeLessThan(5);
    expect(opened.bytes).toBeLessThan(3_000_000);
    expect(await opened.page.locator('.finding').count()).toBe(40);
  });

  it('tells how often a script was run, and of no placements', async () => {
    const plain = report();
    const sessions = plain.sessions.map((session) => ({ ...session, runs: { elsewhere: 4, again: 3, afterKill: 12 } }));
    await using opened = await open({ ...plain, sessions });
    const coverage = await opened.page.getByRole('region', { name: 'Coverage reached' }).innerText();
    expect(coverage).toMatch(/Runs where it had been killed\s+12/);
    expect(coverage).not.toMatch(/pairs|patterns|restarts/);
  });

  it('is written by --reporter html=FILE, and needs the file', async () => {
    await using folder = await workspace({
      'visit.http': 'POST http://localhost/login\n\n{"user":"ann"}\n\n### Look\nGET http://localhost/cart\n',
    });
    const args = ['check', '--session', 'visit.http', '--host', 'plain', '--strength', '2'];
    const app = ['--', process.execPath, join(APPS, 'cart.mjs')];
    expect((await run([...args, '--reporter', 'html', ...app], { cwd: folder.path })).stderr).toContain('html must have one');
    await run([...args, '--reporter', 'html=report.html', ...app], { cwd: folder.path });
    const page = await browser().newPage();
    await page.goto(pathToFileURL(join(folder.path, 'report.html')).href);
    expect(await page.locator('.difference ins').allInnerTexts()).toContainEqual(expect.stringContaining('401'));
    await page.close();
  });
});
