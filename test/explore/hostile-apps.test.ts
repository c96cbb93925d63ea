import { describe, expect, it } from 'vitest';
import { page, visited } from './at.ts';

describe('a visit comes to its end', () => {
  it('where every page leads to twenty new ones', async () => {
    let count = 0;
    const { exploration } = await visited(({ route }, response) => {
      const at = route.slice(4).replace(/\/$/, '');
      page(response, Array.from({ length: 20 }, () => `<a href="${at}/p${++count}">on</a>`).join(''));
    });
    expect(exploration.visitor.visits.length).toBeLessThanOrEqual(30);
    expect(exploration.bound ?? '').toMatch(/^$|--explore-steps 30/);
  });

  it('where a form redirects for ever, and so does a link', async () => {
    let count = 0;
    const { exploration, asked } = await visited(({ route }, response) => {
      if (route === 'GET /')
        return page(
          response,
          '<a href="/turn">Turn</a><form action="/turn" method="post"><input name="x"><button>Go</button></form>',
        );
      if (!route.includes('/turn')) return response.writeHead(404).end();
      response.writeHead(302, { location: `/turn?n=${++count}` }).end();
    });
    expect(asked.length).toBeLessThan(40);
    expect(exploration.missed.size + exploration.refused.size + exploration.writes.length).toBeGreaterThan(0);
  });

  it('where a page has ten megabytes, of forms that never end', async () => {
    const large = '<form action="/x" method="post"><input name="a">'.repeat(200_000);
    const { ms } = await visited((_, response) => page(response, large), { steps: 5 });
    expect(ms).toBeLessThan(20_000);
  });

  it('where nothing but errors is answered, or nothing at all', async () => {
    const broken = await visited((_, response) => response.writeHead(500).end('no'));
    expect(broken.routes).toEqual([]);
    expect(broken.exploration.missed.get('GET /')).toMatch(/^500/);
    const mute = await visited((_, response) => response.destroy());
    expect(mute.exploration.visitor.visits).toEqual([]);
  });

  it('without a read that every trial would wait for', async () => {
    let asked = 0;
    const { routes, exploration } = await visited((request, response) => {
      if (request.route === 'GET /slow') return setTimeout(() => response.end('late'), 3100);
      // Slow once, as what is compiled when it is asked for first.
      if (request.route === 'GET /cold') return setTimeout(() => response.end('warm'), asked++ === 0 ? 3100 : 0);
      page(response, '<a href="/slow">on</a><a href="/cold">on</a>');
    });
    expect(routes).not.toContain('GET /slow');
    expect(routes).toContain('GET /cold');
    expect(exploration.missed.get('GET /slow')).toBe('it takes 3 s, and every trial would wait for it');
  });

  it('when its time is over', async () => {
    const slow = await visited(
      (_, response) =>
        setTimeout(
          () => page(response, Array.from({ length: 9 }, (_, n) => `<a href="${'abcdefghi'.charAt(n)}/">on</a>`).join('')),
          100,
        ),
      { timeMs: 250 },
    );
    expect(slow.exploration.bound).toBe('--explore-time 0.25s was over');
    expect(slow.ms).toBeLessThan(3000);
  });
});

describe('a visit leaves alone', () => {
  it('the addresses at which processes tell of themselves', async () => {
    const source =
      "if (request.method === 'POST' && request.url === '/metrics') reset();\nif (request.method === 'POST' && request.url === '/notes') add();";
    const { asked } = await visited((_, response) => response.end('ok'), {}, { 'server.js': source });
    expect(asked.map(({ route }) => route).filter((route) => route.startsWith('POST'))).toEqual(['POST /notes']);
  });

  it('a form with a captcha, and says so', async () => {
    const { exploration, asked } = await visited(({ route }, response) => {
      page(
        response,
        route === 'GET /'
          ? '<form action="/join" method="post"><input name="m"><div class="g-recaptcha" data-sitekey="k"></div><button>Join</button></form>'
          : '',
      );
    });
    expect([...exploration.missed]).toContainEqual(['POST /join (Join)', 'it asks for a captcha']);
    expect(asked.map(({ route }) => route)).not.toContain('POST /join');
  });

  it('the way out until the end, and deletes where they are not wanted', async () => {
    const app = ({ route }: { route: string }, response: Parameters<typeof page>[0]) =>
      page(
        response,
        route === 'GET /'
          ? '<a href="/logout">Log out</a><a href="/items">Items</a><form action="/items/1/delete" method="post"><button>Delete</button></form><form action="/items" method="post"><input name="title"><button>Add</button></form>'
          : 'done',
      );
    const whole = await visited(app);
    const routes = whole.asked.map(({ route }) => route);
    expect(routes.indexOf('GET /logout')).toBeGreaterThan(routes.indexOf('POST /items/1/delete'));
    expect(routes.indexOf('POST /items/1/delete')).toBeGreaterThan(routes.indexOf('POST /items'));
    const gentle = await visited(app, { destructive: false });
    expect(gentle.asked.map(({ route }) => route)).not.toContain('POST /items/1/delete');
    expect(gentle.exploration.missed.get('POST /items/*/delete')).toBe('deletes are left out');
  });

  it('everything that changes something, where that may stay', async () => {
    const { exploration, asked } = await visited(
      (_, response) => page(response, '<form action="/add" method="post"><input name="title"><button>Add</button></form>'),
      { mayNotWrite: () => 'REDIS_URL names a store of your own' },
    );
    expect(asked.every(({ route }) => route.startsWith('GET '))).toBe(true);
    expect(exploration.readsOnly).toBe('REDIS_URL names a store of your own');
    expect(exploration.missed.get('POST /add')).toBe('it changes something');
  });
});

it('what a refusal says of itself is no id', async () => {
  const { asked } = await visited(
    (_, response) => response.writeHead(422, { 'content-type': 'application/json' }).end('{"statusCode":422,"id":"e-17"}'),
    {},
    { 'app.js': "app.get('/things/:id', show); app.post('/things', add);" },
  );
  expect(asked.map(({ route }) => route)).toContain('POST /things');
  expect(asked.filter(({ route }) => /^GET \/things\/./.test(route))).toEqual([]);
});

it('an account is sent as Basic credentials where the app asks for them', async () => {
  const wanted = `Basic ${Buffer.from('ada:q7&Z').toString('base64')}`;
  const { routes } = await visited(
    ({ headers }, response) =>
      headers.authorization === wanted
        ? page(response, 'Welcome')
        : response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
    { auth: { name: 'ada', password: 'q7&Z' } },
  );
  expect(routes).toEqual(['GET /']);
});
