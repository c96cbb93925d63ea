import { describe, expect, it } from 'vitest';
import { type Asked, page, visited } from './at.ts';

const sent = (asked: readonly Asked[], route: string) =>
  asked.filter((one) => one.route === route).map(({ text }) => Object.fromEntries(new URLSearchParams(text)));

describe('a form', () => {
  it('is filled with the text of an option that has no value, and dates within their bounds', async () => {
    const form = `<form method="post" action="/trip"><select name="city"><option>Vienna</option><option>Graz</option></select>
      <select name="tea"><option>oolong<option selected>sencha</select>
      <input type="date" name="born" max="2008-01-01"><input type="date" name="on" min="2031-02-03"><button>Book</button></form>`;
    const { asked } = await visited((_, response) => page(response, form));
    expect(sent(asked, 'POST /trip')).toEqual([{ city: 'Vienna', tea: 'sencha', born: '2008-01-01', on: '2031-02-03' }]);
  });

  it('is sent by each of its buttons', async () => {
    const form = `<form method="post" action="/ticket"><input name="seat"><button name="do" value="preview">Preview</button>
      <button name="do" value="buy">Buy</button><button formaction="/later">Later</button></form>`;
    const { asked, exploration } = await visited((_, response) => page(response, form));
    expect(sent(asked, 'POST /ticket').map((one) => one.do)).toEqual(['preview', 'buy']);
    expect(sent(asked, 'POST /later')).toHaveLength(1);
    expect(exploration.writes).toEqual(['POST /ticket (Preview)', 'POST /ticket (Buy)', 'POST /later (Later)']);
  });

  it('with a button that deletes is sent by the other one first, which has no name', async () => {
    const form = `<form method="post" action="/note"><input name="text"><button>Save</button>
      <button name="delete" value="1">Delete</button></form>`;
    const { asked } = await visited((_, response) => page(response, form));
    expect(sent(asked, 'POST /note').map((one) => one.delete)).toEqual([undefined, '1']);
  });

  it('that deletes is followed by a look, also where a logout comes after it', async () => {
    const notes = new Set(['tea']);
    const { routes } = await visited(({ route }, response) => {
      const to = (location: string) => response.writeHead(303, { location }).end();
      if (route === 'POST /notes/delete') notes.clear();
      if (route.startsWith('POST') || route === 'GET /logout') return to('/');
      const button = '<form method="post" action="/notes/delete"><button>Delete</button></form>';
      page(response, `${[...notes].join()}${notes.size === 0 ? '' : button}<a href="/logout">Log out</a>`);
    });
    const deleted = routes.indexOf('POST /notes/delete');
    // Its own redirect, and a look of its own.
    expect(routes.slice(deleted, deleted + 4)).toEqual(['POST /notes/delete', 'GET /', 'GET /', 'GET /logout']);
  });
});

describe('a route', () => {
  it('that a source seems to write to is none where it is answered as a look is', async () => {
    const source = "if (url === '/') show();\nif (method === 'PUT' || method === 'DELETE') change();";
    const { exploration } = await visited((_, response) => response.end('home'), {}, { 'server.js': source });
    expect(exploration.writes).toEqual([]);
    expect(exploration.refused.size).toBe(0);
    expect([...exploration.missed.values()]).toContain('it is answered as GET is');
  });
});
