import type { AuditHeader, SessionSummary, Suspicion } from '../model/evidence.ts';
import type { Exchange, Observation } from '../model/observation.ts';
import type { Finding, StepReference } from '../model/report.ts';
import { describeSchedule, type RestartMode, slotName } from '../model/schedule.ts';
import { frameworkFix } from './advice.ts';
import type { Breach, Rule } from './define.ts';
import type { Dependency } from './dependency.ts';
import { shorten, showReply } from './show.ts';

export interface Context {
  readonly header: AuditHeader;
  readonly trial: (number: number) => Observation | undefined;
}

/** A breach as a finding, with facts from the evidence and prose from the rule. */
export function describeBreach(rule: Rule, breach: Breach, context: Context): Finding {
  return breach.kind === 'start' ? startFinding(rule, breach, context) : dependencyFinding(rule, breach.dependency, context);
}

/** The id of a finding that a dependency makes. */
export function dependencyId(rule: string, session: SessionSummary, { step, sources }: Suspicion): string {
  return shortId([rule, session.name, String(step), sources.join()]);
}

function startFinding(rule: Rule, { attempt, failed, alone }: Extract<Breach, { kind: 'start' }>, { header }: Context): Finding {
  const id = shortId([rule.id, 'start']);
  // Runtimes print a stack or their version after what matters.
  const telling = [/already|in use|lock/i, /error/i].map((pattern) => attempt.output.find((line) => pattern.test(line)));
  const said = telling[0] ?? telling[1] ?? attempt.output.at(-1);
  return {
    ...prose(rule, []),
    id,
    session: '',
    location: { file: header.app.command.join(' '), line: 0 },
    step: null,
    dependsOn: [],
    warmedBy: [],
    through: 'start',
    expected: { reply: 'web.2 starts', when: 'when it is alone' },
    actual: { reply: shorten(attempt.reason ?? 'web.2 does not start'), when: 'when web.1 is running' },
    differences: said === undefined ? [] : [`it wrote: ${shorten(said)}`],
    confirmed: { failing: failed, failingOf: failed, passing: 0, passingOf: alone },
    observations: [],
    alsoAffected: [],
    output: tellingLines(attempt.output),
    schedules: { failing: 'web.1 and web.2', passing: 'web.2' },
    replay: replayCommand(id, header),
    trials: { failing: [], passing: [] },
  };
}

function dependencyFinding(rule: Rule, dependency: Dependency, { header, trial }: Context): Finding {
  const { suspicion, expected, actual } = dependency;
  const session = header.sessions[suspicion.session] ?? { name: '', file: '', steps: [] };
  const reference = (step: number): StepReference => ({
    number: step + 1,
    request: `${session.steps[step]?.method ?? ''} ${session.steps[step]?.target ?? ''}`,
  });
  const id = dependencyId(rule.id, session, suspicion);
  const [failing, passing] = [trial(suspicion.failing[0] ?? 0), trial(suspicion.passing[0] ?? 0)];
  const seen = failing?.exchanges ?? [];
  return {
    ...prose(rule, [...(passing?.exchanges ?? []), ...seen]),
    clauses: clausesOf(rule, dependency),
    id,
    session: session.name,
    location: { file: session.file, line: session.steps[suspicion.step]?.line ?? 0 },
    step: reference(suspicion.step),
    dependsOn: suspicion.sources.map(reference),
    warmedBy: suspicion.warm.map(reference),
    through: rule.id === 'boot-identity' ? 'boot' : 'memory',
    expected: { reply: showReply(expected), when: expectedWhen(dependency, session) },
    actual: { reply: showReply(actual), when: actualWhen(dependency, session) },
    differences: dependency.differences
      .slice(0, 5)
      .map(({ path, expected: was, actual: is }) => `${path}: expected ${shorten(was)}, got ${shorten(is)}`),
    confirmed: {
      failing: dependency.failing,
      failingOf: suspicion.failing.length,
      passing: dependency.passing,
      passingOf: suspicion.passing.length,
    },
    observations: observations(dependency),
    alsoAffected: suspicion.affected.map(reference),
    output: lastWords(actual),
    schedules: {
      failing: failing === undefined ? '' : describeSchedule(failing.schedule),
      passing: passing === undefined ? '' : describeSchedule(passing.schedule),
    },
    replay: replayCommand(id, header),
    trials: { failing: suspicion.failing, passing: suspicion.passing },
  };
}

function prose(rule: Rule, exchanges: readonly Exchange[]): Pick<Finding, 'rule' | 'level' | 'clauses' | 'title' | 'why' | 'fix'> {
  return {
    rule: rule.id,
    level: rule.level,
    clauses: rule.clauses,
    title: rule.failureTitle,
    why: rule.why,
    fix: frameworkFix(rule.id, exchanges) ?? rule.fix,
  };
}

/** The rule's clauses, and C5 where a restart alone loses it. */
function clausesOf({ clauses }: Rule, { probes, suspicion }: Dependency): Finding['clauses'] {
  const lost = suspicion.axis === 'successor' || probes.deploy === 'different' || probes.crash === 'different';
  return lost && !clauses.includes('C5') ? [...clauses, 'C5' as const].sort() : clauses;
}

/** The lines that name the error, or the last ones if none does: runtimes print a stack or their version after what matters. */
function tellingLines(output: readonly string[]): string[] {
  const at = output.findIndex((line) => /error|exception|panic|fatal/i.test(line));
  return (at === -1 ? output.slice(-3) : output.slice(at, at + 3)).map((line) => shorten(line.trim()));
}

function lastWords({ reply }: Exchange): string[] {
  return reply.outcome === 'answered' ? [] : tellingLines(reply.output ?? []);
}

function expectedWhen({ suspicion, expected }: Dependency, session: SessionSummary): string {
  if (suspicion.axis === 'successor') return 'when no process is restarted';
  if (suspicion.sources.length === 0) return `when ${expected.by} runs alone`;
  return `when ${expected.by} answers, which served ${steps(suspicion.sources, session)}`;
}

function actualWhen({ suspicion, actual }: Dependency, session: SessionSummary): string {
  if (suspicion.axis === 'successor') {
    const how = {
      deploy: 'stopped (SIGTERM) and started again',
      crash: 'killed (SIGKILL) and started again',
      config: 'restarted with a changed environment',
    }[suspicion.mode ?? 'crash'];
    return `when ${slotName(0)} was ${how} after ${steps(suspicion.sources, session)}`;
  }
  if (suspicion.sources.length === 0) return `when ${actual.by} answers and ${slotName(0)} stands by`;
  const warm = suspicion.warm.length === 0 ? '' : `, which had served ${steps(suspicion.warm, session)}`;
  return `when ${actual.by} answers${warm}`;
}

function steps(list: readonly number[], session: SessionSummary): string {
  const numbers = list.map((step) => step + 1).join(', ');
  const only = list.length === 1 ? session.steps[list[0] ?? 0] : undefined;
  return `step${list.length === 1 ? '' : 's'} ${numbers}${only === undefined ? '' : ` "${only.method} ${only.target}"`}`;
}

/** What the extra trials said, in words. */
function observations({ probes, anonymous, suspicion }: Dependency): string[] {
  const told: string[] = [];
  const survives = (['deploy', 'crash', 'config'] as const).filter((mode) => probes[mode] === 'same');
  const isLost = (mode: RestartMode) => probes[mode] === 'different' || suspicion.mode === mode;
  const lost = (['deploy', 'crash', 'config'] as const).filter(
    (mode) => isLost(mode) || (isLost('deploy') && probes[mode] === undefined),
  );
  if (survives.length > 0) told.push(`comes back after a ${named(survives)}`);
  if (lost.length > 0) told.push(`lost in a ${named(lost)}`);
  if (probes['equal-boot'] === 'same') told.push('vanishes when both processes draw the same random values at boot');
  if (anonymous === true && probes['stranger-home'] !== 'same') told.push('the visitor is answered like a stranger');
  return told;
}

/** Four hexadecimal digits that name a finding the same way in every run (FNV-1a). */
function shortId(parts: readonly string[]): string {
  let value = 0x811c9dc5;
  for (const char of parts.join('\n')) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return ((value >>> 16) ^ (value & 0xffff)).toString(16).padStart(4, '0');
}

/** The command that plays a finding again. Secrets are not in the evidence, so they are to be given once more. */
function replayCommand(id: string, { withheld }: AuditHeader): string {
  const flags = [...withheld.env.map((name) => `--env ${name}=…`), ...withheld.variables.map((name) => `--var ${name}=…`)];
  return ['share-nothing replay', id, ...flags].join(' ');
}

function named(modes: readonly RestartMode[]): string {
  return modes.map((mode) => (mode === 'config' ? 'config change' : mode)).join(', a ');
}
