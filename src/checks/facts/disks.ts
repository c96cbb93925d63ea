import type { Facts } from '../rules/define-rule.ts';
import type { Exercised } from './exercised.ts';
import type { SessionEvidence } from './session-evidence.ts';
import { sum } from './sum.ts';

/** Why disks were not to be kept apart: the user chose a host that does not; `null`: they were. */
export function disksUnasked({ isolation }: Pick<Facts, 'isolation'>): string | null {
  return isolation?.host === 'plain' && isolation.refused.length === 0
    ? 'host plain was asked for, which keeps no disks apart'
    : null;
}

/** Why a rule that is about files too cannot be said to hold; `null`: it can, or files were not asked for. */
export function filesOpen(facts: Pick<Facts, 'isolation'>): string | null {
  return disksUnasked(facts) === null ? disksOpen(facts) : null;
}

/** Why it cannot be told what files do; `null`: it can. */
export function disksOpen({ isolation }: Pick<Facts, 'isolation'>): string | null {
  if (isolation === null) return 'no process was started';
  const { host, open, refused } = isolation;
  if (host === 'plain') {
    const [better] = refused;
    return `processes could not have disks of their own${better === undefined ? '' : ` (${better.host}: ${better.reason}; ${better.mend})`}`;
  }
  return open.length === 0
    ? null
    : `host ${host} does not see what is written to ${open.slice(0, 3).join(', ')} (--host plain audits memory alone)`;
}

/** How often disks were put to the test. */
export function disksOf(sessions: readonly SessionEvidence[], opportunities: readonly Exercised[]): Facts['disks'] {
  const watched = sessions.flatMap(({ observations }) =>
    observations.filter(({ schedule, journal }) => schedule.axis === 'control' && journal !== null),
  );
  return {
    splits: sum(opportunities, ({ disks }) => disks.splits),
    relocations: sum(opportunities, ({ disks }) => disks.relocations),
    wipes: sum(opportunities, ({ disks }) => disks.wipes),
    watched: sum(watched, ({ exchanges }) => exchanges.length),
  };
}
