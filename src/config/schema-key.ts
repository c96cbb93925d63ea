import { z } from 'zod';

/** A setting that may be left out, with what is said of it and how it may be written. */
export function key<T extends z.ZodType>(schema: T, description: string, example: unknown) {
  return schema.optional().meta({ description, examples: [example] });
}

/** A text that is not empty. */
export function string(allowed: string) {
  return z.string({ error: allowed }).min(1, { error: allowed });
}

/** A list of such texts. */
export function list(allowed: string) {
  return z.array(string(allowed), { error: allowed });
}
