import { UserError } from '../errors.ts';
import { nearest } from './nearest.ts';
import { type UserConfig, userConfigSchema } from './schema.ts';

/** Where a user's settings come from, and how they are written there. */
export interface Source {
  /** Such as `share-nothing.config.ts` or `the command line`. */
  readonly name: string;
  /** A setting by its path, as it is called there. */
  readonly label: (path: Path) => string;
  /** A line that sets it, as it is written there. */
  readonly example: (path: Path, value: unknown) => string;
}

export type Path = readonly PropertyKey[];

/** A config file, whose settings are called by their keys. */
export function fileSource(name: string): Source {
  return { name, label: (path) => path.map(String).join('.'), example: writeLine };
}

/** The settings, if all are valid; else throws one UserError that lists everything wrong with them. */
export function validate(settings: unknown, source: Source): UserConfig {
  const result = userConfigSchema.safeParse(settings);
  if (result.success) return result.data;
  const details = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.flatMap((key) => unknownKey([...issue.path, key], source))
      : wrongValue(issue.path, { settings, allowed: issue.message, source }),
  );
  const count = result.error.issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
  throw new UserError(
    'config-invalid',
    `${source.name} has ${count === 1 ? 'an error' : `${count} errors`}`,
    '`share-nothing check --help` lists every setting; docs of the config file: schema/config.schema.json.',
    { details },
  );
}

/** What is about the app alone, and is looked for beside it. */
const APP = 'app';

function unknownKey(path: Path, { label, example }: Source): string[] {
  const home = [APP, String(path.at(-1))];
  if (path.length === 1 && Object.hasOwn(shapeAt([APP]) ?? {}, home[1] ?? ''))
    return [`${label(path)}: it belongs into ${APP}`, `  for example  ${example(home, exampleAt(home))}`];
  const siblings = Object.keys(shapeAt(path.slice(0, -1)) ?? {}).filter((key) => !key.startsWith('$'));
  const meant = nearest(String(path.at(-1)), siblings);
  const where = label(path);
  if (meant === null) return [`${where}: no such key. Known keys: ${siblings.join(', ')}`];
  const mended = [...path.slice(0, -1), meant];
  return [`${where}: no such key. Did you mean ${label(mended)}?`, `  for example  ${example(mended, exampleAt(mended))}`];
}

interface Wrong {
  readonly settings: unknown;
  readonly allowed: string;
  readonly source: Source;
}

function wrongValue(path: Path, { settings, allowed, source }: Wrong): string[] {
  const given = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], settings);
  const choices = /^one of (.+)$/.exec(allowed)?.[1]?.split(', ');
  const meant = choices === undefined || typeof given !== 'string' ? null : nearest(given, choices);
  const where = path.length === 0 ? 'default export' : source.label(path);
  return [
    `${where}: ${show(given)} given, but it must be ${allowed}${meant === null ? '' : `. Did you mean ${meant}?`}`,
    ...(path.length === 0 ? [] : [`  for example  ${source.example(path, exampleAt(path))}`]),
  ];
}

interface Node {
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly meta?: () => { readonly examples?: readonly unknown[] } | undefined;
  readonly unwrap?: () => unknown;
}

/** The keys of the object at a path. */
function shapeAt(path: Path): Readonly<Record<string, unknown>> | undefined {
  let node: Node | undefined = userConfigSchema as Node;
  for (const key of path) node = node?.shape === undefined ? undefined : unwrapped(node.shape[String(key)]);
  return node?.shape;
}

/** The example of the nearest key at or above a path; a part of it where the example has that part. */
function exampleAt(path: Path): unknown {
  for (let length = path.length; length > 0; length--) {
    const node = shapeAt(path.slice(0, length - 1))?.[String(path[length - 1])] as Node | undefined;
    const example = node?.meta?.()?.examples?.[0];
    if (example !== undefined) return length === path.length ? example : nest(example, path.slice(length));
  }
  return undefined;
}

/** Whatever is below a key that has an example is shown by that example as a whole. */
function nest(example: unknown, rest: Path): unknown {
  return rest.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], example) ?? example;
}

function unwrapped(node: unknown): Node | undefined {
  const inner = (node as Node | undefined)?.unwrap?.();
  return (inner ?? node) as Node | undefined;
}

function writeLine(path: Path, value: unknown): string {
  const keys = path.filter((key) => typeof key === 'string');
  const [first = '', ...rest] = keys;
  return `${first}: ${rest.reduceRight((inner, key) => `{ ${key}: ${inner} }`, literal(value))}`;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'string') return `'${value}'`;
  if (value === null || typeof value !== 'object') return String(value);
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${key}: ${literal(item)}`)
    .join(', ')} }`;
}

function show(value: unknown): string {
  const text =
    typeof value === 'function' ? 'a function' : value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
