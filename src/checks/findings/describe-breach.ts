import { compareReplies } from '../../difference/compare-replies.ts';
import type { AuditHeader, SessionSummary } from '../../model/evidence.ts';
import type { Finding } from '../../model/finding.ts';
import type { JournalEntry } from '../../model/journal.ts';
import type { Exchange, Observation } from '../../model/observation.ts';
import { type Axis, describeSchedule } from '../../model/schedule.ts';
import { showReply } from '../../model/shown-reply.ts';
import type { Dependency } from '../facts/dependency.ts';
import { isOnDisk, volumeHint } from '../facts/files.ts';
import { type ResultsOf, showArms } from '../facts/pair.ts';
import type { Residue } from '../facts/residue.ts';
import { actualWhen, expectedWhen, observations } from '../facts/when.ts';
import type { Breach, Rule } from '../rules/define-rule.ts';
import { fixFor, type Shown } from './advice.ts';
import { fingerprint } from './fingerprint.ts';
import { dependencyId, shortId } from './id.ts';
import { referenceIn, sessionOf } from './references.ts';
import { inWords, shorten, showPair } from './show.ts';
import { expiryFinding, fallbackFinding, scheduleFinding } from './store-findings.ts';
import { fixOf, lostIn, proseOf } from './why.ts';

export interface Context {
  readonly header: AuditHeader;
  readonly trial: (number: number) => Observation | undefined;
  readonly resultsOf: ResultsOf;
  /** Ids of the findings that keep the steps of a dependency on one process. */
  readonly maskedBy: (dependency: Dependency) => readonly string[];
}

/** A breach as a finding, with facts from the evidence and prose from the rule. */
export function describeBreach(rule: Rule, breach: Breach, context: Context): Finding {
  switch (breach.kind) {
    case 'start':
      return startFinding(rule, breach, context);
    case 'residue':
      return residueFinding(rule, breach.residue, context);
    case 'expiry':
      return { ...prose(rule, NOTHING, 'memory'), ...expiryFinding(breach.stored, breach.bound, context.header), through: 'store' };
    case 'schedule':
      return { ...prose(rule, NOTHING, 'memory'), ...scheduleFinding(breach.effect, context.header), through: 'store' };
    case 'fallback':
      return { ...prose(rule, NOTHING, 'memory'), ...fallbackFinding(breach.fallback, context.header) };
    case 'dependency':
      return dependencyFinding(rule, breach.dependency, context);
  }
}

function startFinding(rule: Rule, { attempt, failed, alone }: Extract<Breach, { kind: 'start' }>, { header }: Context): Finding {
  const id = shortId([rule.id, 'start']);
  // Runtimes print a stack or their version after what matters.
  const telling = [/already|in use|lock/i, /error/i].map((pattern) => attempt.output.find((line) => pattern.test(line)));
  const said = telling[0] ?? telling[1] ?? attempt.output.at(-1);
  return {
    ...prose(rule, NOTHING, 'start'),
    id,
    fingerprint: fingerprint(rule.id, []),
    session: '',
    pair: null,
    replies: null,
    location: { file: header.app.command.join(' '), line: 0 },
    step: null,
    dependsOn: [],
    warmedBy: [],
    files: [],
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

function dependencyFinding(rule: Rule, dependency: Dependency, { header, trial, maskedBy, resultsOf }: Context): Finding {
  const { suspicion, expected, actual } = dependency;
  const session = sessionOf(header, suspicion.session);
  const reference = referenceIn(session);
  const id = dependencyId(rule.id, session, suspicion);
  const together = suspicion.moved === suspicion.step ? suspicion.sources : [...suspicion.sources, suspicion.moved];
  const [failing, passing] = [trial(suspicion.failing[0] ?? 0), trial(suspicion.passing[0] ?? 0)];
  const seen = failing?.exchanges ?? [];
  const alike = trial((dependency.sinceBoot ? suspicion.failing : suspicion.passing)[1] ?? 0)?.exchanges[suspicion.step];
  const difference = compareReplies(expected, actual, alike);
  const [expectedReply, actualReply] = showPair(expected, actual, difference);
  const told = prose(
    { ...rule, fix: fixOf(rule, dependency) },
    // What a framework does by itself is its session, which a finding behind that is not about.
    suspicion.footing.length > 0
      ? NOTHING
      : { exchanges: [...(passing?.exchanges ?? []), ...seen], dependencies: header.app.dependencies },
    mediumOf(rule, dependency),
  );
  const masks = suspicion.axis === 'wipe' && suspicion.footing.length === 0 ? maskedBy(dependency) : [];
  const masked = masks.length === 0 ? [] : [`masked by ${masks.join(', ')}, which keeps these steps on one process`];
  return {
    ...told,
    ...proseOf(rule, dependency),
    fix: [told.fix, ...volumeHint(dependency.files, header.app.cwd)].join(' '),
    clauses: clausesOf(rule, dependency),
    id,
    fingerprint: fingerprint(
      rule.id,
      [...together, suspicion.step].map((step) => reference(step).request),
    ),
    session: session.name,
    location: { file: session.file, line: session.steps[suspicion.step]?.line ?? 0 },
    step: reference(suspicion.step),
    dependsOn: together.map(reference),
    warmedBy: suspicion.warm.map(reference),
    files: filesIn(session, dependency.files),
    expected: { reply: expectedReply, when: expectedWhen(dependency, session) },
    actual: { reply: actualReply, when: actualWhen(dependency, session) },
    pair: showArms(failing, passing, resultsOf),
    replies: { expected: showReply(expected.reply), actual: showReply(actual.reply), difference },
    differences: dependency.differences.slice(0, 5).map(inWords),
    confirmed: {
      failing: dependency.failing,
      failingOf: suspicion.failing.length,
      passing: dependency.passing,
      passingOf: suspicion.passing.length,
    },
    observations: [...masked, ...observations(dependency, session)],
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

function residueFinding(rule: Rule, { session: index, step, files, truncated, plays }: Residue, { header }: Context): Finding {
  const session = sessionOf(header, index);
  const reference = referenceIn(session)(step);
  const [first] = files;
  const others = truncated ? `at least ${files.length - 1}` : String(files.length - 1);
  const more = files.length > 1 ? ` and ${others} more` : '';
  return {
    ...prose(rule, NOTHING, 'disk'),
    id: shortId([rule.id, session.name, String(step)]),
    fingerprint: fingerprint(rule.id, [reference.request]),
    pair: null,
    replies: null,
    session: session.name,
    location: { file: session.file, line: session.steps[step]?.line ?? 0 },
    step: reference,
    dependsOn: [],
    warmedBy: [],
    files: filesIn(session, files.slice(0, MAX_FILES)),
    expected: { reply: 'no file', when: 'when the session is over' },
    actual: { reply: shorten(`${first?.path ?? ''}${more}`), when: 'is still there' },
    differences: [],
    confirmed: { failing: plays.length, failingOf: plays.length, passing: 0, passingOf: 0 },
    observations: [],
    alsoAffected: [],
    output: [],
    schedules: { failing: '', passing: '' },
    replay: '',
    trials: { failing: plays, passing: [] },
  };
}

const MAX_FILES = 5;

function filesIn(session: SessionSummary, files: readonly JournalEntry[]): Finding['files'] {
  const reference = referenceIn(session);
  return files.map(({ path, kind, bytes, step, change }) => ({
    path,
    kind,
    bytes,
    writtenBy: step === null ? null : reference(step),
    deleted: change === 'deleted',
  }));
}

function mediumOf({ id }: Rule, dependency: Dependency): Finding['through'] {
  return id === 'boot-identity' ? 'boot' : isOnDisk(dependency.suspicion) ? 'disk' : 'memory';
}

const NOTHING: Shown = { exchanges: [], dependencies: [] };

type Prose = Pick<Finding, 'known' | 'rule' | 'level' | 'clauses' | 'title' | 'why' | 'fix' | 'change' | 'through'>;

function prose(rule: Rule, seen: Shown, through: Finding['through']): Prose {
  return {
    rule: rule.id,
    known: false,
    level: rule.level,
    clauses: rule.clauses,
    title: rule.failureTitle,
    why: rule.why,
    ...fixFor(rule, seen, through),
    through,
  };
}

/** What is found on these axes says nothing of restarts. */
const KEPT_ON_ONE_DISK: readonly Axis[] = ['worker-disk', 'leftover'];

/** The rule's clauses, and C5 where a restart that was played loses it, or it is on a disk, which does not outlive a move to another machine. */
function clausesOf({ clauses }: Rule, dependency: Dependency): Finding['clauses'] {
  const isMoved = isOnDisk(dependency.suspicion) && !KEPT_ON_ONE_DISK.includes(dependency.suspicion.axis);
  const isLost = lostIn(dependency).length > 0 || isMoved;
  return isLost && !clauses.includes('C5') ? [...clauses, 'C5' as const].sort() : clauses;
}

/** The lines that name the error, or the last ones if none does: runtimes print a stack or their version after what matters. */
function tellingLines(output: readonly string[]): string[] {
  const at = output.findIndex((line) => /error|exception|panic|fatal/i.test(line));
  return (at === -1 ? output.slice(-3) : output.slice(at, at + 3)).map((line) => shorten(line.trim()));
}

function lastWords({ reply, complaints = [] }: Exchange): string[] {
  if (complaints.length > 0) return tellingLines(complaints);
  return reply.outcome === 'answered' ? [] : tellingLines(reply.output ?? []);
}

/** The command that plays a finding again. Secrets are not in the evidence, so they are to be given once more. */
function replayCommand(id: string, { withheld }: AuditHeader): string {
  const flags = [
    ...withheld.env.map((name) => `--env ${name}=…`),
    ...withheld.variables.map((name) => `--var ${name}=…`),
    ...withheld.changedEnv.map((name) => `--changed-env ${name}=…`),
  ];
  return ['share-nothing replay', id, ...flags, ...(withheld.command ? ['-- COMMAND'] : [])].join(' ');
}
