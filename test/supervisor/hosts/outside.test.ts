import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changedSince } from '../../../src/supervisor/hosts/outside.ts';
import { check } from '../../support/cli.ts';

const APP = (folder: string) => [
  'node',
  '-e',
  `require("node:http").createServer((_, reply) => { require("node:fs").appendFileSync("${folder}/seen", "x"); reply.end("ok"); }).listen(process.env.PORT, "127.0.0.1")`,
];

describe.skipIf(process.platform !== 'linux')('files outside the copies', () => {
  it('are named in the report of an audit on host copy', async () => {
    const folder = await mkdtemp('/dev/shm/outside-');
    try {
      const flags = ['--host', 'copy', '--strength', '2'];
      const { report, exitCode, stderr } = await check(
        APP(folder),
        'GET http://localhost/\n\n###\nGET http://localhost/again',
        flags,
      );
      expect(exitCode, stderr).toBe(2);
      const told = report?.problems.filter(({ code }) => code === 'written-outside').map(({ message }) => message);
      expect(told).toEqual([expect.stringContaining(`${folder}/seen`)]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('are those that changed since, but for what is excepted', async () => {
    const folder = await mkdtemp('/dev/shm/outside-');
    try {
      const since = Date.now() - 60_000;
      await writeFile(join(folder, 'before'), '');
      await utimes(join(folder, 'before'), 0, since / 1000 - 60);
      await Promise.all(['new', 'volume'].map((name) => writeFile(join(folder, name), '')));
      const { files } = await changedSince(since, { cwd: folder, except: [join(folder, 'volume')] });
      expect(files.filter((path) => path.startsWith(folder))).toEqual([join(folder, 'new')]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
