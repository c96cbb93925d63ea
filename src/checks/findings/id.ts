import type { SessionSummary, Suspicion } from '../../model/evidence.ts';

/** The id of a finding that a dependency makes. */
export function dependencyId(rule: string, session: SessionSummary, { step, moved, sources }: Suspicion): string {
  return shortId([rule, session.name, String(step), [...sources, ...(moved === step ? [] : [moved])].join()]);
}

/** Four hexadecimal digits that name a finding the same way in every run (FNV-1a). */
export function shortId(parts: readonly string[]): string {
  let value = 0x811c9dc5;
  for (const char of parts.join('\n')) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return ((value >>> 16) ^ (value & 0xffff)).toString(16).padStart(4, '0');
}
