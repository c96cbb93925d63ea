import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UserConfig } from '../src/config/schema.ts';
import { toBeStateless } from '../src/matcher.ts';
import { workspace } from './support/cli.ts';

describe('a test runner is told what, why and what to do', () => {
  it('of a config that is wrong, and where a setting belongs', async () => {
    const config = { command: 'node server.js', sessions: ['visit.http'], env: { A: 'b' } } as unknown as UserConfig;
    await expect(toBeStateless.call({}, config)).rejects.toThrow(
      /^the config has an error\n {2}env: it belongs into app\n {4}for example {2}app: \{ env: \{ NODE_ENV: 'production' \} \}\nhint: /,
    );
  });

  it('of an app that does not start, with its last words', async () => {
    await using folder = await workspace({ 'visit.http': 'GET http://localhost/\n' });
    const config: UserConfig = {
      command: [process.execPath, '-e', 'console.error("no database"); process.exit(3)'],
      sessions: [join(folder.path, 'visit.http')],
      host: 'plain',
      output: join(folder.path, 'out'),
    };
    await expect(toBeStateless.call({}, config)).rejects.toThrow(
      /before it was ready\n(?: {2}.*\n)*? {2}no database\n(?:.*\n)*hint: /,
    );
  });
});
