import type { Reply } from '../../model/observation.ts';
import type { Step } from '../../model/session.ts';
import { type ScriptScope, scriptRunner } from '../script/script.ts';
import { takeCapture } from './capture.ts';

/** Captures of scripts that set variables by names nobody can know beforehand have this name; they are never missing. */
export const ANY_NAME = '*';

export interface Learnt {
  /** What the author demanded and did not get, one line each. */
  readonly failedExpectations: string[];
  /** Names of captures that found nothing. */
  readonly missing: string[];
}

/** Takes a step's captures out of its reply into `globals`, runs its scripts, and holds the reply against its expectations. */
export async function learn(
  step: Step,
  reply: Extract<Reply, { outcome: 'answered' }>,
  scope: Omit<ScriptScope, 'reply'>,
): Promise<Learnt> {
  const missing: string[] = [];
  const failedExpectations: string[] = [];
  for (const { name, from } of step.captures) {
    if (from.kind === 'script') continue;
    const value = takeCapture(from, reply);
    if (value === undefined) missing.push(name);
    else scope.globals.set(name, value);
  }
  const scripts = [...step.captures.map(({ from }) => from), ...step.expectations].flatMap((item) =>
    item.kind === 'script' ? [item.source] : [],
  );
  const runScript = scripts.length === 0 ? () => [] : await scriptRunner();
  for (const source of new Set(scripts)) failedExpectations.push(...runScript(source, { ...scope, reply }));
  for (const { name, from } of step.captures) {
    if (from.kind === 'script' && name !== ANY_NAME && (scope.globals.get(name) ?? null) === null) missing.push(name);
  }
  for (const expectation of step.expectations) {
    if (expectation.kind === 'status' && !expectation.allowed.includes(reply.status))
      failedExpectations.push(`expected status ${expectation.allowed.join(' or ')}, got ${reply.status}`);
  }
  return { failedExpectations, missing };
}
