import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/evidence/redaction/redact.ts';
import { compareObservation } from '../../src/oracle/compare/comparison.ts';
import { learnOracle } from '../../src/oracle/learn/learn-oracle.ts';
import { elements } from '../../src/session/play/page-elements.ts';
import { play, type Told } from '../support/observations.ts';

const ignore = { paths: [], fields: [], reads: [] };
/** Processor time that no linear walk over the largest of these replies comes near, and a quadratic one exceeds many times: by this machine's speed. */
const BOUND_MS = 6 * linearMs();

/** The processor time that a plain linear walk over two million texts takes here, in milliseconds. */
function linearMs(): number {
  const began = process.cpuUsage();
  const words = Array.from({ length: 250_000 }, (_, n) => `word ${n}`);
  for (let round = 0; round < 4; round++) new Map(words.map((word) => [word.replace(/\d+/g, '#') + round, word])).size;
  for (let round = 0; round < 4; round++) JSON.parse(JSON.stringify(words));
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

/** The processor time of everything that is done with replies, in milliseconds. */
function cost(controls: readonly Told[], trial: Told): number {
  const began = process.cpuUsage();
  const redactor = createRedactor(['known-secret']);
  const observations = [...controls, trial].map((told) => {
    const observation = play([told, told]);
    return { ...observation, exchanges: observation.exchanges.map((exchange) => redactor.exchange(exchange)) };
  });
  const oracle = learnOracle(observations.slice(0, -1), { ignore });
  compareObservation(oracle, observations.at(-1) ?? play([trial]));
  for (const { html } of [...controls, trial]) if (html !== undefined) elements(html, new Set(['input']));
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

const form = (token: string) => `<form action="/x"><input name="csrf" value="${token}"></form>`;
const anchor = (id: string) => `<a href="/item/${id}">item ${id}</a>`;

describe('replies that would keep a backtracking comparison busy', () => {
  it.each<[string, (variant: string) => Told]>([
    [
      'one JSON string with a varying token 40 times',
      (v) => ({ json: { html: form(`t0ken${v}`).repeat(40) + (v === 'c' ? 'z' : '') } }),
    ],
    ['the same 4000 times', (v) => ({ json: { html: form(`t0ken${v}`).repeat(4000) + (v === 'c' ? 'z' : '') } })],
    ['30 anchors with one varying id in a line of text', (v) => ({ text: anchor(`id${v}9`).repeat(30) + (v === 'c' ? '!' : '') })],
    ['a line of 10,000 equal characters', (v) => ({ text: 'a'.repeat(10_000) + v })],
    ['a million equal characters', (v) => ({ text: 'a'.repeat(1_000_000) + v })],
    ['equal words', (v) => ({ text: 'a '.repeat(200_000) + v })],
    ['varying words', (v) => ({ text: Array.from({ length: 50_000 }, (_, n) => `${v}${n}`).join(' ') })],
    ['a list of varying ids', (v) => ({ json: Array.from({ length: 9_000 }, (_, n) => ({ id: `${v}-${n}` })) })],
    [
      'a list of varying length',
      (v) => ({ json: Array.from({ length: v === 'b' ? 3_000 : 3_001 }, (_, n) => ({ id: `${v}-${n}` })) }),
    ],
    [
      'a list in varying order',
      (v) => ({ json: Array.from({ length: 5_000 }, (_, n) => ({ id: v === 'a' ? n : 5_000 - n, x: v })) }),
    ],
    ['input tags that never end', (v) => ({ html: `${'<input '.repeat(150_000)}${v}` })],
    ['an input tag with 100,000 attributes', (v) => ({ html: `<input ${'value=1 '.repeat(100_000)} name=${v}>` })],
    [
      'formatting tags that a tree would multiply',
      (v) => ({ html: Array.from({ length: 20_000 }, (_, n) => `<b id=${n}><p>`).join('') + v }),
    ],
    ['what looks like tokens', (v) => ({ text: `${'eyJaaaaaaaa-'.repeat(80_000)}${v}` })],
    [
      '50,000 secrets',
      (v) => ({ json: Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [`token${n}`, `secret-${v}-${n}`])) }),
    ],
    ['a header field of question marks', (v) => ({ text: v, headers: [['location', `/${'?'.repeat(60_000)}`]] })],
    ['times', (v) => ({ text: `${'1.1.1.1 12 s ago 10:00:00 '.repeat(30_000)}${v}` })],
  ])('%s', (_name, told) => {
    expect(cost([told('a'), told('b')], told('c'))).toBeLessThan(BOUND_MS);
  });

  it('whatever they repeat', () => {
    const unit = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'a1-_ ="<>/&;.:{}[]\\,?\n') });
    fc.assert(
      fc.property(unit, unit, fc.constantFrom('json', 'html', 'text'), (part, end, kind) => {
        const told = (tail: string): Told => {
          const text = part.repeat(Math.ceil(50_000 / part.length)) + tail;
          return kind === 'json' ? { json: { text } } : { [kind]: text };
        };
        expect(cost([told(end), told('x')], told('y'))).toBeLessThan(BOUND_MS);
      }),
      { numRuns: 15, seed: 7 },
    );
  });
});
