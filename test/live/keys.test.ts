import { join } from 'node:path';
import { execa } from 'execa';
import getPort from 'get-port';
import { describe, expect, it } from 'vitest';
import { keyHandler } from '../../src/cli/commands/up/up-keys.ts';
import type { Action } from '../../src/model/live.ts';
import { APPS, CLI, workspace } from '../support/cli.ts';

/** `up` on a terminal of its own. */
async function onTerminal(env: Record<string, string> = {}) {
  const folder = await workspace();
  const port = await getPort();
  const command = [process.execPath, CLI, 'up', '--port', port, '--', process.execPath, join(APPS, 'cart.mjs')].join(' ');
  const child = execa('script', ['-qec', command, '/dev/null'], {
    cwd: folder.path,
    reject: false,
    env: { NO_COLOR: '1', TERM: 'xterm', ...env },
  });
  let text = '';
  const waiting: (() => void)[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    for (const tell of waiting.splice(0)) tell();
  });
  const said = async (wanted: RegExp) => {
    for (; !wanted.test(text); await new Promise<void>((resolve) => waiting.push(resolve)))
      if (child.exitCode !== null) throw new Error(text);
  };
  await said(/q quit/);
  return {
    said,
    type: (keys: string) => child.stdin.write(keys),
    ended: async () => (await child).exitCode,
    text: () => text,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe('keys', () => {
  it('scale no further than flags and dashboard do', () => {
    const process = { type: 'web', state: 'up', pid: null, restarts: 0, open: 0, memory: null, written: null } as const;
    const said: string[] = [];
    const acted: Action[] = [];
    const nothing = async () => {};
    const press = keyHandler({
      processes: () => Array.from({ length: 64 }, (_, index) => ({ ...process, name: `web.${index + 1}` })),
      settings: () => ({ policy: 'random', replaceEvery: null, mirror: true }),
      act: async (action) => void acted.push(action),
      look: nothing,
      save: nothing,
      audit: nothing,
      quit: nothing,
      follow: () => {},
      say: (text) => said.push(text),
      describe: () => '',
    });
    press('+');
    press('-');
    expect(said).toEqual(['web=64 is the most', 'web=63']);
    expect(acted).toEqual([{ kind: 'scale', type: 'web', count: 63 }]);
  });

  it('act at once on the chosen process, or on all', async () => {
    await using app = await onTerminal();
    app.type('h');
    await app.said(/wipe its disk while it runs/);
    app.type('2k');
    await app.said(/keys act on web\.2[\s\S]*web\.2 +\| killed, as in a crash[\s\S]*web\.2 +\| started/);
    expect(app.text()).not.toMatch(/web\.1 +\| killed/);
    app.type('0r');
    await app.said(/web\.1 +\| replaced \(deploy\)[\s\S]*web\.2 +\| replaced \(deploy\)/);
    app.type('+');
    await app.said(/web\.3 +\| started/);
    app.type('-');
    await app.said(/web\.3 +\| gone/);
    app.type('pmei');
    await app.said(/policy round-robin, no restarts, mirror on/);
    await app.said(/policy round-robin, a deploy every 10 s, mirror off/);
    await app.said(/2 web\.2 +up, pid \d+, 2 restarts, 0 open, \d+ MB/);
    app.type('s');
    await app.said(/nobody has asked for anything/);
    // An arrow is no key of ours.
    app.type('\u001b[A\u001bOk?');
    app.type('q');
    expect([await app.ended(), app.text()]).toEqual([0, expect.not.stringMatching(/web\.1 +\| killed/)]);
  });

  it('Ctrl-C ends it', async () => {
    await using app = await onTerminal();
    app.type('\u0003');
    expect(await app.ended()).toBe(0);
    expect(app.text()).toMatch(/stopping; again to leave at once/);
  });

  it('act with Enter on a dumb terminal', async () => {
    await using app = await onTerminal({ TERM: 'dumb' });
    app.type('p\n');
    await app.said(/policy round-robin/);
    app.type('q\n');
    expect(await app.ended()).toBe(0);
  });
});
