import type { CodeChange, Finding } from '../../model/finding.ts';
import type { Exchange } from '../../model/observation.ts';
import type { RuleMeta } from '../../model/rule.ts';
import { TRAITS } from '../frameworks/index.ts';
import type { Trait } from '../frameworks/trait.ts';

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
): { readonly fix: string; readonly change: CodeChange | null } {
  const fitting = TRAITS.filter(({ rules, through = ['memory', 'boot'] }) => rules.includes(id) && through.includes(medium));
  const seen = fitting.find(({ shows }) => shows !== undefined && exchanges.some(shows));
  if (seen !== undefined && seen.shared === undefined) return { fix: seen.fix, change: changeOf(seen) };
  const likely = seen ?? fitting.find(({ uses }) => uses !== undefined && dependencies.some((name) => uses.test(name)));
  if (likely === undefined) return { fix, change: null };
  return { fix: `${fix} If this is ${likely.framework}: ${likely.fix}`, change: changeOf(likely) };
}

function changeOf({ framework, change }: Trait): CodeChange | null {
  return change === undefined ? null : { framework, ...change };
}
