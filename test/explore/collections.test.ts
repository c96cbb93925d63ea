import { describe, expect, it } from 'vitest';
import { type App, json, page, visited } from './at.ts';

/** Posts of a JSON server that nothing describes; `allows`: what it answers OPTIONS with; `db`: what it shows of all in place of a link. */
function posts(
  allows: Record<string, string>,
  db: ((all: object[]) => object) | null = null,
  ofOne: Record<string, string> = {},
): App {
  const known = new Map<number, Record<string, unknown>>([[1, { id: 1, title: 'one', likes: 3, tags: [] }]]);
  return ({ route, text }, response) => {
    const [method = '', path = ''] = route.split(' ');
    const id = Number(/^\/posts\/(\d+)$/.exec(path)?.[1]);
    if (method === 'OPTIONS') return response.writeHead(204, path === '/posts' ? allows : ofOne).end();
    if (path === '/') return page(response, `<a href="${db === null ? '/posts' : '/db'}">Posts</a>`);
    if (route === 'GET /db' && db !== null) return json(response, db([...known.values()]));
    if (route === 'GET /posts') return json(response, [...known.values()]);
    if (route === 'POST /posts') {
      const made = { ...(JSON.parse(text) as object), id: known.size + 1 };
      known.set(made.id, made);
      return json(response, made, 201);
    }
    if (method === 'DELETE' && known.delete(id)) return json(response, {});
    const post = known.get(id);
    if (post === undefined) return json(response, { error: 'not found' }, 404);
    if (method === 'PATCH') known.set(id, { ...post, ...(JSON.parse(text) as object) });
    json(response, known.get(id));
  };
}

const METHODS = 'GET,HEAD,PATCH,POST,DELETE';

describe('a list of JSON that nothing describes', () => {
  it.each(['allow', 'access-control-allow-methods'])(
    'is added to, changed and deleted from, as its field %s says, with what its things hold',
    async (field) => {
      const { routes, asked, exploration } = await visited(posts({ [field]: METHODS }));
      expect(routes).toEqual(expect.arrayContaining(['POST /posts', 'PATCH /posts/2', 'DELETE /posts/2']));
      const made = JSON.parse(asked.find(({ route }) => route === 'POST /posts')?.text ?? '{}') as object;
      expect(made).toEqual({ title: expect.stringContaining('3f2e1a07') as string, likes: expect.any(Number) as number });
      expect(exploration.writes).toContain('POST /posts');
      // What is asked aside is no step.
      expect(routes.join()).not.toContain('OPTIONS');
    },
  );

  it('is found by its name in an object that shows it, and what is not there is no route', async () => {
    const { routes, exploration } = await visited(posts({ allow: METHODS }, (all) => ({ posts: all, tags: [{ id: 1 }], page: 1 })));
    expect(routes).toEqual(expect.arrayContaining(['GET /db', 'GET /posts', 'POST /posts']));
    expect([...exploration.missed.keys()].join()).not.toContain('tags');
  });

  it('has things that are changed as they say themselves', async () => {
    const { exploration } = await visited(posts({ allow: 'GET, POST' }, null, { allow: 'GET, PATCH, DELETE' }));
    expect(exploration.writes).toEqual(['POST /posts', 'PATCH /posts/*', 'DELETE /posts/*']);
  });

  it('is only read where the app allows no more', async () => {
    const { asked, exploration } = await visited(posts({ allow: 'GET, HEAD' }));
    expect(exploration.writes).toEqual([]);
    expect(asked.filter(({ route }) => /^(?:POST|PATCH|DELETE)/.test(route))).toEqual([]);
  });
});
