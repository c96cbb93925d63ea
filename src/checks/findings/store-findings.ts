import type { AuditHeader } from '../../model/evidence.ts';
import type { Finding } from '../../model/finding.ts';
import { SERVICE_TITLES } from '../../model/service.ts';
import { describeExpiry } from '../../model/spans.ts';
import type { DuplicateEffect } from '../facts/schedules.ts';
import type { Fallback, StoredSession } from '../facts/stored.ts';
import { fingerprint } from './fingerprint.ts';
import { shortId } from './id.ts';
import { referenceIn, sessionOf } from './references.ts';

/** What a finding about a store says beside its rule's prose. */
type Told = Omit<Finding, 'rule' | 'known' | 'level' | 'clauses' | 'title' | 'why' | 'fix' | 'change' | 'through'>;

/** An entry of a session that lives for ever, or for too long. */
export function expiryFinding(
  { session: index, service, key, type, step, expiry, plays }: StoredSession,
  bound: string | null,
  header: AuditHeader,
): Told {
  const session = sessionOf(header, index);
  const reference = referenceIn(session)(step);
  const others = 'session-expiry';
  return {
    ...BARE,
    id: shortId([others, session.name, service, key]),
    fingerprint: fingerprint(others, [reference.request]),
    session: session.name,
    location: { file: session.file, line: session.steps[step]?.line ?? 0 },
    step: reference,
    expected: {
      reply: bound === null ? 'an entry that expires' : `an entry that expires within ${bound}`,
      when: `in ${SERVICE_TITLES[service]}`,
    },
    actual: { reply: `${key} (${type}) ${describeExpiry(expiry)}`, when: `in ${SERVICE_TITLES[service]}` },
    confirmed: { failing: plays.length, failingOf: plays.length, passing: 0, passingOf: 0 },
    trials: { failing: plays, passing: [] },
  };
}

/** A service that was given for nothing. */
export function fallbackFinding({ service, dependency, plays }: Fallback, header: AuditHeader): Told {
  const { suspicion } = dependency;
  const session = sessionOf(header, suspicion.session);
  const reference = referenceIn(session);
  const source = suspicion.sources[0] ?? suspicion.step;
  const rule = 'silent-fallback';
  return {
    ...BARE,
    id: shortId([rule, service]),
    fingerprint: fingerprint(rule, [service]),
    session: session.name,
    location: { file: session.file, line: session.steps[source]?.line ?? 0 },
    step: reference(source),
    expected: { reply: `${SERVICE_TITLES[service]} holds what the app keeps`, when: 'when the session is over' },
    actual: {
      reply: `no request wrote anything to ${SERVICE_TITLES[service]}, and step ${suspicion.step + 1} needs the process that served step ${source + 1}`,
      when: 'when the session is over',
    },
    confirmed: { failing: plays.length, failingOf: plays.length, passing: 0, passingOf: 0 },
    trials: { failing: plays, passing: [] },
  };
}

/** Work that each process of an idle app does. */
export function scheduleFinding({ service, key, alone, many, processes, ms }: DuplicateEffect, header: AuditHeader): Told {
  const rule = 'duplicate-schedule';
  const seconds = `in ${ms / 1000} s`;
  const title = SERVICE_TITLES[service];
  const told = (counts: readonly number[]) => `${key} in ${title} grows by ${counts.join(' and ')} ${seconds}`;
  return {
    ...BARE,
    id: shortId([rule, service, key]),
    fingerprint: fingerprint(rule, [service, key]),
    session: '',
    location: { file: header.app.command.join(' '), line: 0 },
    step: null,
    expected: { reply: told(alone), when: 'when one process stands idle' },
    actual: { reply: told(many), when: `when ${processes} processes stand idle` },
    confirmed: { failing: many.length, failingOf: many.length, passing: 0, passingOf: alone.length },
    trials: { failing: [], passing: [] },
  };
}

const BARE = {
  pair: null,
  replies: null,
  dependsOn: [],
  warmedBy: [],
  files: [],
  differences: [],
  observations: [],
  alsoAffected: [],
  output: [],
  schedules: { failing: '', passing: '' },
  replay: '',
} as const;
