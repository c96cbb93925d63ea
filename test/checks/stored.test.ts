import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Dependency } from '../../src/checks/facts/dependency.ts';
import type { SessionEvidence } from '../../src/checks/facts/session-evidence.ts';
import { fallbacksOf, kindOfKey, storedSessions } from '../../src/checks/facts/stored.ts';
import type { RuleId } from '../../src/model/rule.ts';
import { describeExpiry, spanOf } from '../../src/model/spans.ts';
import type { Expiry, LookedInto, StoreChange, StoreJournal } from '../../src/model/stores.ts';
import { expiryByFields, expiryOfRow } from '../../src/services/expiry.ts';
import { type Seen, tiesOf } from '../../src/trials/visitor-ties.ts';
import { VisitorValues } from '../../src/trials/visitor-values.ts';
import { answered, play } from '../support/observations.ts';

const NEVER: Expiry = { kind: 'never' };
const looked = (part: Partial<LookedInto> = {}): LookedInto => ({
  name: 'redis',
  before: 0,
  truncated: false,
  isWritten: false,
  ...part,
});
const added = (key: string, part: Partial<StoreChange> = {}): StoreChange => {
  const change = 'added' as const;
  return { step: 0, service: 'redis', key, type: 'string', change, bytes: 9, expiry: NEVER, isSession: true, ...part };
};
const journal = (changes: StoreChange[], services = [looked({ isWritten: changes.length > 0 })]): StoreJournal => ({
  services,
  changes,
  truncated: false,
  held: [],
});

function evidence(journals: readonly StoreJournal[], cause?: RuleId): SessionEvidence {
  const observations = journals.map((stores, index) => ({ ...play([{ text: 'ok' }]), trial: index + 1, stores }));
  const dependencies = cause === undefined ? [] : [{ cause } as Dependency & { cause: RuleId }];
  return { observations, dependencies } as unknown as SessionEvidence;
}

describe('sessions in stores', () => {
  it('are what two controls show, as they stand when the play is over, with what differs from visitor to visitor left out', () => {
    const first = journal([
      added('sess:‹session›'),
      added('job:1', { isSession: false }),
      added('sess:‹session›', { change: 'changed', expiry: { kind: 'in', ms: 60_000 } }),
    ]);
    const second = journal([added('sess:‹session›', { expiry: { kind: 'in', ms: 50_000 } })]);
    expect(storedSessions(evidence([first]), 0)).toEqual([]);
    expect(storedSessions(evidence([first, second]), 0)).toEqual([
      {
        session: 0,
        service: 'redis',
        key: 'sess:‹session›',
        type: 'string',
        step: 0,
        expiry: { kind: 'in', ms: 60_000 },
        plays: [1, 2],
      },
    ]);
    const late = journal([added('sess:‹session›')]);
    expect(storedSessions(evidence([second, late]), 0)[0]?.expiry).toEqual(NEVER);
    expect(kindOfKey('user:7f3a9c21b0:cart')).toBe('user:‹id›:cart');
    expect(kindOfKey('lines:12,3')).toBe('lines:‹id›,‹id›');
    expect(kindOfKey('sess:‹session›')).toBe('sess:‹session›');
  });

  it('are missed in a service that was given and stayed as it was, and not where anything was written, be it gone again', () => {
    const unused = journal([]);
    const told = (journals: StoreJournal[], cause?: RuleId) =>
      fallbacksOf([evidence(journals, cause)]).map(({ service }) => service);
    expect(told([unused, unused], 'sticky-session')).toEqual(['redis']);
    expect(told([unused, unused])).toEqual([]);
    expect(told([unused], 'sticky-session')).toEqual([]);
    expect(told([unused, journal([added('queue')])], 'sticky-session')).toEqual([]);
    expect(told([unused, journal([], [looked({ isWritten: true })])], 'sticky-session')).toEqual([]);
    // What was there before says nothing of the app.
    expect(told([unused, journal([], [looked({ before: 3 })])], 'sticky-session')).toEqual(['redis']);
    expect(told([unused, journal([], [looked({ truncated: true })])], 'sticky-session')).toEqual([]);
  });

  it('that are swept by a field are not for ever; a date within what is stored is none of its own', () => {
    expect(expiryByFields({ sid: 'x', expires_at: '2026-12-01T00:00:00Z' })).toEqual({ kind: 'swept', by: 'expires_at' });
    for (const name of ['expire_date', 'expires', 'expiry', 'expiresAt', 'sess_lifetime', 'last_activity', 'valid_until'])
      expect(expiryByFields({ [name]: 1 }).kind, name).toBe('swept');
    expect(expiryByFields({ cookie: { expires: null }, expires: null })).toEqual(NEVER);
    expect(expiryByFields({ experience: 3, updated_at: '2026' })).toEqual(NEVER);
    for (const name of [
      'session_expires',
      'ExpiresAtTime',
      'valid_thru',
      'last_seen_at',
      'last_used',
      'updated_at',
      'timestamp',
      'ttl',
    ])
      expect(expiryOfRow({ id: 1, [name]: 5 }), name).toEqual({ kind: 'swept', by: name });
    expect(expiryOfRow({ sid: 'x', sess: { expires: 5 } })).toEqual({ kind: 'swept', by: 'sess.expires' });
    expect(expiryOfRow({ sid: 'x', sess: { cookie: { expires: 5 } }, created_at: 5 })).toEqual(NEVER);
  });

  it('end in words', () => {
    expect([90_000, 86_400_000, 86_399_000, 30 * 86_400_000, 1_440_000, 400].map(spanOf)).toEqual([
      '90 seconds',
      '1 day',
      '1 day',
      '30 days',
      '24 minutes',
      '1 second',
    ]);
    expect(describeExpiry({ kind: 'in', ms: 3_599_950 })).toBe('expires in 1 hour');
  });
});

describe('what a store may name a visitor by', () => {
  const names = (...cookies: string[]) => {
    const visitor = new VisitorValues();
    const headers = cookies.map((cookie) => ['set-cookie', cookie] as const);
    visitor.heard(2, { method: 'GET', target: '/', headers: [], body: '' }, answered({ text: 'ok', headers }));
    return visitor.names();
  };

  it('is his cookie, its parts, and hashes of them', () => {
    const found = names('sid=s%3Aq8Zk2mVt71.c2lnbmF0dXJl; Path=/; HttpOnly').map(({ text }) => text);
    for (const text of ['q8Zk2mVt71', 'c2lnbmF0dXJl', createHash('sha256').update('q8Zk2mVt71').digest('hex')])
      expect(found).toContain(text);
    expect(names('seen=1; Path=/')).toEqual([]);
    expect(names('sid=q8Zk2mVt71')[0]?.step).toBe(2);
  });

  it('is an id that his token carries, and a token that he was handed out and sends back', () => {
    const payload = Buffer.from(JSON.stringify({ jti: '7c1f0a55-22aa', sub: 'ada-lovelace' })).toString('base64url');
    const found = names(`jwt=eyJhbGciOiJIUzI1NiJ9.${payload}.c2lnbmF0dXJl`).map(({ text }) => text);
    expect(found).toContain('7c1f0a55-22aa');
    expect(found).not.toContain('ada-lovelace');

    const visitor = new VisitorValues();
    visitor.heard(0, { method: 'POST', target: '/login', headers: [], body: '' }, answered({ json: { token: 'tok-91b7c0d2e4' } }));
    expect(visitor.names()).toEqual([]);
    const headers = [['authorization', 'Bearer tok-91b7c0d2e4'] as const, ['authorization', 'Bearer his-own-secret'] as const];
    visitor.heard(1, { method: 'GET', target: '/me', headers, body: '' }, answered({ json: {} }));
    expect(visitor.names().map(({ text }) => text)).toContain('tok-91b7c0d2e4');
    expect(visitor.names().map(({ text }) => text)).not.toContain('his-own-secret');
    expect(visitor.issues(0)).toBe(true);
  });
});

describe('what a visitor was handed out', () => {
  const SID = '4f9d2c7be1a84c0f9a3d';
  const hash = createHash('sha256').update(SID).digest('base64url');
  const visitor = new VisitorValues();
  visitor.heard(
    1,
    { method: 'POST', target: '/login', headers: [], body: '' },
    answered({ text: 'ok', headers: [['set-cookie', `sid=${SID}`]] }),
  );
  const seenAt = (step: number, key: string, type = 'string', text = '{"user":"ada"}'): Seen => ({
    step,
    service: 'redis',
    key,
    change: 'added',
    entry: { type, text, bytes: text.length, digest: key, expiry: NEVER },
  });
  const isSession = (one: Seen, ...others: Seen[]) => tiesOf([...others, one], visitor)(one).isSession;

  it.each([
    ['a key with it', seenAt(1, `sess:${SID}`)],
    ['a key with its hash', seenAt(1, `auth:${hash}`, 'hash')],
    ['a field of a hash', seenAt(1, 'tokens', 'hash', `{"${SID}":"ada"}`)],
    ['a key called after sessions, with an id', seenAt(1, 'session:Zk3v9Q0mT1xYbW7c')],
    ['a row by that key', seenAt(1, `logins:${SID}`, 'row')],
    ['a row of a table of sessions', seenAt(1, 'user_sessions:17', 'row', `{"id":17,"token":"${SID}"}`)],
    ['what comes with the first write', seenAt(2, `sess:${SID}`)],
  ])('names a session: %s', (_, one) => {
    expect(isSession(one)).toBe(true);
  });

  it.each([
    ['a counter', seenAt(1, `rate:${SID}`, 'string', '3')],
    ['a number of sessions', seenAt(1, 'stats:sessions:total', 'string', '12')],
    ['a queue', seenAt(1, `jobs:touch:${SID}`, 'list')],
    ['a list of events', seenAt(1, 'session:events', 'list')],
    ['a flag', seenAt(1, 'flags:session:v2')],
    ['an index', seenAt(1, 'sessions:by-user', 'hash', `{"ada":"${SID}"}`)],
    ['limits', seenAt(1, 'limits:session', 'hash')],
    ["another client's key", seenAt(1, 'session:other17')],
    ['a log', seenAt(1, 'audit_log:5', 'row', `{"id":5,"sid":"${SID}"}`)],
    ['an order', seenAt(1, 'orders:5', 'row', `{"id":5,"session_id":"${SID}"}`)],
    ['a limit in a table', seenAt(1, `rate_limits:${SID}`, 'row')],
    ['a token for programs', seenAt(1, `authtoken_token:${SID}`, 'row')],
  ])('does not make a session of %s', (_, one) => {
    expect(isSession(one)).toBe(false);
  });

  it('names his things where they come later than his session', () => {
    expect(isSession(seenAt(2, `flash:${SID}`), seenAt(1, `sess:${SID}`))).toBe(false);
  });
});
