import { type Step, templateText } from '../../model/session.ts';
import { type ScriptScope, scriptRunner } from '../script/script.ts';
import { render, type Values } from './template.ts';

/** Runs the scripts that stand above a request, as they would before it is sent. What failed of them, one line each. */
export async function runBefore(step: Step, values: Values, scope: Omit<ScriptScope, 'reply' | 'request'>): Promise<string[]> {
  if (step.scripts.length === 0) return [];
  const runScript = await scriptRunner();
  const text = step.body?.kind === 'text' ? step.body.text : [];
  const request = {
    method: step.method,
    target: render(step.target, values),
    headers: step.headers.map(([name, value]) => [name, render(value, values)] as const),
    body: render(text, values),
  };
  return step.scripts.flatMap((source) =>
    runScript(source, { ...scope, request, reply: null }).map(
      (failure) => `the script before ${step.method} ${templateText(step.target)}: ${failure}`,
    ),
  );
}
