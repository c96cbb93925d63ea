import type { Exchange } from '../model/observation.ts';
import type { Finding } from '../model/report.ts';
import type { RuleId } from '../model/rule.ts';
import { TRAITS } from './frameworks/index.ts';
import type { Trait } from './frameworks/trait.ts';

/** The fix for the framework that these exchanges show, if one is known; under a condition where others show themselves alike. */
export function frameworkFix(rule: RuleId, exchanges: readonly Exchange[], medium: Finding['through']): string | null {
  const fits = ({ rules, through = ['memory', 'boot'], shows }: Trait) =>
    rules.includes(rule) && through.includes(medium) && exchanges.some(shows);
  const found = TRAITS.find(fits);
  if (found === undefined) return null;
  return found.shared === undefined ? found.fix : `If this is ${found.framework}: ${found.fix}`;
}
