import { type Breach, breachesOf, defineRule, type Facts } from './define-rule.ts';

export const singleInstance = defineRule({
  id: 'single-instance',
  level: 'violation',
  clauses: ['C1'],
  title: 'Processes run side by side',
  failureTitle: 'A second process cannot run beside the first',
  why: 'An app that cannot run twice cannot be scaled out, and cannot be replaced without an outage.',
  fix: 'Take the port from PORT, and give up lock files, fixed extra ports and exclusively opened databases.',
  needs: ['dependencies', 'beside'],
  inspect: (facts) => ({
    breaches: [...startFailures(facts), ...breachesOf('single-instance', facts)],
    ...starts(facts),
    open: null,
  }),
});

/** A breach only if every start beside another process failed and every start alone succeeded. */
function startFailures({ beside }: Pick<Facts, 'beside'>): Breach[] {
  const together = beside.filter((attempt) => !attempt.alone);
  const alone = beside.filter((attempt) => attempt.alone);
  const [first] = together;
  if (first === undefined || alone.length === 0) return [];
  if (together.some((attempt) => attempt.started) || alone.some((attempt) => !attempt.started)) return [];
  return [{ kind: 'start', attempt: first, failed: together.length, alone: alone.length }];
}

/** How often a second process started beside the first; none of it counts unless it always did. */
function starts({ beside }: Pick<Facts, 'beside'>): { exercised: number; idle: string } {
  const together = beside.filter((attempt) => !attempt.alone);
  const started = together.filter((attempt) => attempt.started);
  if (together.length === 0) return { exercised: 0, idle: 'no second process was started' };
  if (started.length === together.length) return { exercised: together.length, idle: '' };
  const alone = beside.filter((attempt) => attempt.alone && attempt.started).length > 0;
  const idle =
    started.length > 0 || alone
      ? 'a second process started in some tries and not in others'
      : 'a second process did not start, be it alone or beside the first';
  return { exercised: 0, idle };
}
