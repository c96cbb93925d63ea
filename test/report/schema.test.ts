import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import { schemas } from '../../scripts/schemas.ts';
import type { Report } from '../../src/model/report.ts';
import type { reportSchema } from '../../src/report/schema.ts';

const FOLDER = resolve(import.meta.dirname, '../../schema');

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

describe('the published schemas', () => {
  it.each(Object.entries(schemas()))('%s is up to date (npm run schemas)', (name, content) => {
    expect(readFileSync(join(FOLDER, name), 'utf8')).toBe(content);
  });

  it('describe the report as the code has it', () => {
    expectTypeOf<z.infer<typeof reportSchema>>().toExtend<Mutable<Report>>();
    expectTypeOf<Mutable<Report>>().toExtend<z.infer<typeof reportSchema>>();
  });
});
