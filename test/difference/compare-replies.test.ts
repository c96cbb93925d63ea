import { describe, expect, it } from 'vitest';
import { compareReplies } from '../../src/difference/compare-replies.ts';
import { masked } from '../../src/difference/masked.ts';
import { type DifferenceRow, type Line, unified } from '../../src/model/difference.ts';
import type { Exchange } from '../../src/model/observation.ts';
import { answered, type Told } from '../support/observations.ts';

function exchange(told: Told, method = 'GET'): Exchange {
  const request = { method, target: '/', headers: [], body: '' };
  return { step: 0, by: 'web.1', visitor: 0, issued: null, setsClock: false, request, reply: answered(told) };
}

/** Lines as one would write them down: `[…]` around what differs. */
function shown(rows: readonly DifferenceRow[]): string[] {
  const text = (line: Line) => line.map((span) => (span.differs ? `[${span.text}]` : span.text)).join('');
  return unified(rows).map(({ sign, line }) => `${sign} ${text(line)}`);
}

function compare(expected: Told, actual: Told, alike?: Told): string[] {
  return shown(compareReplies(exchange(expected), exchange(actual), alike && exchange(alike)));
}

describe('two replies side by side', () => {
  it('are JSON in lines, with the words that differ marked, two lines around, and the rest left out', () => {
    const cart = (items: string[]) => ({ json: { user: 'ann', a: 1, b: 2, c: 3, items, total: items.length, d: 4, e: 5, f: 6 } });
    expect(compare(cart(['book', 'pen']), cart(['book']))).toEqual([
      '  … 7 equal lines',
      '    "items": [',
      '      "book"',
      '- [    "pen"]',
      '    ]',
      '-   "total": [2]',
      '+   "total": [1]',
      '    "d": 4',
      '    "e": 5',
      '  … 2 equal lines',
    ]);
  });

  it('are pages as they are read, with tags only where these alone differ', () => {
    const page = (rest: string) => ({
      html: `<!doctype html><title>Shop</title><nav><a href="/">Home</a></nav><h1>Hello <b>Ann</b></h1>${rest}`,
    });
    expect(compare(page('<ul><li>book</li></ul>'), page('<p>Your cart is empty.</p>'))).toEqual([
      '  … 3 equal lines',
      '  Home',
      '  Hello Ann',
      '- [book]',
      '+ [Your cart is empty.]',
    ]);
    const form = (value: string) => page(`<form action="${value}"><input name="n" value="1"></form>`);
    expect(compare(form('/a'), form('/b'))).toEqual([
      '  … 9 equal lines',
      '  <b>',
      '  Ann',
      '- <form action="/[a]">',
      '+ <form action="/[b]">',
      '  <input name="n" value="1">',
    ]);
    expect(compare(page('<input name="n" value="3">'), page('<input name="n" value="0">')).slice(-2)).toEqual([
      '- n: [3]',
      '+ n: [0]',
    ]);
  });

  it('mark nothing that plays alike differ in', () => {
    const reply = (at: string, name: string) => ({ json: { at, name, more: 'x' } });
    expect(compare(reply('10:01:07', 'ann'), reply('10:01:09', 'nobody'), reply('10:01:08', 'ann'))).toEqual([
      '  … 2 equal lines',
      '  {',
      '    "at": "10:01:07"',
      '-   "name": "[ann]"',
      '+   "name": "[nobody]"',
      '    "more": "x"',
      '  }',
    ]);
    expect(compareReplies(exchange(reply('1', 'ann')), exchange(reply('2', 'ann')), exchange(reply('3', 'ann')))).toEqual([]);
  });

  it('leave aside what is masked by its path', () => {
    const reply = (pid: number, items: string[]) => exchange({ json: { items, instance: { pid } } });
    const paths = new Set(['body.instance.pid']);
    const rows = compareReplies(masked(reply(1, ['book']), paths), masked(reply(2, []), paths));
    const told = shown(rows).join('\n');
    expect(told).toMatch(/^- .*"book"/m);
    expect(told).not.toMatch(/^[-+].*pid/m);
  });

  it('tell status, where a redirect leads, and that nothing came', () => {
    const there = { status: 302, headers: [['location', '/cart']] as const };
    expect(compare(there, { ...there, status: 302, headers: [['location', '/login']] as const })).toEqual([
      '  302',
      '  content-type: text/plain',
      '- location: /[cart]',
      '+ location: /[login]',
    ]);
    const lost: Exchange = { ...exchange({}), reply: { outcome: 'lost', reason: 'the connection ended', ms: 1 } };
    expect(shown(compareReplies(exchange({ text: 'ok' }), lost))).toEqual([
      '- [200]',
      '- [content-type: text/plain]',
      '- [ok]',
      '+ [no answer: the connection ended]',
    ]);
  });

  it('are bounded, whatever was sent', () => {
    const began = performance.now();
    const long = 'x'.repeat(500_000);
    const lines = (seed: number) => Array.from({ length: 60_000 }, (_, index) => `${index * seed} line`).join('\n');
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const pairs: [Told, Told][] = [
      [{ text: `${long}a${long}` }, { text: `${long}b${long}` }],
      [{ text: lines(3) }, { text: lines(7) }],
      [{ text: deep, headers: [['content-type', 'application/json']] }, { text: `${deep} ` }],
      [{ html: '<i>'.repeat(100_000) }, { html: '<b>'.repeat(100_000) }],
      [{ html: `<p>${'a b '.repeat(50_000)}` }, { html: `<p>${'c d '.repeat(50_000)}` }],
    ];
    for (const [one, other] of pairs) {
      const rows = compareReplies(exchange(one), exchange(other), exchange(one));
      expect(rows.length).toBeLessThan(60);
      expect(JSON.stringify(rows).length).toBeLessThan(60_000);
    }
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});
