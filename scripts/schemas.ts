import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { userConfigSchema } from '../src/config/schema.ts';
import { reportSchema } from '../src/report/schema.ts';

const FOLDER = resolve(import.meta.dirname, '../schema');

/** The published JSON Schemas by file name. */
export function schemas(): Record<string, string> {
  const text = (schema: z.ZodType, io: 'input' | 'output') => `${JSON.stringify(z.toJSONSchema(schema, { io }), null, 2)}\n`;
  return { 'config.schema.json': text(userConfigSchema, 'input'), 'report.schema.json': text(reportSchema, 'output') };
}

if (process.argv[1] === import.meta.filename)
  for (const [name, content] of Object.entries(schemas())) writeFileSync(join(FOLDER, name), content);
