import { countSteps } from '../../model/evidence.ts';
import { ranges } from '../../model/ranges.ts';
import type { TiedStep } from '../../model/report.ts';
import { describeBehind } from '../facts/looked-behind.ts';
import type { SessionEvidence } from '../facts/session-evidence.ts';
import { sum } from '../facts/sum.ts';
import type { Open } from '../rules/define-rule.ts';
import type { Account } from './account.ts';

/** What of all sessions was not tested, in words. */
export function openOf(sessions: readonly SessionEvidence[], accounts: readonly Account[]): Open {
  const unplayed = sessions.find(({ coverage }) => coverage === null);
  const unjudged = sum(accounts, (one) => one.unjudged.length);
  const steps = sum(sessions, ({ session }) => countSteps(session, 'own'));
  const reason =
    unplayed !== undefined
      ? `${unplayed.session.name} could not be played`
      : unjudged > 0
        ? `${unjudged} of ${steps} steps could not be judged`
        : null;
  if (reason !== null) return { memory: reason, any: reason, bound: null };
  const tied = accounts.flatMap((one) => one.tied);
  return { memory: tiedReason(tied.filter(({ by }) => by === 'memory')), any: tiedReason(tied), bound: boundReason(sessions) };
}

function boundReason(sessions: readonly SessionEvidence[]): string | null {
  const reports = sessions.flatMap((session) => describeBehind(session) ?? []).filter(({ refused }) => refused === null);
  const findings = reports.flatMap((report) => report.findings);
  return findings.length === 0 ? null : `all that the session writes is what ${named(findings)} about`;
}

function named(findings: readonly string[]): string {
  return findings.length === 1 ? `finding ${findings[0]} is` : `findings ${findings.join(', ')} are`;
}

function tiedReason(tied: readonly TiedStep[]): string | null {
  if (tied.length === 0) return null;
  const findings = [...new Set(tied.flatMap((one) => one.findings))];
  const because = findings.length === 0 ? 'a finding' : `finding${findings.length === 1 ? '' : 's'} ${findings.join(', ')}`;
  return `step${tied.length === 1 ? '' : 's'} ${ranges(tied.map(({ step }) => step))} could only be judged together with others, because of ${because}`;
}
