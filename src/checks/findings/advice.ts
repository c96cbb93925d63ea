import type { Finding } from '../../model/finding.ts';
import type { Exchange } from '../../model/observation.ts';
import type { RuleMeta } from '../../model/rule.ts';
import { TRAITS } from '../frameworks/index.ts';

/** What an app has shown of what it is made of. */
export interface Shown {
  readonly exchanges: readonly Exchange[];
  /** Names of packages. */
  readonly dependencies: readonly string[];
}

/**
 * What to do about a breach of a rule: for the framework that an app shows by what it sends. Where others send the same, or all that is
 * known is what the app depends on, the rule's own fix, and the framework's under a condition.
 */
export function fixFor(
  { id, fix }: Pick<RuleMeta, 'id' | 'fix'>,
  { exchanges, dependencies }: Shown,
  medium: Finding['through'],
): string {
  const fitting = TRAITS.filter(({ rules, through = ['memory', 'boot'] }) => rules.includes(id) && through.includes(medium));
  const seen = fitting.find(({ shows }) => shows !== undefined && exchanges.some(shows));
  if (seen !== undefined && seen.shared === undefined) return seen.fix;
  const likely = seen ?? fitting.find(({ uses }) => uses !== undefined && dependencies.some((name) => uses.test(name)));
  return likely === undefined ? fix : `${fix} If this is ${likely.framework}: ${likely.fix}`;
}
