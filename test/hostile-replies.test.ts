import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../src/evidence/redaction/redact.ts';
import type { Exchange } from '../src/model/observation.ts';
import type { Report } from '../src/model/report.ts';
import { showReply } from '../src/model/shown-reply.ts';
import { compareObservation } from '../src/oracle/compare/comparison.ts';
import { learnOracle } from '../src/oracle/learn/learn-oracle.ts';
import type { Router } from '../src/router/router.ts';
import { routerTo, tcpApp } from './router/support.ts';
import { play } from './session/server.ts';
import { APPS, run, workspace } from './support/cli.ts';
import { play as observed } from './support/observations.ts';

const NOTHING = { paths: [], fields: [], reads: [] };

const SEED = 20260;

const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const bytes = (maxLength: number) => fc.array(byte, { maxLength }).map((list) => list.join(''));
const status = fc.oneof(
  fc.constantFrom(0, 99, 100, 101, 103, 199, 200, 204, 301, 304, 407, 600, 999, 1000),
  fc.integer({ min: 100, max: 599 }),
);
const reason = fc.oneof(
  fc.constantFrom('OK', '', 'O\x01K', 'O\x00K', '\x1b[2J', 'ä', '\x7f', 'O\tK', 'x'.repeat(70_000)),
  bytes(12),
);
const name = fc.oneof(
  fc.constantFrom(
    ...['content-length', 'Transfer-Encoding', 'connection', 'set-cookie', 'location', 'trailer', 'upgrade', 'content-type'],
    ...['content-encoding', 'x-share-nothing-outcome', 'x-share-nothing-served-by', 'na me', '', '__proto__'],
  ),
  bytes(8),
);
const value = fc.oneof(
  fc.constantFrom(
    '2',
    '-1',
    '1e9',
    'chunked',
    'gzip',
    'close',
    'text/html; charset="',
    'lost',
    '//\x01',
    '=\x00; Path',
    'h2c',
    '\x07',
  ),
  bytes(12),
);
const field = fc.tuple(name, value).map(([one, other]) => `${one}: ${other}\r\n`);
const fields = fc.oneof(
  fc.array(field, { maxLength: 4 }).map((list) => list.join('')),
  fc.constantFrom(
    `x: ${'y'.repeat(70_000)}\r\n`,
    'x: 1\r\n folded\r\n',
    'x\r\n',
    'x: 1\n',
    Array.from({ length: 3_000 }, (_, n) => `h${n}: 1\r\n`).join(''),
  ),
);
const chunked = fields.map((trailers) => ({
  headers: 'transfer-encoding: chunked\r\ntrailer: x\r\n',
  body: `2\r\nok\r\n0\r\n${trailers}\r\n`,
}));
const content = fc.oneof(
  chunked,
  fc.constant({ headers: 'content-length: 2\r\n', body: 'ok' }),
  bytes(20).map((body) => ({ headers: '', body })),
);
const reply = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/3.0', 'ICY'), status, reason, fields, content),
  },
  { weight: 1, arbitrary: bytes(60).map((text) => [text] as const) },
);

/** Raw replies with any status line, header section and trailers. */
function repliesOf(count: number): string[] {
  return fc.sample(reply, { numRuns: count, seed: SEED }).map((parts) => {
    if (parts.length === 1) return parts[0];
    const [version, code, phrase, section, { headers, body }] = parts;
    return `${version} ${code} ${phrase}\r\n${section}${headers}\r\n${body}`;
  });
}

/** How a visitor hears such a reply by way of the router, redacted as it would be stored. */
async function heard(router: Router, number: number): Promise<Exchange> {
  const playing = play(`GET /${number}`, router.origin, { stepTimeoutMs: 10_000 });
  const { request, reply } = await playing.send(0);
  await playing.close();
  const exchange = { step: 0, by: 'web.1', visitor: 0, request, reply, issued: null, setsClock: false };
  return createRedactor([]).exchange(exchange);
}

describe('replies that are no HTTP, or hardly', () => {
  it('come to be judged or to be told of, whatever is in status line, header section and trailers', async () => {
    const replies = repliesOf(400);
    const { origin } = await tcpApp((socket) =>
      socket.once('data', (head) => socket.end(replies[Number(/^\S+ \/(\d+)/.exec(String(head))?.[1])] ?? '', 'latin1')),
    );
    const router = await routerTo(origin);
    const outcomes = new Set<string>();
    for (let from = 0; from < replies.length; from += 20) {
      const batch = replies.slice(from, from + 20).map(async (_, at) => {
        const [one, other] = [await heard(router, from + at), await heard(router, from + at)];
        const observation = { ...observed([{ text: '' }]), exchanges: [one] };
        const [result] = compareObservation(learnOracle([observation], { ignore: NOTHING }), {
          ...observation,
          exchanges: [other],
        });
        expect(['same', 'different', 'unjudged']).toContain(result?.kind);
        expect(showReply(other.reply).bytes).toBeGreaterThanOrEqual(0);
        outcomes.add(one.reply.outcome === 'answered' ? String(one.reply.status) : one.reply.outcome);
      });
      await Promise.all(batch);
    }
    expect([...outcomes]).toEqual(expect.arrayContaining(['200', '204', 'lost']));
  });

  it('end no audit', async () => {
    const replies = ['HTTP/1.1 200 O\x01K\r\ncontent-length: 2\r\n\r\nok', 'HTTP/1.1 1000 \x00\r\nx\x00: \x01\r\n\r\n', '\x00'];
    await using folder = await workspace({
      'replies.json': JSON.stringify(replies.map((text) => Buffer.from(text, 'latin1').toString('base64'))),
      'visit.http': ['/9', ...replies.map((_, index) => `/${index}`)]
        .map((path) => `GET http://localhost${path}`)
        .join('\n\n###\n'),
    });
    const flags = ['--session', 'visit.http', '--seed', '1', '--strength', '2', '--host', 'plain', '--reporter', 'json'];
    const app = ['--env', 'REPLIES=replies.json', '--', process.execPath, join(APPS, 'hostile-replies.mjs')];
    const { stdout, stderr } = await run(['check', ...flags, ...app], { cwd: folder.path });
    expect(stderr).not.toContain('a bug in share-nothing');
    const report = JSON.parse(stdout) as Report;
    expect(report.findings).toEqual([]);
    expect(report.sessions[0]?.requests.map(({ status }) => status)).toEqual(['judged', 'judged', 'unjudged', 'unjudged']);
  });
});
