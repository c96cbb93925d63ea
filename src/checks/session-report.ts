import type { Coverage, Problem, SessionSummary } from '../model/evidence.ts';
import type { SessionReport } from '../model/report.ts';
import type { Oracle } from '../oracle/oracle.ts';
import type { Dependency } from './dependency.ts';

interface Account {
  readonly oracle: Oracle | null;
  readonly coverage: Coverage | null;
  readonly problems: readonly Problem[];
  readonly dependencies: readonly Dependency[];
}

/** What was and what was not judged of one session. Step numbers are 1-based. */
export function describeSession(session: SessionSummary, { oracle, coverage, problems, dependencies }: Account): SessionReport {
  const unjudgeable = (oracle?.steps ?? []).flatMap(({ unjudgeable: why }, step) =>
    why === null ? [] : [{ step: step + 1, reason: why.reason }],
  );
  const given = problems.flatMap(({ step, code, message }) =>
    step !== null && code === 'flaky' ? [{ step: step + 1, reason: message }] : [],
  );
  const pinned = dependencies.flatMap(({ suspicion }) =>
    suspicion.affected.map((step) => ({
      step: step + 1,
      reason: `must stay with step ${suspicion.sources.map((source) => source + 1).join(', ')}: judged only together with it`,
    })),
  );
  return {
    name: session.name,
    steps: session.steps.length,
    coverage,
    noise: (oracle?.steps ?? []).flatMap(({ noise }, step) => noise.map(({ path, as }) => ({ step: step + 1, field: path, as }))),
    masked: [...unjudgeable, ...given, ...pinned],
  };
}
