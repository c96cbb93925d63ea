import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { schemas } from '../../scripts/schemas.ts';

const FOLDER = resolve(import.meta.dirname, '../../schema');

describe('the published schemas', () => {
  it.each(Object.entries(schemas()))('%s is up to date (npm run schemas)', (name, content) => {
    expect(readFileSync(join(FOLDER, name), 'utf8')).toBe(content);
  });
});
