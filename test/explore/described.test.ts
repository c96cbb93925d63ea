import { buildSchema, graphql } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type Asked, json, visited } from './at.ts';

const PET = {
  type: 'object',
  required: ['name', 'kind'],
  properties: {
    id: { type: 'string', readOnly: true },
    name: { type: 'string', maxLength: 40 },
    kind: { enum: ['cat', 'dog'] },
    friend: { $ref: '#/components/schemas/Pet' },
  },
};
const PETS = {
  openapi: '3.1.0',
  info: { title: 'Pets', version: '1' },
  servers: [{ url: 'https://api.example.com/v9' }],
  paths: {
    '/pets/{petId}': {
      parameters: [{ name: 'petId', in: 'path', required: true, schema: { type: 'string' } }],
      get: { summary: 'One pet' },
      put: { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } } },
      delete: { summary: 'Remove a pet' },
    },
    '/pets': {
      get: {
        summary: 'List pets',
        parameters: [{ name: 'kind', in: 'query', required: true, schema: { type: 'string' }, example: 'cat' }],
      },
      post: {
        summary: 'Add a pet',
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } },
      },
    },
    '/nowhere': { get: { summary: 'Not there' }, post: { summary: 'Nor this' } },
  },
  components: { schemas: { Pet: PET }, securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } },
};

/** Keeps pets; `wants`: a key. */
function pets(serves: Record<string, string> = {}, wants: string | null = null) {
  const known = new Map<string, Record<string, unknown>>();
  return ({ route, text, headers }: Asked, response: Parameters<typeof json>[0]) => {
    const served = serves[route];
    if (served !== undefined) return response.end(served);
    if (wants !== null && headers['x-key'] !== wants) return json(response, { error: 'key' }, 401);
    const id = /\/pets\/([\w-]+)$/.exec(route)?.[1] ?? '';
    if (route === 'POST /pets') {
      const pet = JSON.parse(text) as Record<string, unknown>;
      if (pet.id !== undefined || !['cat', 'dog'].includes(String(pet.kind))) return json(response, { error: 'kind' }, 422);
      const made = { ...pet, id: `pet-${known.size + 1}` };
      known.set(made.id, made);
      return json(response, made, 201);
    }
    if (route === 'GET /pets?kind=cat') return json(response, [...known.values()]);
    const pet = known.get(id);
    if (pet === undefined) return json(response, { error: 'no such pet' }, 404);
    if (route.startsWith('PUT')) known.set(id, { ...(JSON.parse(text) as object), id });
    if (route.startsWith('DELETE')) known.delete(id);
    json(response, known.get(id) ?? {});
  };
}

const CHAIN = [
  'POST /pets',
  'GET /pets/pet-1',
  'GET /pets?kind=cat',
  'PUT /pets/pet-1',
  'GET /pets/pet-1',
  'GET /pets?kind=cat',
  'DELETE /pets/pet-1',
  'GET /pets?kind=cat',
  // It is gone, and that is part of the session.
  'GET /pets/pet-1',
];

describe('a description', () => {
  it.each([
    ['is found where the app serves it', { 'GET /openapi.json': JSON.stringify(PETS) }, {}, null],
    ['is found in the folder', {}, { 'docs/openapi.json': JSON.stringify(PETS) }, null],
    ['is named, at an address', { 'GET /my/api': JSON.stringify(PETS) }, {}, '/my/api'],
    ['is named, as a file', {}, { 'pets.json': JSON.stringify(PETS) }, 'pets.json'],
  ] as const)('%s: what is made is read, listed, changed, read, deleted, listed', async (_, serves, files, openapi) => {
    const { routes, asked, exploration } = await visited(pets(serves), { openapi }, files);
    expect(routes).toEqual(CHAIN);
    const made = JSON.parse(asked.find(({ route }) => route === 'POST /pets')?.text ?? '') as object;
    expect(made).toEqual({ name: expect.stringContaining('3f2e1a07') as string, kind: 'cat' });
    expect(exploration.missed.get('GET /nowhere') ?? '').toMatch(/^404/);
  });

  it('says where a key goes', async () => {
    const app = pets({ 'GET /openapi.json': JSON.stringify(PETS) }, 'q7Zk');
    const { routes } = await visited(app, { auth: { authorization: 'q7Zk' } });
    expect(routes).toContain('POST /pets');
  });

  it('is read as Swagger 2.0 in YAML, with forms and files', async () => {
    const spec = `swagger: '2.0'
basePath: /api
consumes: [multipart/form-data]
paths:
  /photos:
    post:
      parameters:
        - { in: formData, name: title, type: string, required: true }
        - { in: formData, name: picture, type: file }
  /people:
    post:
      parameters:
        - { in: body, name: person, schema: { type: object, properties: { email: { type: string, format: email }, age: { type: integer } } } }
`;
    const { asked } = await visited((_, response) => json(response, {}), {}, { 'swagger.yaml': spec });
    const photo = asked.find(({ route }) => route === 'POST /api/photos');
    expect(photo?.headers['content-type']).toMatch(/^multipart/);
    expect(photo?.text).toMatch(/name="title"[\s\S]*filename="tea-3f2e1a07\.svg"/);
    const person = JSON.parse(asked.find(({ route }) => route === 'POST /api/people')?.text ?? '{}') as object;
    expect(person).toEqual({ email: 'ada3f2e1a07@example.com', age: 30 });
  });

  it('that the app serves names no file of this machine', async () => {
    const spec = {
      ...PETS,
      paths: { '/x': { post: { requestBody: { content: { 'application/json': { schema: { $ref: 'file:///etc/passwd' } } } } } } },
    };
    const { asked } = await visited(pets({ 'GET /openapi.json': JSON.stringify(spec) }));
    expect(asked.map(({ text }) => text).join()).not.toContain('root:');
  });

  it('of five megabytes is read', async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 4000 }, (_, n) => [
        `/p${n}`,
        {
          post: {
            summary: 'x'.repeat(900),
            requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } },
          },
        },
      ]),
    );
    const { asked, ms } = await visited(
      pets(),
      { steps: 3 },
      { 'openapi.json': JSON.stringify({ ...PETS, paths: { ...PETS.paths, ...paths } }) },
    );
    expect(asked.map(({ route }) => route)).toContain('POST /pets');
    expect(ms).toBeLessThan(20_000);
  });

  it.each([
    ['none.json', /--openapi none\.json: there is no such file/],
    ['package.json', /--openapi package\.json: it is no description/],
    ['broken.json', /--openapi broken\.json: its references cannot be resolved/],
    ['/none', /--openapi \/none: it could not be had: the app did not answer it with 200/],
  ])('%s that cannot be read is refused', async (openapi, why) => {
    const broken = { openapi: '3.0.0', paths: { '/x': { get: { $ref: './gone.yaml#/x' } } } };
    const files = { 'package.json': '{}', 'broken.json': JSON.stringify(broken) };
    await expect(visited((_, response) => json(response, {}, 404), { openapi }, files)).rejects.toThrow(why);
  });

  it('that cannot be read and is only found is passed over', async () => {
    const { routes } = await visited(
      (_, response) => json(response, {}),
      {},
      { 'openapi.yaml': 'openapi: [3.0', 'swagger.json': '{' },
    );
    expect(routes).toEqual(['GET /']);
  });
});

describe('GraphQL', () => {
  const schema = buildSchema(`
    enum Mood { calm wild }
    input Note { text: String!, mood: Mood }
    type Saved { id: ID!, text: String!, mood: Mood }
    type Query { notes: [Saved!]!, note(id: ID!): Saved, version: String }
    type Mutation { addNote(note: Note!): Saved!, deleteNote(id: ID!): Boolean }`);

  it('is learned by introspection: what a mutation makes is queried, and deleted last, and queried again', async () => {
    const notes: { id: string; text: string }[] = [];
    const rootValue = {
      notes: () => notes,
      note: ({ id }: { id: string }) => notes.find((one) => one.id === id),
      addNote: ({ note }: { note: { text: string } }) => {
        const made = { ...note, id: `note-${notes.length + 1}` };
        notes.push(made);
        return made;
      },
      deleteNote: ({ id }: { id: string }) => notes.splice(0).some((one) => one.id === id),
      version: '1',
    };
    const { exploration, asked } = await visited(({ route, text }, response) => {
      if (route === 'GET /') return response.end('<title>GraphiQL</title>');
      if (route !== 'POST /graphql') return json(response, {}, 404);
      const { query, variables } = JSON.parse(text) as { query: string; variables?: Record<string, unknown> };
      void graphql({ schema, source: query, rootValue, ...(variables === undefined ? {} : { variableValues: variables }) }).then(
        (result) => json(response, result),
      );
    });
    const sent = asked.flatMap(({ text }) => (text === '' ? [] : [JSON.parse(text) as { query: string; variables?: unknown }]));
    expect(sent.slice(1).map(({ query }) => /^\w+ (\w+)/.exec(query)?.[1])).toEqual([
      'AddNote',
      'Notes',
      'Note',
      'Version',
      'DeleteNote',
      'Notes',
      'Note',
    ]);
    expect(sent[1]?.variables).toEqual({ note: { text: expect.stringContaining('3f2e1a07') as string } });
    expect(sent[3]?.variables).toEqual({ id: 'note-1' });
    expect(exploration.writes).toEqual(['POST /graphql (addNote)', 'POST /graphql (deleteNote)']);
  });
});
