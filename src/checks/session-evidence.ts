import type { Ignore } from '../model/config.ts';
import type { Coverage, Problem, SessionSummary, Suspicion } from '../model/evidence.ts';
import type { Observation } from '../model/observation.ts';
import type { RuleId } from '../model/rule.ts';
import type { Oracle, StepResult } from '../oracle/oracle.ts';
import type { Dependency } from './dependency.ts';

/** What the evidence says of one session. */
export interface SessionEvidence {
  readonly session: SessionSummary;
  readonly oracle: Oracle | null;
  /** How the steps of a trial compare with the controls; nothing if there is no oracle. */
  readonly resultsOf: (observation: Observation) => readonly StepResult[];
  readonly coverage: Coverage | null;
  readonly problems: readonly Problem[];
  readonly observations: readonly Observation[];
  readonly dependencies: readonly (Dependency & { readonly cause: RuleId })[];
  /** Suspicions that were confirmed, and that the observations bear out no longer. */
  readonly withdrawn: readonly Suspicion[];
  /** Later trials on one process that were learned from. */
  readonly learned: readonly number[];
  readonly ignore: Ignore;
  readonly allowUnjudged: readonly string[];
}
