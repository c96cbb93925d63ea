import type { SessionSummary } from '../../model/evidence.ts';

/** Steps as they are named in sentences: by number, and a single one by its name or request. */
export function stepsNamed(list: readonly number[], session: SessionSummary): string {
  const numbers = list.map((step) => step + 1).join(', ');
  const only = list.length === 1 ? session.steps[list[0] ?? 0] : undefined;
  return `step${list.length === 1 ? '' : 's'} ${numbers}${only === undefined ? '' : ` "${only.name ?? `${only.method} ${only.target}`}"`}`;
}
