import type { Ignore } from '../../model/config.ts';
import type { Coverage } from '../../model/coverage.ts';
import type { Problem, SessionSummary, Suspicion } from '../../model/evidence.ts';
import type { Observation } from '../../model/observation.ts';
import type { EffectKind } from '../../model/report.ts';
import type { RuleId } from '../../model/rule.ts';
import type { Oracle, StepResult } from '../../oracle/compare/judge-step.ts';
import type { Reader } from '../../oracle/effects/effects.ts';
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
  /** What each step that may change something did. */
  readonly effects: readonly StepEffect[];
  readonly ignore: Ignore;
  readonly allowUnjudged: readonly string[];
}

/** What is known of the effect of a step that may change something. 0-based. */
export interface StepEffect {
  readonly step: number;
  readonly kind: EffectKind;
  readonly readers: readonly Reader[];
  /** Steps that show it and are not compared. */
  readonly hidden: readonly Reader[];
  /** Later steps that are not compared, whatever they show. */
  readonly uncompared: readonly number[];
  /** Status of its own reply, and where it redirects to. */
  readonly answer: string;
  /** Why it is taken for that, where it is not seen by leaving it out; `null`: it is. */
  readonly why: string | null;
}
