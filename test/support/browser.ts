import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** The browser of this machine, without a window. To be closed. */
export async function openBrowser(): Promise<Browser> {
  const found = [process.env.CHROMIUM ?? '', ...BROWSERS].find((path) => path !== '' && existsSync(path));
  if (found === undefined) throw new Error('no browser: apt-get install chromium, or set CHROMIUM to the path of one');
  return chromium.launch({ executablePath: found, args: ['--no-sandbox'] });
}
