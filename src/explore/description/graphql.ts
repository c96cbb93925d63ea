import { parseJson } from '../../session/play/capture.ts';
import type { Asked } from '../asked.ts';
import type { Identity } from '../identity.ts';
import { NEEDS_ID, type Operation } from '../operation.ts';
import { asWords, valueFor } from '../values.ts';
import { record, type Schema } from './example.ts';

/** Addresses that GraphQL is usually served at. */
export const GRAPHQL_ADDRESSES = ['/graphql', '/api/graphql', '/query', '/v1/graphql', '/'];

const TYPE = 'kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } }';
const INPUT = `name defaultValue type { ${TYPE} }`;
/** What is asked of a server to learn what it answers (GraphQL, section 4). */
const INTROSPECTION = `query Introspection { __schema { queryType { name } mutationType { name } types { kind name fields { name args { ${INPUT} } type { ${TYPE} } } inputFields { ${INPUT} } enumValues { name } } } }`;
const MAX_DEPTH = 3;
const MAX_MEMBERS = 15;
const MAX_OPERATIONS = 60;
const SCALARS = new Set(['SCALAR', 'ENUM']);

/** The request for a schema. */
export function introspection(target: string): Asked {
  return {
    title: 'Schema',
    method: 'POST',
    target,
    headers: [],
    body: { type: 'application/json', text: JSON.stringify({ query: INTROSPECTION }) },
  };
}

/**
 * A schema's mutations, each followed by the queries that give what it gives, and then all other queries. Arguments are filled in as a person
 * would; those that name a thing wait for one to be told. `text`: the reply to `introspection`. `null`: it holds no schema.
 */
export function readSchema(text: string, target: string, who: Identity): Operation[] | null {
  const schema = record(record(record(parseJson(text)).data).__schema);
  if (!Array.isArray(schema.types)) return null;
  const types = new Map(schema.types.map((type) => [String(record(type).name), record(type)]));
  const fieldsOf = (root: unknown) => members(types.get(String(record(root).name))?.fields);
  const context = { types, target, who };
  const queries = fieldsOf(schema.queryType).map((field) => ({ field, gives: namedType(field.type).name }));
  const asked = new Set<Schema>();
  const operations: (Operation | null)[] = [];
  const ask = (field: Schema) => {
    if (asked.has(field)) return;
    asked.add(field);
    operations.push(operationOf('query', field, context));
  };
  for (const mutation of fieldsOf(schema.mutationType)) {
    operations.push(operationOf('mutation', mutation, context));
    const given = within(namedType(mutation.type).name, types);
    for (const { field, gives } of queries) if (given.has(gives)) ask(field);
  }
  for (const { field } of queries) ask(field);
  return operations.filter((one) => one !== null).slice(0, MAX_OPERATIONS);
}

interface Context {
  readonly types: ReadonlyMap<string, Schema>;
  readonly target: string;
  readonly who: Identity;
}

function operationOf(kind: 'query' | 'mutation', field: Schema, context: Context): Operation | null {
  const name = String(field.name);
  if (!/^[A-Za-z]\w*$/.test(name)) return null;
  const all = members(field.args);
  const needed = all.filter((argument) => record(argument.type).kind === 'NON_NULL');
  // Where nothing must be said, what a write may say is its sense.
  const said = needed.length === 0 && kind === 'mutation' ? all : needed;
  const variables = Object.fromEntries(
    said.map((argument) => [
      String(argument.name),
      valueOfType(record(argument.type), String(argument.name), { ...context, depth: 0 }),
    ]),
  );
  const selection = selectionOf(namedType(field.type), context, 0);
  if (selection === null) return null;
  const title = asWords(name).replace(/^./, (first) => first.toUpperCase());
  const heads = said.map((argument) => `$${argument.name}: ${written(record(argument.type))}`).join(', ');
  const given = said.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  const call = `${name}${given === '' ? '' : `(${given})`}${selection}`;
  const query = `${kind} ${name.replace(/^./, (first) => first.toUpperCase())}${heads === '' ? '' : `(${heads})`} { ${call} }`;
  return {
    method: 'POST',
    path: context.target,
    query: [],
    body: { type: 'json', fields: [], example: said.length === 0 ? { query } : { query, variables } },
    title,
    from: context.target,
    name,
    asks: kind === 'query',
  };
}

/** A value for an argument or a member of an input. */
function valueOfType(type: Schema, name: string, at: Context & { readonly depth: number }): unknown {
  const { kind, ofType } = type;
  if (kind === 'NON_NULL') return valueOfType(record(ofType), name, at);
  if (kind === 'LIST') return [valueOfType(record(ofType), name, at)];
  const own = at.types.get(String(type.name)) ?? {};
  if (kind === 'ENUM') return members(own.enumValues)[0]?.name ?? null;
  if (kind === 'INPUT_OBJECT') {
    if (at.depth >= MAX_DEPTH) return {};
    const inner = members(own.inputFields);
    const needed = inner.filter((member) => record(member.type).kind === 'NON_NULL');
    const said = needed.length === 0 ? inner : needed;
    return Object.fromEntries(
      said.map((member) => [
        String(member.name),
        valueOfType(record(member.type), String(member.name), { ...at, depth: at.depth + 1 }),
      ]),
    );
  }
  switch (type.name) {
    case 'ID':
      return NEEDS_ID;
    case 'Int':
    case 'Float':
      return Number(valueFor({ name, type: 'number' }, at.who));
    case 'Boolean':
      return true;
    case 'String':
      return valueFor({ name, type: 'string' }, at.who);
    default:
      return /json|object|map/i.test(String(type.name))
        ? {}
        : valueFor({ name, type: /date|time/i.test(String(type.name)) ? 'date-time' : 'string' }, at.who);
  }
}

/** What is asked for of a result, with a space before it; `null`: it cannot be asked for. */
function selectionOf({ kind, name }: { kind: string; name: string }, context: Context, depth: number): string | null {
  if (SCALARS.has(kind)) return '';
  if (kind === 'UNION') return ' { __typename }';
  const fields = members(context.types.get(name)?.fields).filter(
    (field) =>
      /^[A-Za-z]\w*$/.test(String(field.name)) &&
      !members(field.args).some((argument) => record(argument.type).kind === 'NON_NULL'),
  );
  const plain = fields.filter((field) => SCALARS.has(namedType(field.type).kind)).slice(0, MAX_MEMBERS);
  const nested = depth >= MAX_DEPTH - 1 ? [] : fields.filter((field) => !SCALARS.has(namedType(field.type).kind)).slice(0, 4);
  const inner = nested.flatMap((field) => {
    const selection = selectionOf(namedType(field.type), context, depth + 1);
    return selection === null ? [] : [`${field.name}${selection}`];
  });
  const all = [...plain.map((field) => String(field.name)), ...inner];
  return all.length === 0 ? (depth === 0 ? ' { __typename }' : null) : ` { ${all.join(' ')} }`;
}

/** Names of the types that a result holds, itself among them. */
function within(name: string, types: Context['types']): ReadonlySet<string> {
  const fields = members(types.get(name)?.fields).map((field) => namedType(field.type));
  return new Set([name, ...fields.filter(({ kind }) => kind === 'OBJECT').map((type) => type.name)]);
}

function namedType(type: unknown): { kind: string; name: string } {
  const own = record(type);
  return own.kind === 'NON_NULL' || own.kind === 'LIST'
    ? namedType(own.ofType)
    : { kind: String(own.kind), name: String(own.name) };
}

function written(type: Schema): string {
  if (type.kind === 'NON_NULL') return `${written(record(type.ofType))}!`;
  return type.kind === 'LIST' ? `[${written(record(type.ofType))}]` : String(type.name);
}

function members(value: unknown): Schema[] {
  return Array.isArray(value) ? value.map(record) : [];
}
