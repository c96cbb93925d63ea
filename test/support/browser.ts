import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const found = [process.env.CHROMIUM ?? '', ...BROWSERS].find((path) => path !== '' && existsSync(path));
const LACKING = found === undefined ? ' (needs a browser: apt-get install chromium, or set CHROMIUM to the path of one)' : '';

/** The browser of this machine, without a window. To be closed. */
function openBrowser(): Promise<Browser> {
  if (found === undefined) throw new Error(LACKING);
  return chromium.launch({ executablePath: found, args: ['--no-sandbox'] });
}

/** Tests that share a browser; skipped by name where there is none. */
export function describeInBrowser(name: string, tests: (browser: () => Browser) => void): void {
  describe.skipIf(found === undefined)(`${name}${LACKING}`, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());
    tests(() => {
      if (browser === undefined) throw new Error('the browser is not open');
      return browser;
    });
  });
}
