import type { StepResult } from './judge-step.ts';

/** The result where differences at these paths, or within them, do not count. */
export function subtract(result: StepResult, paths: readonly string[]): StepResult {
  if (result.kind !== 'different' || paths.length === 0) return result;
  const differences = result.differences.filter(({ path }) => !paths.some((outer) => isWithin(path, outer)));
  return differences.length === 0 ? { kind: 'same' } : { kind: 'different', differences };
}

/** Whether a path is the other one or within it. */
export function isWithin(path: string, outer: string): boolean {
  return path.startsWith(outer) && ['', '.', '['].includes(path.charAt(outer.length));
}

/** Whether the rest of a reply can still be compared although it differs there: the path is that of one cookie, or of a part of the body. */
export function leavesRest(path: string): boolean {
  return /^(cookies\.|body\.(?:html|text|events)\[|body\.(?!(?:html|text|events|cut|broken|bytes)$)|body\[)/.test(path);
}
