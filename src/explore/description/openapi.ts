import type { Headers } from '../../model/observation.ts';
import type { Identity } from '../identity.ts';
import { type BodyOf, collectionOf, type Operation, operation, thingOf } from '../operation.ts';
import { asWords, type Field } from '../values.ts';
import { asWritten, type ExampleOptions, exampleOf, propertiesOf, record, type Schema } from './example.ts';

/** What a description of an app says: OpenAPI 3.0 or 3.1, or Swagger 2.0. */
export interface Described {
  readonly operations: readonly Operation[];
  /** Paths that its operations may stand beneath, the likeliest first: `/v1`, or nothing. */
  readonly bases: readonly string[];
  /** The header field that takes a key; `null`: none does. */
  readonly keyField: string | null;
}

const METHODS = ['post', 'get', 'put', 'patch', 'delete'] as const;
const MAX_OPERATIONS = 300;

/** Whether a value is a description that can be read. */
export function isDescription(value: unknown): value is Schema {
  const { openapi, swagger, paths } = record(value);
  return (/^3\./.test(String(openapi)) || String(swagger) === '2.0') && typeof paths === 'object';
}

/** Operations of a description whose references are resolved, in the order of a visit: what is made comes before what is made is looked at. */
export function readDescription(spec: Schema, { who, from }: { who: Identity; from: string }): Described {
  const found = Object.entries(record(spec.paths)).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const own = record(item)[method];
      if (own === undefined) return [];
      const one = operation(method, path, from);
      return one === null ? [] : [{ one, own: record(own), item: record(item) }];
    }),
  );
  const places = new Map<string, number>();
  for (const {
    one: { path },
  } of found)
    if (!places.has(collectionOf(path))) places.set(collectionOf(path), places.size);
  const order = ({ method, path }: Operation) => (method === 'POST' ? (path.includes('{') ? 3 : 0) : path.endsWith('}') ? 1 : 2);
  const sorted = found.sort(
    ({ one }, { one: other }) =>
      (places.get(collectionOf(one.path)) ?? 0) - (places.get(collectionOf(other.path)) ?? 0) || order(one) - order(other),
  );
  const operations = sorted.slice(0, MAX_OPERATIONS).map(({ one, own, item }) => described(one, { own, item, spec, who }));
  return { operations, bases: basesOf(spec), keyField: keyFieldOf(spec) };
}

interface Place {
  readonly own: Schema;
  readonly item: Schema;
  readonly spec: Schema;
  readonly who: Identity;
}

function described(one: Operation, { own, item, spec, who }: Place): Operation {
  const options: ExampleOptions = { spec, who, thing: thingOf(collectionOf(one.path)) };
  const parameters = [
    ...new Map([...list(item.parameters), ...list(own.parameters)].map((each) => [`${each.in} ${each.name}`, each])).values(),
  ];
  const of = (place: string) => parameters.filter((each) => each.in === place && typeof each.name === 'string');
  const exampled = (parameter: Schema) => {
    const given = firstExample(parameter);
    const schema = parameter.schema === undefined ? parameter : record(parameter.schema);
    return given === undefined ? exampleOf(schema, String(parameter.name), options) : given;
  };
  const isUsable = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
  const needed = (place: string) =>
    of(place).flatMap((parameter) => {
      const value = exampled(parameter);
      return parameter.required === true && isUsable(value) ? [[String(parameter.name), String(value)] as const] : [];
    });
  const query = needed('query').map(([name, value]): Field => ({ name, type: 'string', options: [value] }));
  const headers: Headers = needed('header')
    .filter(([name]) => !/^(?:accept|content-type|authorization)$/i.test(name))
    .map(([name, value]) => [name.toLowerCase(), value.replace(/[^\x20-\x7e]/g, '')] as const);
  // What its author gives as an example may be there; what is made up is not.
  const examples = of('path').flatMap((parameter) => {
    const value = firstExample(parameter) ?? firstExample(record(parameter.schema)) ?? record(parameter.schema).default;
    return isUsable(value) ? [[String(parameter.name), String(value)]] : [];
  });
  const title = typeof own.summary === 'string' ? own.summary : typeof own.operationId === 'string' ? asWords(own.operationId) : '';
  return {
    ...one,
    title: title
      .replace(/[^\p{L}\p{N} .,'’&-]+/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 60),
    query,
    headers,
    examples: Object.fromEntries(examples) as Record<string, string>,
    body: one.method === 'GET' ? null : bodyOf({ own, spec, parameters }, options),
  };
}

function bodyOf(
  { own, spec, parameters }: { own: Schema; spec: Schema; parameters: readonly Schema[] },
  options: ExampleOptions,
): BodyOf | null {
  const content = record(record(own.requestBody).content);
  const types = Object.keys(content);
  const type = types.find((name) => /\bjson\b/i.test(name)) ?? types.find((name) => /urlencoded|multipart/i.test(name));
  if (type !== undefined) {
    const media = record(content[type]);
    const schema = record(media.schema);
    if (!/\bjson\b/i.test(type)) return formOf(Object.entries(propertiesOf(schema, 0)), /multipart/i.test(type), options);
    const given = firstExample(media);
    const example =
      given === undefined ? exampleOf(schema, '', options) : asWritten(given, schema, { ...options, name: '', depth: 0 });
    return { type: 'json', fields: [], example: example ?? {} };
  }
  // Swagger 2.0.
  const whole = parameters.find((each) => each.in === 'body');
  if (whole !== undefined) return { type: 'json', fields: [], example: exampleOf(record(whole.schema), '', options) ?? {} };
  const fields = parameters.filter((each) => each.in === 'formData').map((each): [string, unknown] => [String(each.name), each]);
  const consumes = [own.consumes ?? spec.consumes ?? []].flat();
  return fields.length === 0
    ? null
    : formOf(
        fields,
        consumes.some((one) => /multipart/.test(String(one))),
        options,
      );
}

function formOf(properties: readonly (readonly [string, unknown])[], isMultipart: boolean, options: ExampleOptions): BodyOf {
  const fields = properties.flatMap(([name, property]): Field[] => {
    const schema = record(property);
    if (schema.readOnly === true) return [];
    const isFile = schema.type === 'file' || schema.format === 'binary' || schema.contentMediaType !== undefined;
    if (isFile) return [{ name, type: 'file', label: `${String(schema.contentMediaType ?? '')} ${name}` }];
    const value = exampleOf(schema, name, options);
    return typeof value === 'object' ? [] : [{ name, type: 'string', options: [String(value)] }];
  });
  return { type: isMultipart ? 'multipart' : 'form', fields };
}

/** The example that somebody has written; `undefined`: nobody has. */
function firstExample({ example, examples }: Schema): unknown {
  if (example !== undefined) return example;
  if (Array.isArray(examples)) return examples[0];
  const [first] = Object.values(record(examples));
  return record(first).value;
}

/** Where it says that it is served, without its host; and right at the top, as a gateway may stand before it elsewhere. */
function basesOf({ servers, basePath }: Schema): string[] {
  const urls = list(servers).map(({ url }) => String(url ?? ''));
  const paths = [...(typeof basePath === 'string' ? [basePath] : []), ...urls].map((url) =>
    url.replace(/^[a-z][\w+.-]*:\/\/[^/]*/i, '').replace(/\/+$/, ''),
  );
  return [...new Set([...paths.filter((path) => /^(?:\/[\w.~-]+)*$/.test(path)), ''])];
}

function keyFieldOf({ components, securityDefinitions }: Schema): string | null {
  const schemes = Object.values({ ...record(record(components).securitySchemes), ...record(securityDefinitions) }).map(record);
  const key = schemes.find(({ type, in: place, name }) => type === 'apiKey' && place === 'header' && /^[\w-]+$/.test(String(name)));
  return key === undefined ? null : String(key.name).toLowerCase();
}

function list(value: unknown): Schema[] {
  return Array.isArray(value) ? value.map(record) : [];
}
