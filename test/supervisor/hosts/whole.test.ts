import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import type { Isolation } from '../../../src/model/isolation.ts';
import type { Report } from '../../../src/model/report.ts';
import { APPS, CLI, workspace } from '../../support/cli.ts';

/** Nobody: an ordinary user that there is on every machine. */
const USER = 65_534;
/** The built module. */
const CHOOSE = resolve(CLI, '../supervisor/hosts/choose.js');
const VISIT = ['POST', 'GET'].map((method) => `${method} http://localhost/`).join('\n\n###\n');

/** Runs a script as root in a mount namespace of its own. `null`: what that needs is not there. */
async function inNamespace(script: string): Promise<string | null> {
  const { stdout, failed } = await execa('unshare', ['--mount', '--propagation', 'private', 'sh', '-ec', script], {
    reject: false,
  });
  return failed && stdout === '' ? null : stdout;
}

const asUser = (command: string) => `setpriv --reuid=${USER} --regid=${USER} --clear-groups env HOME=/nonexistent ${command}`;
const mayOverlay = await inNamespace(asUser('unshare --user --map-root-user --mount true && echo yes'));
const isRoot = process.getuid?.() === 0 && mayOverlay?.trim() === 'yes';
const opened: string[] = [];
afterAll(() => {
  for (const folder of opened) rmSync(folder, { recursive: true, force: true });
});

/** A folder that the user may enter, with another of the user's own in it. */
async function place(): Promise<{ outer: string; inner: string; session: string }> {
  const { path: outer } = await workspace({ 'visit.http': VISIT });
  opened.push(outer);
  chmodSync(outer, 0o755);
  chmodSync(join(outer, 'visit.http'), 0o644);
  const [inner, output] = [join(outer, 'app'), join(outer, 'out')];
  for (const folder of [inner, output]) {
    mkdirSync(folder);
    chownSync(folder, USER, USER);
  }
  return { outer, inner, session: join(outer, 'visit.http') };
}

const RECORDS = '[{"id":1,"path":"/old"}]';
const check = (inner: string, { outer, session }: { outer: string; session: string }) =>
  asUser(
    `sh -c 'cd ${inner} && ${process.execPath} ${CLI} check --session ${session} --output ${outer}/out --reporter json --strength 2 --fail-fast -- ${process.execPath} ${join(APPS, 'json-file.mjs')}'`,
  );

describe.skipIf(!isRoot)('an ordinary user’s app whose folder cannot be overlaid', () => {
  it('as something is mounted beneath it: its files are its disk’s, and what it lost is found', async () => {
    const { outer, inner, session } = await place();
    const stdout = await inNamespace(`
      mount -t tmpfs -o mode=755,uid=${USER},gid=${USER} app ${inner}
      printf '%s' '${RECORDS}' > ${inner}/records.json
      mkdir ${inner}/node_modules && mount -t tmpfs dependencies ${inner}/node_modules
      chown ${USER}:${USER} ${inner}/records.json
      ${check(inner, { outer, session })} || true
      echo; cat ${inner}/records.json`);
    const [report = '{}', ...records] = (stdout ?? '').split(/\n(?=\[)/);
    expect(records.join('')).toBe(RECORDS);
    expect(JSON.parse(report) as Report).toMatchObject({
      isolation: { host: 'overlay' },
      findings: [{ rule: 'local-disk', files: [{ path: join(inner, 'records.json') }] }],
    });
  });

  it('as it lies in a folder of somebody else’s: it is overlaid by itself', async () => {
    const { inner } = await place();
    writeFileSync(join(inner, 'records.json'), RECORDS);
    chownSync(join(inner, 'records.json'), USER, USER);
    const choose = `
      const { chooseHost } = await import('${CHOOSE}');
      const options = { cwd: '${inner}', volumes: [], shared: [], named: [], guard: () => {}, env: process.env };
      const { host, isolation } = await chooseHost(null, options);
      await host.close();
      console.log(JSON.stringify(isolation));`;
    const program = join(inner, 'choose.mjs');
    writeFileSync(program, choose);
    const isolation = JSON.parse((await inNamespace(asUser(`${process.execPath} ${program}`))) ?? '{}') as Isolation;
    expect(isolation).toMatchObject({ host: 'overlay', tried: expect.arrayContaining([inner]) });
    expect(isolation.open.filter((path) => path.startsWith(inner))).toEqual([]);
  });
});
