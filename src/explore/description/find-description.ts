import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { $RefParser } from '@apidevtools/json-schema-ref-parser';
import { parse } from 'yaml';
import { UserError } from '../../errors.ts';
import { type Answer, get } from '../asked.ts';
import { record, type Schema } from './example.ts';
import { isDescription } from './openapi.ts';

/** A description with its references resolved, and where it was found, in a word. */
export interface Found {
  readonly spec: Schema;
  readonly from: string;
}

/** Asks the app for an address; `null`: it was not answered with 200. */
export type Ask = (target: string) => Promise<Answer | null>;

const FOLDERS = ['', 'docs', 'api', 'spec', 'openapi', 'public', 'static', 'src'];
const FILES = ['openapi.json', 'openapi.yaml', 'openapi.yml', 'swagger.json', 'swagger.yaml', 'swagger.yml'];
/** Where frameworks serve theirs. */
const ADDRESSES = [
  '/openapi.json',
  '/openapi.yaml',
  '/v3/api-docs',
  '/v2/api-docs',
  '/swagger.json',
  '/swagger/v1/swagger.json',
  '/api-docs',
  '/api-docs.json',
  '/api-json',
  '/docs/json',
  '/documentation/json',
  '/api/openapi.json',
  '/api/swagger.json',
  '/api/schema/?format=json',
];
const MAX_BYTES = 16 * 1024 * 1024;
const RESOLVE_MS = 10_000;

/**
 * The description that the app's folder holds, or that the app serves at one of the customary addresses; `null`: there is none. Of these, what
 * cannot be read is passed over.
 */
export async function findDescription(folder: string, ask: Ask): Promise<Found | null> {
  for (const inner of FOLDERS)
    for (const name of FILES) {
      const file = join(folder, inner, name);
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? Number.POSITIVE_INFINITY) > MAX_BYTES) continue;
      const found = await fromFile(file).catch(() => null);
      if (found !== null) return found;
    }
  const replies = await Promise.all(ADDRESSES.map(async (target) => ({ target, reply: await ask(target) })));
  for (const { target, reply } of replies) {
    const found = reply === null ? null : await resolved(parsed(reply.body.text), null).catch(() => null);
    if (found !== null) return { spec: found, from: target };
  }
  return null;
}

/** The description that the user names, by a file or an address. Throws a UserError if there is none, or it cannot be read. */
export async function namedDescription(named: string, folder: string, ask: Ask): Promise<Found> {
  const refuse = (why: string, hint = 'An OpenAPI document 3.0 or 3.1, or a Swagger document 2.0, as JSON or YAML.') =>
    new UserError('bad-description', `--openapi ${named}: ${why}`, hint);
  if (/^https?:\/\//i.test(named) || (named.startsWith('/') && !existsSync(named))) {
    const text = await textAt(named, ask).catch((error: unknown) => {
      throw refuse(
        `it could not be had: ${error instanceof Error ? error.message : String(error)}`,
        'Name a file, or an address that is answered with 200.',
      );
    });
    const spec = await resolved(parsed(text), null).catch((error: unknown) => {
      throw refuse(`its references cannot be resolved: ${firstLine(error)}`);
    });
    if (spec === null) throw refuse('what is there is no description of an API');
    return { spec, from: named };
  }
  const file = join(folder, named);
  const path = existsSync(file) ? file : named;
  if (existsSync(path) && statSync(path).isDirectory())
    throw refuse('it is a folder', `Name the file in it: --openapi ${join(named, 'openapi.yaml')}`);
  if (!existsSync(path) || !statSync(path).isFile())
    throw refuse('there is no such file', 'Name a file, or an address: --openapi /openapi.json');
  const found = await fromFile(path).catch((error: unknown) => {
    throw refuse(`its references cannot be resolved: ${firstLine(error)}`);
  });
  if (found === null)
    throw refuse('it is no description of an API: neither "openapi: 3.…" nor "swagger: 2.0" stands in it, or it has no paths');
  return found;
}

async function textAt(named: string, ask: Ask): Promise<string> {
  if (named.startsWith('/')) {
    const reply = await ask(named);
    if (reply === null) throw new Error('the app did not answer it with 200');
    return reply.body.text;
  }
  const reply = await fetch(named, { signal: AbortSignal.timeout(RESOLVE_MS) });
  if (reply.status !== 200) throw new Error(`it was answered with ${reply.status}`);
  return reply.text();
}

async function fromFile(file: string): Promise<Found | null> {
  const spec = await resolved(parsed(readFileSync(file, 'utf8')), file);
  return spec === null ? null : { spec, from: basename(file) };
}

/** With what its references name in place of them. Of a description that the app serves, references to other files are none of ours. */
async function resolved(value: unknown, file: string | null): Promise<Schema | null> {
  if (!isDescription(value)) return null;
  const options = {
    resolve: { external: file !== null, http: false },
    dereference: { circular: 'ignore' },
    timeoutMs: RESOLVE_MS,
  } as const;
  const schema = value as object;
  const spec: unknown = await (file === null
    ? new $RefParser().dereference(schema, options)
    : new $RefParser().dereference(file, schema, options));
  return record(spec);
}

/** JSON, or YAML; `undefined`: neither. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (!/^\s*['"]?(?:openapi|swagger)['"]?\s*:/m.test(text)) return undefined;
  }
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}

/** A read of one of these addresses. */
export function readOf(target: string) {
  return get(target, 'Description');
}
