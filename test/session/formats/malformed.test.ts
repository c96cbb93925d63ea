import { describe, expect, it } from 'vitest';
import { failureOf } from '../../support/failure.ts';
import { session } from '../server.ts';

const GRAPHQL = 'POST http://localhost/graphql\nX-REQUEST-TYPE: GraphQL\n\nquery Cart($id: ID) { cart(id: $id) }\n\n';

describe('a session file that cannot mean what it says', () => {
  it.each<[string, string, string, string]>([
    ['a method without a URL', 'GET\n', 'test.http:1:4', 'names no URL'],
    ['a method with blanks for a URL', 'POST  \nAccept: */*\n', 'test.http:1:5', 'names no URL'],
    ['a port that there is not', 'GET /\n\n###\nGET http://localhost:99999/a\n', 'test.http:4:5', 'no port 99999'],
    ['GraphQL variables that are no JSON', `${GRAPHQL}{ id: 7 }\n`, 'test.http:6:1', 'no JSON'],
    ['a UUID of something', 'GET /{{$uuid 5}}\n', 'test.http:1:6', 'it takes no arguments'],
    ['a time with an unknown offset', 'GET /{{$timestamp 1 fortnight}}\n', 'test.http:1:6', 'no offset'],
    ['a date in no format', 'GET /{{$datetime long}}\n', 'test.http:1:6', 'no format'],
    ['a script that does not parse', '< {%\nconst a = ;\n%}\nGET /\n', 'test.http:2:1', 'cannot be read'],
    ['a handler that does not parse', 'GET /\n\n> {% client.test( %}\n', 'test.http:3:1', 'cannot be read'],
  ])('holds %s: the error names the place and a remedy', async (_, text, place, why) => {
    const error = await failureOf(() => session(text));
    expect(error.message).toContain(place);
    expect(error.message).toContain(why);
    expect(error.hint).not.toBe('');
  });

  it.each([
    ['GraphQL variables with values to come', `@id = 7\n${GRAPHQL}{ "id": {{id}}, "name": "x{{$uuid}}" }\n`],
    [
      'offsets and formats',
      'GET /{{$timestamp -1 d}}/{{$datetime rfc1123 1 M}}/{{$datetime "YYYY-MM-DD" 2 w}}/{{$localDatetime iso8601}}\n',
    ],
    [
      'scripts',
      '< {%\nconst a = 1;\nrequest.variables.set("a", a);\n%}\nGET /{{a}}\n\n> {% client.test("x", () => { client.assert(true) }); %}\n',
    ],
    ['a port of its own', 'GET http://localhost:65535/a\n'],
  ])('is read where it holds %s', (_, text) => {
    expect(session(text).steps).toHaveLength(1);
  });
});
