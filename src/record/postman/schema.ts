import { z } from 'zod';

// Collections of Postman, v2.0 and v2.1 (schema.getpostman.com), as far as they are read.

const text = z
  .union([z.string(), z.number(), z.boolean()])
  .nullish()
  .transform((value) => (value == null ? '' : String(value)));
export const field = z.object({
  key: text,
  value: text,
  disabled: z.boolean().nullish(),
  type: z.string().nullish(),
  src: z.union([z.string(), z.array(z.string())]).nullish(),
});
export type Field = z.infer<typeof field>;
const pair = z.object({ key: z.string(), value: z.unknown() });
/** A list in v2.1, an object in v2.0. */
const pairs = z
  .union([
    z.array(pair),
    z.record(z.string(), z.unknown()).transform((all) => Object.entries(all).map(([key, value]) => ({ key, value }))),
  ])
  .nullish();
export const auth = z.looseObject({ type: z.string(), bearer: pairs, basic: pairs, apikey: pairs });
export type Auth = z.infer<typeof auth>;
const event = z.object({
  listen: z.string(),
  script: z.object({ exec: z.union([z.string(), z.array(z.string())]).nullish() }).nullish(),
});
export const body = z.object({
  mode: z.string().nullish(),
  raw: z.string().nullish(),
  urlencoded: z.array(field).nullish(),
  formdata: z.array(field).nullish(),
  graphql: z.object({ query: text, variables: text }).nullish(),
  file: z.object({ src: z.string().nullish() }).nullish(),
  options: z.object({ raw: z.object({ language: z.string().nullish() }).nullish() }).nullish(),
});
export const url = z.union([
  z.string(),
  z.object({
    raw: z.string().nullish(),
    variable: z.array(z.object({ key: z.string().nullish(), value: text })).nullish(),
    query: z.array(field).nullish(),
  }),
]);
export const request = z.object({
  method: z.string().nullish(),
  header: z.union([z.array(field), z.string()]).nullish(),
  url: url.nullish(),
  body: body.nullish(),
  auth: auth.nullish(),
});
const common = { name: text, event: z.array(event).nullish(), auth: auth.nullish() };
export const collection = z.object({
  ...common,
  info: z.object({ schema: z.string().nullish() }),
  item: z.array(z.unknown()),
  variable: z
    .array(z.object({ key: z.string().nullish(), id: z.string().nullish(), value: text, type: z.string().nullish() }))
    .nullish(),
});
export const item = z.object({
  ...common,
  item: z.array(z.unknown()).nullish(),
  request: z.union([request, z.string()]).nullish(),
});
