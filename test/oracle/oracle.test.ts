import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/model/observation.ts';
import { compareObservation } from '../../src/oracle/compare/comparison.ts';
import { learnOracle } from '../../src/oracle/learn/learn-oracle.ts';
import { play } from '../support/observations.ts';

const ignore = { paths: ['/status', '/admin*'], fields: ['body.build'], reads: ['/metrics'] };

/** Kind of the last step's result when `trial` is held against the controls. */
function verdict(controls: readonly Observation[], trial: Observation, warm?: Observation): string {
  return compareObservation(learnOracle(controls, { ignore, warm }), trial).at(-1)?.kind ?? 'none';
}

describe('values constant in all controls', () => {
  it('must be equal', () => {
    const controls = [play([{ json: { items: ['book'] } }]), play([{ json: { items: ['book'] } }])];
    expect(verdict(controls, play([{ json: { items: ['book'] } }]))).toBe('same');
    expect(verdict(controls, play([{ json: { items: [] } }]))).toBe('different');
    expect(verdict(controls, play([{ json: { items: ['book'] }, status: 201 }]))).toBe('different');
    expect(verdict(controls, play([{ json: { items: ['book'], more: 1 } }]))).toBe('different');
  });

  it('are named with path, expected and actual value', () => {
    const controls = [play([{ json: { cart: { items: ['book'] } } }]), play([{ json: { cart: { items: ['book'] } } }])];
    const [result] = compareObservation(learnOracle(controls, { ignore }), play([{ json: { cart: { items: [] } } }]));
    expect(result).toEqual({ kind: 'different', differences: [{ path: 'body.cart.items', expected: '["book"]', actual: '[]' }] });
  });

  it('tell the order of a list from its content', () => {
    const controls = [play([{ json: ['a', 'b', 'c'] }]), play([{ json: ['a', 'b', 'c'] }])];
    const shuffled = [...controls, play([{ json: ['b', 'c', 'a'] }])];
    expect(verdict(controls, play([{ json: ['c', 'a', 'b'] }]))).toBe('different');
    expect(verdict(shuffled, play([{ json: ['c', 'a', 'b'] }]))).toBe('same');
    expect(verdict(shuffled, play([{ json: ['c', 'a', 'x'] }]))).toBe('different');
  });

  it('of measures are compared as a whole: they have no zero in common', () => {
    const controls = [0.71, 0.83, 0.9].map((uptime) => play([{ json: { uptime } }]));
    expect(verdict(controls, play([{ json: { uptime: 1.04 } }]))).toBe('same');
    expect(verdict(controls, play([{ json: { uptime: '1.04' } }]))).toBe('different');
  });

  it('of short numbers need not be decimal: what follows 9 may be a', () => {
    const controls = ['7', '8', '9'].map((id) => play([{ json: { id } }]));
    expect(verdict(controls, play([{ json: { id: 'a' } }]))).toBe('same');
    expect(verdict(controls, play([{ json: { id: '1a' } }]))).toBe('same');
    for (const id of ['', 'none', 'NaN', '1-2', 'redacted-0123456789ab'])
      expect(verdict(controls, play([{ json: { id } }]))).toBe('different');
  });
});

describe('values that vary between controls', () => {
  it('are compared by shape', () => {
    const controls = [play([{ json: { id: 17 } }]), play([{ json: { id: 23 } }])];
    expect(verdict(controls, play([{ json: { id: 99 } }]))).toBe('same');
    expect(verdict(controls, play([{ json: { id: 'none' } }]))).toBe('different');
    expect(verdict(controls, play([{ json: { id: null } }]))).toBe('different');
  });

  it('must equal the value first seen earlier if they did in every control', () => {
    const control = (id: string) => play([{ json: { id } }, { json: { cart: { id, url: `/carts/${id}` } } }]);
    const controls = [control('c-81f'), control('c-3aa')];
    expect(verdict(controls, control('c-777'))).toBe('same');
    expect(verdict(controls, play([{ json: { id: 'c-777' } }, { json: { cart: { id: 'c-000', url: '/carts/c-777' } } }]))).toBe(
      'different',
    );
    expect(verdict(controls, play([{ json: { id: 'c-777' } }, { json: { cart: { id: 'c-777', url: '/carts/c-1' } } }]))).toBe(
      'different',
    );
  });

  it('must equal what the session itself sent', () => {
    const control = (user: string) => play([{ text: `Hello user-${user}!` }], { generated: { user } });
    const controls = [control('8f3a-11'), control('77b1-22')];
    expect(verdict(controls, control('0c0c-33'))).toBe('same');
    expect(verdict(controls, play([{ text: 'Hello guest!' }], { generated: { user: '0c0c-33' } }))).toBe('different');
  });

  it('must equal it where such values begin alike', () => {
    const control = (address: string) => play([{ text: `You said ${address}\nok` }], { generated: { address } });
    const controls = [control('198.18.227.217'), control('198.18.227.218')];
    expect(verdict(controls, control('198.19.3.217'))).toBe('same');
    expect(verdict(controls, play([{ text: 'You said 198.18.227.219\nok' }], { generated: { address: '198.18.227.220' } }))).toBe(
      'different',
    );
  });

  it('must differ from each other if they always did', () => {
    const control = (a: number, b: number) => play([{ json: { id: a } }, { json: { id: b } }]);
    const controls = [control(11, 12), control(13, 14)];
    expect(verdict(controls, control(15, 16))).toBe('same');
    expect(verdict(controls, control(15, 15))).toBe('different');
  });

  it('are found again in a list that grows between plays', () => {
    const control = (id: string, others: string[]) =>
      play([{ json: { id } }, { json: [...others, id].map((x) => ({ id: x, done: false })) }]);
    const controls = [control('aaaa11', []), control('bbbb22', ['aaaa11'])];
    expect(verdict(controls, control('cccc33', ['aaaa11', 'bbbb22']))).toBe('same');
    expect(verdict(controls, play([{ json: { id: 'cccc33' } }, { json: [{ id: 'aaaa11', done: false }] }]))).toBe('different');
  });
});

describe('legal noise', () => {
  it('of time is never compared, even if two controls fell into the same second', () => {
    const control = (at: string, ago: string) => play([{ json: { created: at, text: `made ${ago} ago` } }], { at });
    const controls = [control('2026-05-01T10:00:00Z', '0 s'), control('2026-05-01T10:00:00Z', '0 s')];
    expect(verdict(controls, control('2026-05-01T10:00:09Z', '3 s'))).toBe('same');
  });

  it('of dates that are data is compared', () => {
    const control = (day: string) => play([{ json: { born: day } }]);
    expect(verdict([control('1999-01-01T00:00:00Z'), control('1999-01-01T00:00:00Z')], control('2001-01-01T00:00:00Z'))).toBe(
      'different',
    );
  });

  it('of short counts that two replies happened to share is a coincidence', () => {
    const counts = (first: number, second: number) => play([{ json: { visits: first } }, { json: { waiting: second } }]);
    expect(verdict([counts(3, 3), counts(5, 5)], counts(7, 8))).toBe('same');
    const ids = (first: number, second: number) => play([{ json: { id: first } }, { json: { orderId: second } }]);
    expect(verdict([ids(3, 3), ids(5, 5)], ids(7, 8))).toBe('different');
    const tokens = (first: string, second: string) => play([{ json: { a: first } }, { json: { b: second } }]);
    expect(verdict([tokens('k3j9x2', 'k3j9x2'), tokens('p0q8z1', 'p0q8z1')], tokens('w7m4n5', 'v6b2c3'))).toBe('different');
  });

  it('of short counts that two replies shared in one control only is a coincidence too', () => {
    const counts = (first: number, second: number) => play([{ json: { visits: first } }, { json: { visits: second } }]);
    expect(verdict([counts(3, 3), counts(4, 5)], counts(7, 9))).toBe('same');
  });

  it('of words that two replies shared in fewer than half of the controls is a coincidence, and of what the visitor sent it is not', () => {
    const quotes = (first: string, second: string) => play([{ json: { quote: first } }, { json: { quote: second } }]);
    const controls = [
      quotes('Less is more', 'Carpe diem'),
      quotes('Know thyself', 'Know thyself'),
      quotes('Sapere aude', 'Memento'),
    ];
    expect(verdict(controls, quotes('Carpe diem', 'Less is more'))).toBe('same');
    const issued = [quotes('k3j9x2', 'Carpe diem'), quotes('p0q8z1', 'p0q8z1'), quotes('w7m4n5', 'Memento')];
    expect(verdict(issued, quotes('v6b2c3', 'Less is more'))).toBe('unjudged');
    const half = [quotes('Less is more', 'Carpe diem'), quotes('Know thyself', 'Know thyself')];
    expect(verdict(half, quotes('Carpe diem', 'Less is more'))).toBe('unjudged');
  });

  it('of a pid or instance id on every page is bound to the process', () => {
    const control = (pid: string) => play([{ json: { by: pid } }, { json: { by: pid, user: 'ann' } }]);
    const split = play([{ json: { by: 'i-0c93a7' } }, { json: { by: 'i-0d84b1', user: 'ann' } }]);
    expect(verdict([control('i-0a41f8'), control('i-0b52e9')], split)).toBe('different');
    expect(verdict([control('i-0a41f8'), control('i-0b52e9')], split, control('i-0a41f8'))).toBe('same');
  });

  it('of what a process gave to the visitor counts where it was given', () => {
    const control = (token: string) => play([{ json: { token } }, { json: { token } }, { json: { token } }]);
    const [given, there] = [control('0a41f8c2'), play([{ json: { token: '0c93a7d5' } }])];
    const placed = { ...given.schedule, placement: [0, 1, 0], processes: 2, footing: [0] };
    const replays = there.exchanges.map((exchange) => ({ before: 1, exchange }));
    const parted = (second: string): Observation => {
      const played = play([{ json: { token: '0a41f8c2' } }, { json: { token: second } }, { json: { token: '0a41f8c2' } }]);
      return { ...played, schedule: placed, replays };
    };
    const results = (observation: Observation) =>
      compareObservation(learnOracle([control('0b52e9a1'), control('0d84b1e6')], { ignore }), observation);
    expect(results(parted('0c93a7d5')).map(({ kind }) => kind)).toEqual(['same', 'same', 'same']);
    expect(results(parted('0a41f8c2')).map(({ kind }) => kind)).toEqual(['same', 'different', 'same']);
  });

  it('of transport headers and of ignored paths and fields never counts', () => {
    const a = play([
      {
        json: { build: 1 },
        headers: [
          ['etag', 'x'],
          ['date', 'a'],
        ],
      },
    ]);
    const b = play([
      {
        json: { build: 2 },
        headers: [
          ['etag', 'y'],
          ['x-request-id', '7'],
        ],
      },
    ]);
    expect(verdict([a, a], b)).toBe('same');
    const counts = (target: string) => {
      const at = (n: number) => play([{ json: { n } }], { targets: [target] });
      return verdict([at(1), at(1)], at(2));
    };
    expect(['/admin7', '/metrics', '/metrics?since=1'].map(counts)).toEqual(['unjudged', 'unjudged', 'unjudged']);
    expect(['/metrics/jobs', '/health-of-ann', '/-/user/ann'].map(counts)).toEqual(['different', 'different', 'different']);
  });

  it('of a write to a well-known path counts', () => {
    const push = (n: number) => {
      const one = play([{ json: { n } }], { targets: ['/metrics'] });
      return {
        ...one,
        exchanges: one.exchanges.map((exchange) => ({ ...exchange, request: { ...exchange.request, method: 'PUT' } })),
      };
    };
    expect(verdict([push(1), push(1)], push(2))).toBe('different');
  });

  describe('of a reply that declares itself fresh for long', () => {
    const fresh = (...replies: readonly number[]) =>
      play(replies.map((n) => ({ json: { n }, headers: [['cache-control', 'max-age=30']] })));
    const secondVerdict = (played: Observation) =>
      compareObservation(learnOracle([fresh(1, 2), fresh(1, 2)], { ignore }), played)[1]?.kind;
    const by = (names: readonly string[], visitors: readonly number[] = [0, 0]): Observation => {
      const one = fresh(1, 3);
      const served = (index: number) => ({ by: names[index] ?? '', visitor: visitors[index] ?? 0 });
      return { ...one, exchanges: one.exchanges.map((exchange, index) => ({ ...exchange, ...served(index) })) };
    };

    it('is excused where its process has served the same to the visitor before', () => {
      expect(secondVerdict(by(['web.1', 'web.1']))).toBe('unjudged');
    });

    it('is a divergence where that process cannot hold an old copy', () => {
      expect(secondVerdict(by(['web.1', 'web.2']))).toBe('different');
      expect(secondVerdict(by(['web.1', "web.1'"]))).toBe('different');
      expect(secondVerdict(by(['web.1', 'web.1'], [0, 1]))).toBe('different');
    });

    it('is excused where nobody knows what the process has served', () => {
      expect(compareObservation(learnOracle([fresh(1), fresh(1)], { ignore }), fresh(2), { past: 'unknown' })[0]?.kind).toBe(
        'unjudged',
      );
    });
  });

  it('of a reply is a divergence if only the old answer, or only shared caches, are told that it is fresh', () => {
    const reply = (n: number, control: string) => play([{ json: { n }, headers: [['cache-control', control]] }]);
    const filling = reply(1, 'no-cache');
    expect(verdict([filling, filling], reply(2, 'max-age=30'))).toBe('different');
    const shared = (n: number) => reply(n, 's-maxage=31536000, stale-while-revalidate');
    expect(verdict([shared(1), shared(1)], shared(2))).toBe('different');
  });

  it('of unordered lists is masked', () => {
    const control = (names: string[]) =>
      play([{ json: names.map((name, index) => ({ name, rank: index * 7 + Number.parseInt(name, 36) })) }]);
    const same = (names: string[]) => play([{ json: names.map((name) => ({ name, size: name.length })) }]);
    expect(verdict([same(['a', 'bb', 'c']), same(['c', 'a', 'bb'])], same(['bb', 'c', 'a']))).toBe('same');
    expect(verdict([same(['a', 'bb', 'c']), same(['c', 'a', 'bb'])], same(['bb', 'c', 'd']))).toBe('different');
    expect(control(['a'])).toBeDefined();
  });
});

describe('a shape learned from a few samples', () => {
  it('is no law: words that are free may be more, or fewer', () => {
    const quote = (text: string) => play([{ html: `<p>${text}</p>` }]);
    const controls = [quote('Carpe diem'), quote('Know thyself')];
    for (const text of ['Less is more', 'Silence', 'Memento mori']) expect(verdict(controls, quote(text))).toBe('same');
    expect(verdict([quote('Less'), quote('More')], quote('Less is more'))).toBe('same');
    expect(verdict([quote('Dear Ann and all'), quote('Dear Bob and all')], quote('Dear Eve and none'))).toBe('different');
  });
});

describe('controls that disagree', () => {
  it('make a step unjudged', () => {
    const controls = [play([{ json: {}, status: 201 }]), play([{ json: {}, status: 409 }])];
    expect(verdict(controls, play([{ json: {}, status: 201 }]))).toBe('unjudged');
  });
});

describe('HTML', () => {
  const page = (token: string, name: string) =>
    play([
      {
        html: `<!doctype html><title>Shop</title><script nonce="${token}1">var t="${token}"</script><h1>Hello ${name}</h1><form action="/buy"><input type=hidden name=csrf value="${token}"></form>`,
      },
    ]);
  it('is compared by what a visitor sees and can follow', () => {
    const controls = [page('k81a', 'ann'), page('z003', 'ann')];
    expect(verdict(controls, page('p999', 'ann'))).toBe('same');
    expect(verdict(controls, page('p999', 'guest'))).toBe('different');
  });
});

describe('data of the visitor that is there in one control and missing in another', () => {
  const sent = (name: string) => ({ generated: { name } });
  it.each<[string, (name: string, kept: boolean) => unknown]>([
    ['in a list', (name, kept) => ({ notes: kept ? [{ by: name }] : [] })],
    ['in a field that may be null', (name, kept) => ({ user: kept ? { name } : null })],
    ['in a field that may be absent', (name, kept) => (kept ? { user: name } : {})],
    ['in a text', (name, kept) => ({ greeting: kept ? `Hello ${name}` : 'Hello guest' })],
  ])('%s is lost, not noise', (_where, json) => {
    const control = (name: string, kept: boolean) => play([{ json: json(name, kept) }], sent(name));
    const oracle = learnOracle([control('ann-8f3a11', true), control('bob-77b122', false)], { ignore });
    expect(oracle.steps[0]?.unjudgeable).toMatchObject({
      kind: 'unstable',
      reason: expect.stringContaining('what the visitor sent'),
    });
  });

  it('is also what an earlier reply of the play issued, if it stands under the same key', () => {
    const control = (id: number, kept: boolean) => play([{ json: { id } }, { json: { records: kept ? [{ id }] : [] } }]);
    const oracle = learnOracle([control(17, true), control(23, false)], { ignore });
    expect(oracle.steps[1]?.unjudgeable?.reason).toContain('body.records');
  });

  it('is not lost where other plays have left theirs', () => {
    const control = (name: string, others: string[]) => play([{ json: [...others, name] }], sent(name));
    expect(verdict([control('ann-8f3a11', []), control('bob-77b122', ['ann-8f3a11'])], control('eve-000133', ['bob-77b122']))).toBe(
      'same',
    );
  });
});

describe('data of the visitor in a text that grows', () => {
  const feed = (name: string, others: string[]) =>
    play([{ text: `<urls>${[...others, name].map((one) => `<url>/${one}</url>`).join('')}</urls>` }], { generated: { name } });
  const controls = [feed('ann-8f3a11', []), feed('bob-77b122', ['ann-8f3a11']), feed('joe-412a9c', ['ann-8f3a11', 'bob-77b122'])];
  const later = ['ann-8f3a11', 'bob-77b122', 'joe-412a9c'];

  it('must be there, wherever it stands', () => {
    expect(verdict(controls, feed('eve-000133', later))).toBe('same');
    const lost = play([{ text: `<urls>${later.map((one) => `<url>/${one}</url>`).join('')}</urls>` }], {
      generated: { name: 'eve-000133' },
    });
    const [result] = compareObservation(learnOracle(controls, { ignore }), lost);
    expect(result).toMatchObject({
      kind: 'different',
      differences: [{ path: 'body.text[0]', expected: 'a text with "eve-000133"' }],
    });
  });

  it('need not be, if one control did without', () => {
    const unnamed = play([{ text: '<urls><url>/ann-8f3a11</url><url>/x</url></urls>' }], { generated: { name: 'sue-5510ab' } });
    expect(learnOracle([...controls, unnamed], { ignore }).steps[0]?.unjudgeable?.reason).toContain('what the visitor sent');
  });
});

describe('seconds of Unix time in a text', () => {
  const at = '2026-05-01T10:00:00Z';
  const now = Date.parse(at) / 1000;
  const visit = (first: number, then: number) =>
    play([{ html: `<img src="/run?id=7&${first}">` }, { html: `<img src="/run?id=7&${then}">` }], { at });

  it('are the same in steps of one second, and need not be', () => {
    const controls = [visit(now, now), visit(now + 60, now + 60), visit(now + 90, now + 90)];
    expect(verdict(controls, visit(now + 120, now + 121))).toBe('same');
  });

  it('are none far from the play', () => {
    const controls = [visit(now, 2_125_550_123), visit(now + 60, 2_125_550_123)];
    expect(verdict(controls, visit(now + 120, 2_125_550_124))).toBe('different');
  });
});

describe('members whose names are made anew', () => {
  const login = (nonce: string, rest = '') =>
    play([{ text: '', headers: [['set-cookie', `correlation.${nonce}=x; Path=/${rest}`]] }]);

  it('are one thing, and must be there', () => {
    const controls = ['k3jX9', 'a81Zz', 'pq7T0'].map((nonce) => login(nonce));
    expect(verdict(controls, login('zz9B1'))).toBe('same');
    expect(verdict(controls, login('zz9B1', '; Max-Age=0'))).toBe('different');
    expect(verdict(controls, play([{ text: '' }]))).toBe('different');
  });

  const cart = (id: string, lines: Record<string, unknown>) => play([{ json: { lines } }], { generated: { id } });

  it('may be values of the play: what it has put there is looked for in a record that grows', () => {
    const [a, b, c] = ['ab-12cd', 'ef-34ab', '77-0aab'] as const;
    const controls = [cart(a, { [a]: 1 }), cart(b, { [a]: 1, [b]: 1 }), cart(c, { [a]: 1, [b]: 1, [c]: 1 })];
    const before = { [a]: 1, [b]: 1, [c]: 1 };
    expect(verdict(controls, cart('9f-99zz', { ...before, '9f-99zz': 1 }))).toBe('same');
    expect(verdict(controls, cart('9f-99zz', { ...before, '9f-99zz': 2 }))).toBe('different');
    expect(verdict(controls, cart('9f-99zz', before))).toBe('different');
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${index}-aaaa`, 1]));
    expect(verdict(controls, cart('9f-99zz', { ...before, ...many, '9f-99zz': 1 }))).toBe('same');
    expect(verdict(controls, cart('9f-99zz', { ...before, ...many }))).toBe('different');
    expect(verdict(controls, cart('9f-99zz', { ...before, '9f-99zz': 1, total: 4 }))).toBe('different');
  });

  it('are not what an app answers now so, now so', () => {
    const controls = [play([{ json: { data: 1 } }]), play([{ json: { data: 1 } }]), play([{ json: { error: 'busy' } }])];
    expect(verdict(controls, play([{ json: { data: 1 } }]))).toBe('same');
    expect(verdict(controls, play([{ json: { other: 1 } }]))).toBe('different');
  });
});

describe('what looks like time and is none', () => {
  it('is compared where the controls agreed: counts, and lengths of time in texts', () => {
    const control = (totalItems: number, text: string) => play([{ json: { totalItems, rooms: totalItems, text } }]);
    const controls = [control(3, 'locked for 5 minutes'), control(3, 'locked for 5 minutes')];
    expect(verdict(controls, control(3, 'locked for 5 minutes'))).toBe('same');
    expect(verdict(controls, control(0, 'locked for 5 minutes'))).toBe('different');
    expect(verdict(controls, control(3, 'locked for 9 minutes'))).toBe('different');
  });

  it('is noise where they did not', () => {
    const control = (took: number) => play([{ json: { took, text: `took ${took} ms at 10:00:0${took}` } }]);
    expect(verdict([control(1), control(2)], control(7))).toBe('same');
  });
});

describe('what a page hands to its scripts', () => {
  const page = (script: string) => play([{ html: `<!doctype html><title>x</title>${script}` }]);
  it.each<[string, (count: number) => string]>([
    ['JSON islands', (count) => `<script id="__NEXT_DATA__" type="application/json">{"props":{"count":${count}}}</script>`],
    ['assignments', (count) => `<script>window.__STATE__ = {"count":${count}};</script>`],
    ['other scripts', (count) => `<script>var count = ${count}; start(count)</script>`],
    ['data attributes', (count) => `<div data-page='{"count":${count}}'></div>`],
  ])('is compared: %s', (_what, script) => {
    expect(verdict([page(script(2)), page(script(2))], page(script(2)))).toBe('same');
    expect(verdict([page(script(2)), page(script(2))], page(script(0)))).toBe('different');
  });
});
