import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { plain } from '../../src/supervisor/hosts/plain.ts';
import { createSupervisor } from '../../src/supervisor/supervisor.ts';
import { describeInBrowser } from '../support/browser.ts';
import { APPS, run, workspace } from '../support/cli.ts';

/** Sends the form, and waits for the whole next page: what a page still loads is broken off by the next one. */
async function submit(page: Page): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.click('button')]);
}

/** Visits the shop as a person would, with a real browser, and records it. */
async function record(chrome: Browser, har: string): Promise<void> {
  await using supervisor = createSupervisor({
    app: {
      command: [process.execPath, join(APPS, 'shop.mjs')],
      cwd: resolve(APPS),
      env: {},
      readiness: { path: '/', timeoutMs: 10_000 },
      stopGraceMs: 1_000,
    },
    runId: `browser-test-${process.pid}`,
  });
  const { origin } = await supervisor.start('web.1', { disk: await plain.createDisk({ hostname: null }) });
  const context = await chrome.newContext({ recordHar: { path: har, content: 'embed' } });
  const page = await context.newPage();
  await page.goto(`${origin}/`);
  await page.fill('input[name=user]', 'Ada');
  await submit(page);
  await page.fill('input[name=item]', 'book');
  await submit(page);
  await page.getByText('1 × book').waitFor();
  await context.close();
}

describeInBrowser('what a real browser has recorded', (browser) => {
  it('is played like any session: tokens, cookies and redirects are those of the play', async () => {
    await using folder = await workspace();
    await record(browser(), join(folder.path, 'visit.har'));
    const app = ['--', process.execPath, join(APPS, 'shop.mjs')];
    const flags = [
      'check',
      '--session',
      'visit.har',
      '--reporter',
      'json',
      '--output',
      'out',
      '--seed',
      '1',
      '--strength',
      '2',
      '--host',
      'plain',
    ];
    const good = await run([...flags, '--env', 'SHOP_KEY=shared', ...app], { cwd: folder.path });
    expect(JSON.parse(good.stdout)).toMatchObject({ conclusion: 'conforms', findings: [], problems: [] });
    const bad = await run([...flags, '--fail-fast', ...app], { cwd: folder.path });
    const report = JSON.parse(bad.stdout) as Report;
    expect(report.findings).toMatchObject([{ rule: 'boot-identity', step: { request: 'POST /login' } }]);
  });
});
