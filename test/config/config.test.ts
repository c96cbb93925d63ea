import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parseBudget } from '../../src/config/duration.ts';
import { loadConfigFile } from '../../src/config/load.ts';
import { nearest } from '../../src/config/nearest.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { UserConfig } from '../../src/config/schema.ts';
import { fileSource, validate } from '../../src/config/validate.ts';
import { UserError } from '../../src/errors.ts';
import type { Config } from '../../src/model/config.ts';
import { milliseconds } from '../../src/model/duration.ts';
import { workspace } from '../support/cli.ts';

const PUBLIC = resolve(import.meta.dirname, '../../dist/index.js');
const APP = { command: 'node server.js', sessions: ['visit.http'] };

function config(own: UserConfig, flags: UserConfig = {}): Config {
  const file = { path: '/home/app/share-nothing.config.json', folder: '/home/app', config: own };
  return resolveConfig({ file, flags, cwd: '/elsewhere', randomSeed: () => 5 });
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => new Error('did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw error;
  return error;
}

describe('a config file', () => {
  const typed = `import { defineConfig } from '${PUBLIC}';\nexport default defineConfig({ processes: 3 as number });`;
  it.each([
    ['share-nothing.config.ts', typed],
    ['share-nothing.config.mts', typed],
    ['share-nothing.config.js', 'module.exports = { processes: 3 };'],
    ['share-nothing.config.mjs', 'export default { processes: 3 };'],
    ['share-nothing.config.json', '{ "$schema": "x", "processes": 3 }'],
  ])('may be %s', async (name, text) => {
    await using folder = await workspace({ [name]: text });
    const file = await loadConfigFile(folder.path, null);
    expect(file?.config.processes).toBe(3);
    expect(file?.path).toBe(join(folder.path, name));
  });

  it('need not be there', async () => {
    await using folder = await workspace();
    expect(await loadConfigFile(folder.path, null)).toBeNull();
  });

  it('must be there if it is named', async () => {
    await using folder = await workspace();
    expect((await failure(loadConfigFile(folder.path, 'mine.json'))).message).toContain('mine.json');
  });

  it.each([
    ['share-nothing.config.json', '{ "processes": 3'],
    ['share-nothing.config.mjs', 'export default {'],
    ['share-nothing.config.mjs', 'throw new Error("boom")'],
    ['share-nothing.config.mjs', 'process.exit(0)'],
    ['share-nothing.config.mjs', 'Promise.reject(new Error("boom")); export default {};'],
    ['share-nothing.config.mjs', 'await Promise.reject(new Error("boom")); export default {};'],
    ['share-nothing.config.mjs', 'export default { get processes() { throw new Error("boom"); } };'],
    ['share-nothing.config.mjs', 'const own = {}; own.app = own; export default own;'],
  ])('that cannot be read is an error of the user: %s %s', async (name, text) => {
    await using folder = await workspace({ [name]: text });
    expect((await failure(loadConfigFile(folder.path, null))).message).toContain(name);
  });

  it('with errors lists them all, each with its key and an example', async () => {
    const text = JSON.stringify({
      sessoins: ['a'],
      processes: 1,
      ignore: { paths: '/x' },
      app: { stopGrace: 'long' },
      budget: 'much',
    });
    await using folder = await workspace({ 'share-nothing.config.json': text });
    const { message, details } = await failure(loadConfigFile(folder.path, null));
    expect(message).toContain('5 errors');
    const all = details.join('\n');
    for (const key of ['sessoins', 'processes', 'ignore.paths', 'app.stopGrace', 'budget']) expect(all).toContain(`${key}:`);
    expect(all).toContain('Did you mean sessions?');
    expect(all.match(/for example/g)).toHaveLength(5);
  });
});

describe('numbers and times', () => {
  it.each<[string, UserConfig]>([
    ['stepTimeout', { stepTimeout: '0ms' }],
    ['stepTimeout', { stepTimeout: 0 }],
    ['stepTimeout', { stepTimeout: '99999999h' }],
    ['stepTimeout', { stepTimeout: Number.POSITIVE_INFINITY }],
    ['staleness', { staleness: -1 }],
    ['staleness', { staleness: '25h' }],
    ['app.ready.timeout', { app: { ready: { timeout: '0s' } } }],
    ['app.stopGrace', { app: { stopGrace: '9999999999s' } }],
    ['budget', { budget: '9999999999 trials' }],
    ['budget', { budget: '999h' }],
    ['processes', { processes: 2.5 }],
    ['randomTrials', { randomTrials: 1e9 }],
    ['ignore.paths.0', { ignore: { paths: ['/a['] } }],
    ['ignore.paths.0', { ignore: { paths: ['status'] } }],
    ['auth', { auth: ':' }],
    ['auth', { auth: 'ada:' }],
    ['auth', { auth: 'Bearer q7Zk\nX-Admin: yes' }],
  ])('out of bounds are refused: %s in %j', (path, own) => {
    expect(() => validate(own, fileSource('it'))).toThrow(
      expect.objectContaining({ details: expect.arrayContaining([expect.stringContaining(`${path}:`)]) }),
    );
  });
});

describe('settings', () => {
  it('have defaults', () => {
    expect(config(APP)).toMatchObject({
      app: { command: ['node', 'server.js'], cwd: '/home/app', env: {}, readiness: { path: null, timeoutMs: 30_000 } },
      sessions: ['/home/app/visit.http'],
      processes: 2,
      seed: 5,
      budget: { kind: 'time', ms: 60_000 },
      strength: 3,
      stalenessMs: 0,
      output: '/elsewhere/.share-nothing',
      reporters: [{ name: 'terminal', file: null }],
    });
  });

  it('of flags beat those of the file; environments are joined', () => {
    const flags: UserConfig = { processes: 4, sessions: 'other.http', app: { env: { A: 'flag' } }, output: 'out' };
    const own: UserConfig = { ...APP, processes: 3, app: { env: { A: 'file', B: 2 } }, output: 'theirs' };
    expect(config(own, flags)).toMatchObject({
      processes: 4,
      sessions: ['/elsewhere/other.http'],
      app: { env: { A: 'flag', B: '2' } },
      output: '/elsewhere/out',
    });
    expect(config(own).output).toBe('/home/app/theirs');
  });

  it.each([[{ sessions: ['a.http'] }, 'no-command']])('without what an audit needs are refused: %j', (own, code) => {
    expect(() => config(own)).toThrow(expect.objectContaining({ code }));
  });

  it('are described by the published schema', () => {
    const schema = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../schema/config.schema.json'), 'utf8')) as object;
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect(validate({ ...APP, app: { ready: { path: '/ready', timeout: '5s' } }, budget: '90 trials' })).toBe(true);
    expect(validate({ ...APP, sessoins: [] })).toBe(false);
    expect(validate({ ...APP, processes: 1 })).toBe(false);
  });
});

describe('times and budgets', () => {
  it.each([
    ['500ms', 500],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['1 h', 3_600_000],
    [250, 250],
  ])('%s is %i ms', (text, ms) => expect(milliseconds(text)).toBe(ms));

  it('of trials and of time', () => {
    expect(parseBudget('90 trials')).toEqual({ kind: 'trials', trials: 90 });
    expect(parseBudget('1 trial')).toEqual({ kind: 'trials', trials: 1 });
    expect(parseBudget('2m')).toEqual({ kind: 'time', ms: 120_000 });
  });
});

describe('the nearest word', () => {
  it('is near', () => {
    expect(nearest('sessoins', ['sessions', 'seed'])).toBe('sessions');
    expect(nearest('elephant', ['sessions', 'seed'])).toBeNull();
  });
});
