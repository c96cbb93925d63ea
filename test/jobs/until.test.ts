import { describe, expect, it } from 'vitest';
import { parseHar } from '../../src/session/formats/har/parse-har.ts';
import { parseHttpFile } from '../../src/session/formats/http/http-file.ts';
import { sourceText } from '../../src/session/formats/http/syntax.ts';
import { isMet } from '../../src/session/play/until.ts';
import { answered, type Told } from '../support/observations.ts';

function untilOf(directive: string, method = 'GET') {
  const text = `# ${directive}\n${method} /jobs/1`;
  const options = { variables: {}, processEnv: {}, httpEnv: null, origins: [] };
  return parseHttpFile(sourceText('x.http', '/x.http', text), options).steps[0]?.until ?? null;
}

const done: Told = { json: { status: 'done', steps: 3, result: { url: '/r/1' }, errors: [], failed: false } };
const queued: Told = { json: { status: 'queued', steps: 0 }, status: 202 };

describe('a step that waits', () => {
  it.each([
    ['body.$.status == "done"', true, false],
    ['body.status == done', true, false],
    ['body.status != queued', true, false],
    ['body.steps >= 3', true, false],
    ['body.steps < 1', false, true],
    ['body.result.url', true, false],
    ['body.errors', false, false],
    ['body.failed', false, false],
    ['status 200', true, false],
    ['status == 202', false, true],
    ['text "queued"', false, true],
    ['header.content-type == application/json', true, true],
  ])('until %s', (demand, whenDone, whenQueued) => {
    const until = untilOf(`@until ${demand} within 20s`);
    if (until === null) throw new Error('it waits for nothing');
    expect(until.withinMs).toBe(20_000);
    expect([isMet(until.demand, answered(done)), isMet(until.demand, answered(queued))]).toEqual([whenDone, whenQueued]);
  });

  it('waits for ten seconds if nothing is said', () => {
    expect(untilOf('@until status 200')).toMatchObject({ withinMs: 10_000, text: 'status 200' });
  });

  it.each([
    ['@until', 'GET', /says nothing to wait for/],
    ['@until soon', 'GET', /soon cannot be read/],
    ['@until status ready', 'GET', /cannot be read/],
    ['@until status 200 within ever', 'GET', /within ever, which is no time/],
    ['@until status 200 within 3h', 'GET', /no time from 1ms to 10m/],
    ['@until status 201', 'POST', /stands above a POST, which would be sent again and again/],
  ])('%s above a %s is refused by its line', (directive, method, message) => {
    expect(() => untilOf(directive, method)).toThrow(message);
    expect(() => untilOf(directive, method)).toThrow(/x\.http:1/);
  });

  it('may be a POST that its author has said to change nothing', () => {
    expect(untilOf('@until status 200\n# @read', 'POST')).not.toBeNull();
  });
});

describe('a recording', () => {
  const entry = (path: string, body: unknown, { at = 0, status = 200, method = 'GET' } = {}) => ({
    startedDateTime: new Date(1_700_000_000_000 + at).toISOString(),
    request: { method, url: `http://localhost:3000${path}`, headers: [] },
    response: { status, headers: [], content: { mimeType: 'application/json', text: JSON.stringify(body) } },
  });
  const stepsOf = (entries: readonly unknown[]) =>
    parseHar(sourceText('x.har', '/x.har', ''), JSON.stringify({ log: { entries } }), { origins: [] }).steps;

  it('of the same read one time after another is one step that waits for what came last', () => {
    const steps = stepsOf([
      entry('/jobs', { id: 'a1' }, { method: 'POST' }),
      entry('/jobs/a1?_=1700000000100', { status: 'queued', progress: 1 }, { at: 100 }),
      entry('/jobs/a1?_=1700000000200', { status: 'running', progress: 50 }, { at: 200 }),
      entry('/jobs/a1?_=1700000000300', { status: 'done', progress: 100 }, { at: 9_000 }),
      entry('/jobs', [], { at: 9_100 }),
    ]);
    expect(steps.map(({ until }) => until?.text ?? null)).toEqual([null, 'body.$.status == "done"', null]);
    expect(steps[1]).toMatchObject({ line: 4, until: { withinMs: 26_700 } });
  });

  it('waits for the status where that alone tells', () => {
    const steps = stepsOf([
      entry('/jobs/1', {}, { status: 202 }),
      entry('/jobs/1', {}, { status: 202, at: 10 }),
      entry('/jobs/1', { rows: 3 }, { at: 20 }),
    ]);
    expect(steps.map(({ until }) => until?.text)).toEqual(['status 200']);
  });

  it('keeps reads that nothing tells apart', () => {
    const steps = stepsOf([entry('/cart', { items: 1 }), entry('/cart', { items: 2 }, { at: 10 })]);
    expect(steps.map(({ until }) => until)).toEqual([null, null]);
  });
});
