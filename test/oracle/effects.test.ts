import { describe, expect, it } from 'vitest';
import type { Exchange, Observation, Reply } from '../../src/model/observation.ts';
import { friendliest, type Variant } from '../../src/model/schedule.ts';
import type { StepResult } from '../../src/oracle/compare/judge-step.ts';
import { asksOnly } from '../../src/oracle/effects/asks.ts';
import { lostByChance, mayBeChance } from '../../src/oracle/effects/chance.ts';
import { effectsOf } from '../../src/oracle/effects/effects.ts';
import { learnOracle } from '../../src/oracle/learn/learn-oracle.ts';
import { answered, play, type Told } from '../support/observations.ts';

const ignore = { paths: [], fields: [], reads: ['/metrics'] };
const LEFT_OUT: Reply = { outcome: 'unsent', reason: 'it was left out', ms: 0 };

/** A play that does without `step`, or another variant; `null` among the replies: the step was left out. */
function visit(variant: Variant, replies: readonly (Told | null)[], options: Parameters<typeof play>[1] = {}): Observation {
  const whole = play(
    replies.map((told) => told ?? {}),
    options,
  );
  const exchanges = whole.exchanges.map((exchange, at) => (replies[at] === null ? { ...exchange, reply: LEFT_OUT } : exchange));
  return { ...whole, trial: 9, schedule: { ...friendliest(replies.length), variant }, exchanges };
}

function effects(controls: readonly Observation[], plays: readonly Observation[]) {
  return effectsOf(learnOracle(controls, { ignore }), plays).map(({ step, readers, hidden }) => ({
    step,
    readers: readers.map((reader) => `${reader.step} ${reader.paths.join()}`),
    hidden: hidden.map((reader) => reader.step),
  }));
}

const WHOLE: Variant = { kind: 'omit', step: null };

describe('the effect of a step', () => {
  const saved = { json: { saved: true } };
  const controls = [play([saved, { json: { items: ['book'] } }]), play([saved, { json: { items: ['book'] } }])];
  const whole = visit(WHOLE, [saved, { json: { items: ['book'] } }]);

  it('is what later replies lack without it', () => {
    const without = visit({ kind: 'omit', step: 0 }, [null, { json: { items: [] } }]);
    expect(effects(controls, [whole, without])).toEqual([{ step: 0, readers: ['1 body.items'], hidden: [] }]);
  });

  it('is nothing if all is answered alike, or if a whole play differs there as well', () => {
    const without = visit({ kind: 'omit', step: 0 }, [null, { json: { items: ['book'] } }]);
    expect(effects(controls, [whole, without])).toEqual([{ step: 0, readers: [], hidden: [] }]);
    const used = visit(WHOLE, [saved, { json: { items: ['book', 'book'] } }]);
    const also = visit({ kind: 'omit', step: 0 }, [null, { json: { items: ['book', 'book', 'book'] } }]);
    expect(effects(controls, [used, also])).toEqual([{ step: 0, readers: [], hidden: [] }]);
  });

  it('shows where what it alone would have sent or handed out is expected and something else stands', () => {
    const paid = (id: string) => play([{ json: { id } }, { json: { id } }]);
    const other = visit(WHOLE, [{ json: { id: 'cccccc11' } }, { json: { id: 'cccccc11' } }]);
    const without = visit({ kind: 'omit', step: 0 }, [null, { json: { id: 'dddddd22' } }]);
    expect(effects([paid('aaaaaa11'), paid('bbbbbb22')], [other, without])[0]?.readers).toEqual(['1 body.id']);
  });

  it('is not what comes back from a later request that carries it', () => {
    const echoed = (id: string) => play([{ json: { id } }, { json: { id } }], { targets: ['/', `/things/${id}`] });
    const other = visit(WHOLE, [{ json: { id: 'cccccc11' } }, { json: { id: 'cccccc11' } }], {
      targets: ['/', '/things/cccccc11'],
    });
    const without = visit({ kind: 'omit', step: 0 }, [null, { json: { id: 'ffffff44' } }], { targets: ['/', '/things/ffffff44'] });
    expect(effects([echoed('aaaaaa11'), echoed('bbbbbb22')], [other, without])[0]?.readers).toEqual([]);
  });

  it('is what later replies show when it writes something else, unless that was refused', () => {
    const changed = (status: number) => visit({ kind: 'change', step: 0 }, [{ ...saved, status }, { json: { items: ['booked'] } }]);
    expect(effects(controls, [whole, changed(200)])[0]?.readers).toEqual(['1 body.items[0]']);
    expect(effects(controls, [whole, changed(400)])[0]?.readers).toEqual([]);
  });

  it('is not that a later reply hands out the cookie in its place, nor a value made anew for each visitor', () => {
    const cookie = { headers: [['set-cookie', 'sid=1; Path=/']] as const };
    const page = (csrf: string) => ({ html: `<h1>Sign in</h1><input name="csrf" value="${csrf}">` });
    const refused = (csrf: string) => play([cookie, page(csrf)]);
    const other = visit(WHOLE, [cookie, page('c3c3c3c3c3c3c3c3')]);
    const without = visit({ kind: 'omit', step: 0 }, [null, { ...page(''), ...cookie }]);
    expect(effects([refused('a1a1a1a1a1a1a1a1'), refused('b2b2b2b2b2b2b2b2')], [other, without])[0]?.readers).toEqual([]);
  });

  it('is not what the page shows that its own redirect leads to: that may be how it went, once', () => {
    const lead = (told: Told) => play([{ status: 302 }, told, { json: { home: 1 } }]);
    const flash = { json: { message: 'wrong password' } };
    const all = visit(WHOLE, [{ status: 302 }, flash, { json: { home: 1 } }]);
    const without = visit({ kind: 'omit', step: 0 }, [null, { json: {} }, { json: { home: 1 } }]);
    const oracle = learnOracle([lead(flash), lead(flash)], { ignore });
    expect(effectsOf(oracle, [all, without], { follows: [null, 0, null] })[0]?.readers).toEqual([]);
    expect(effectsOf(oracle, [all, without])[0]?.readers).toHaveLength(1);
  });

  it('is hidden if only a step that is not compared shows it', () => {
    const targets = ['/', '/metrics'];
    const pushed = () => play([saved, { text: 'jobs 1' }], { targets });
    const all = visit(WHOLE, [saved, { text: 'jobs 1' }], { targets });
    const without = visit({ kind: 'omit', step: 0 }, [null, { text: 'jobs 0' }], { targets });
    expect(effects([pushed(), pushed()], [all, without])).toEqual([{ step: 0, readers: [], hidden: [1] }]);
  });
});

describe('a POST', () => {
  const SAME: StepResult = { kind: 'same' };
  const ask = (target: string, body: unknown, told: Told, again: StepResult | null = SAME) => {
    const reply = answered(told);
    const request = { method: 'POST', target, headers: [], body: typeof body === 'string' ? body : JSON.stringify(body) };
    const exchange: Exchange = { step: 0, by: 'web.1', visitor: 0, request, reply, issued: null, setsClock: false };
    const { steps } = learnOracle([play([told]), play([told])], { ignore });
    const [expectation] = steps;
    if (expectation === undefined) throw new Error('no step');
    return asksOnly(exchange, { expectation, again }) !== null;
  };

  it('only asks if GraphQL or JSON-RPC say so', () => {
    expect(ask('/graphql', { query: '{ me { name } }' }, { json: { data: {} } }, null)).toBe(true);
    expect(ask('/graphql', { query: 'query A { a } mutation B { b }', operationName: 'A' }, { json: {} }, null)).toBe(true);
    expect(ask('/graphql', { query: 'query A { a } mutation B { b }', operationName: 'B' }, { json: {} })).toBe(false);
    expect(ask('/graphql', { query: 'mutation { save(text: "query { x }") }' }, { json: { data: { list: [1] } } })).toBe(false);
    expect(ask('/rpc', { jsonrpc: '2.0', method: 'notifications/initialized' }, { status: 202 }, null)).toBe(true);
    expect(ask('/rpc', { jsonrpc: '2.0', id: 1, method: 'tools/list' }, { json: { result: {} } })).toBe(true);
  });

  it('only asks if it was answered alike twice, hands out nothing, and is a question', () => {
    expect(ask('/books/search', { text: 'u' }, { json: { total: 0 } })).toBe(true);
    expect(ask('/books/_msearch', 'x', { html: '<p>Nothing</p>' })).toBe(true);
    expect(ask('/books/batch', { ids: [1] }, { json: { books: [{ id: 1, title: 'Dune' }] } })).toBe(true);
    expect(ask('/books/search', { text: 'u' }, { json: { total: 0 } }, { kind: 'different', differences: [] })).toBe(false);
    expect(ask('/books/search', { text: 'u' }, { json: {}, headers: [['set-cookie', 'seen=1']] })).toBe(false);
    expect(ask('/books/search', { text: 'u' }, { json: {}, status: 201 })).toBe(false);
  });

  it('does not ask if it is answered with an acknowledgement', () => {
    expect(ask('/orders', { sku: 'lamp' }, { json: { saved: true } })).toBe(false);
    expect(ask('/orders', { sku: 'lamp' }, { json: { sku: 'lamp', errors: [] } })).toBe(false);
    expect(ask('/orders', { sku: 'lamp' }, { json: { messages: ['We have got your order'] } })).toBe(false);
    expect(ask('/orders', { items: ['lamp'] }, { json: { items: ['lamp'], note: [{ text: 'Saved 1 item' }] } })).toBe(false);
    expect(ask('/search/settings', { lang: 'en' }, { json: { ok: true, message: 'Saved' } })).toBe(false);
    expect(ask('/notifications/read', { all: true }, { json: { unread: 0 } })).toBe(false);
    expect(ask('/login', 'user=ann', { html: '<form></form>' })).toBe(false);
  });
});

describe('chance', () => {
  const look = (steps: readonly number[], items: readonly string[], banner = 'a') =>
    visit({ kind: 'chance', steps }, [steps.length === 0 ? {} : null, { json: { items, banner } }]);
  const times = <T>(count: number, make: (at: number) => T) => Array.from({ length: count }, (_, at) => make(at));

  it('is told where plays with a write are at times as if it had not been', () => {
    const plays = [...times(20, (at) => look([], at % 2 === 0 ? ['book'] : [])), ...times(20, () => look([0], []))];
    expect(lostByChance(plays, 1)).toBeNull();
    const more = [...times(32, (at) => look([], at % 2 === 0 ? ['book'] : [])), ...times(32, () => look([0], []))];
    expect(lostByChance(more, 1)).toEqual({ kept: 16, lost: 16, without: 32 });
  });

  it('is not told of a banner that comes and goes by itself, nor of a write that is always there', () => {
    const banner = (at: number) => (at % 2 === 0 ? 'a' : 'b');
    const shown = [...times(32, (at) => look([], ['book'], banner(at))), ...times(32, (at) => look([0], [], banner(at)))];
    expect(lostByChance(shown, 1)).toBeNull();
    const kept = [...times(32, () => look([], ['book'])), ...times(32, () => look([0], []))];
    expect(lostByChance(kept, 1)).toBeNull();
  });

  it('is not looked for any further where a list only grows', () => {
    // As on a page of all visitors' notes: the first play finds what no later one does.
    const rounds = (count: number) =>
      Array.from({ length: count }, (_, at) => [look([], at === 0 ? [] : ['tea']), look([0], ['tea'])]);
    expect(mayBeChance(rounds(8).flat(), 1)).toBe(true);
    expect(mayBeChance(rounds(16).flat(), 1)).toBe(false);
    // The first and the last of those who write show an entry where nobody else does.
    const notes: string[] = [];
    const added = (at: number) => look([], [...notes.slice(0, notes.push(`note ${at}`)), 'end']);
    const grown = [
      added(0),
      added(1),
      ...Array.from({ length: 15 }, (_, at) => [look([0], [...notes, 'end']), added(2 + at)]).flat(),
    ];
    expect(mayBeChance(grown, 1)).toBe(false);
    const shard = Array.from({ length: 16 }, (_, at) => [look([], at % 5 === 0 ? ['tea'] : []), look([0], [])]);
    expect(mayBeChance(shard.flat(), 1)).toBe(true);
  });

  it('is not told of an advertisement that only those see who are logged in', () => {
    const page = (steps: readonly number[], at: number) =>
      visit({ kind: 'chance', steps }, [
        steps.length === 0 ? {} : null,
        { json: steps.length === 0 ? { user: 'ann', ...(at % 2 === 0 ? { ad: 1 } : {}) } : {} },
      ]);
    expect(lostByChance([...times(32, (at) => page([], at)), ...times(32, (at) => page([0], at))], 1)).toBeNull();
  });
});
