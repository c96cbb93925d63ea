import { isOwnStep, type Problem, type SessionSummary, type Suspicion } from '../../model/evidence.ts';
import { ignorer } from '../../model/ignore.ts';
import { type Exchange, header, isSafe, type Observation } from '../../model/observation.ts';
import type { EffectKind } from '../../model/report.ts';
import { asksOnly } from '../../oracle/effects/asks.ts';
import { effectsOf } from '../../oracle/effects/effects.ts';
import { type OpenStep, waive } from '../account/open-step.ts';
import { isScript } from './is-script.ts';
import { byChance } from './kept-by-chance.ts';
import type { SessionEvidence, StepEffect } from './session-evidence.ts';

/** What became of every step that may change something, by the plays that did without it. */
export function describeEffects({
  session,
  oracle,
  observations,
  ignore,
  resultsOf,
}: Pick<SessionEvidence, 'session' | 'oracle' | 'observations' | 'ignore' | 'resultsOf'>): StepEffect[] {
  if (oracle === null || isScript(session)) return [];
  const seen = new Map(
    effectsOf(oracle, observations, { follows: session.steps.map(({ follows }) => follows) }).map((effect) => [
      effect.step,
      effect,
    ]),
  );
  const ignored = ignorer(ignore);
  const again = (step: number) => {
    const play = observations.findLast(({ schedule: { variant } }) => variant.kind === 'twice' && variant.step === step);
    return play === undefined ? null : (resultsOf(play)[step] ?? null);
  };
  const isReader = (write: number, step: number) => seen.get(write)?.readers.some((reader) => reader.step === step) === true;
  const control = wholeControl(session.steps.length, observations);
  const uncompared = (control?.exchanges ?? []).flatMap(({ step, request }) => (ignored(request) === null ? [] : [step]));
  return (control?.exchanges ?? []).flatMap((exchange): StepEffect[] => {
    const { step } = exchange;
    const [summary, expectation] = [session.steps[step], oracle.steps[step]];
    if (summary === undefined || expectation === undefined || !isOwnStep(session, step)) return [];
    if (summary.follows !== null || ignored(exchange.request) !== null) return [];
    const { readers, hidden } = seen.get(step) ?? { readers: [], hidden: [] };
    const as = (kind: EffectKind, why: string | null = null) => [
      { step, kind, readers, hidden, uncompared: uncompared.filter((at) => at > step), answer: answerOf(exchange), why },
    ];
    if (readers.length > 0) return as('read');
    if (isSafe(exchange.request.method)) return [];
    if (summary.declared === 'read') return as('asks', 'the session says so');
    if (summary.declared === 'unread') return as('unread-meant', 'the session says so');
    if (isRefused(exchange)) return as('refused');
    if (exchange.setsClock) return as('asks', 'all that it hands out is a cookie that tells the time');
    const repeated = control?.exchanges.find((one) => one.step < step && isRepeatOf(exchange, one) && isReader(one.step, step));
    if (repeated !== undefined) return as('asks', `it repeats step ${repeated.step + 1}, and is answered with what that made`);
    const why = asksOnly(exchange, { expectation, again: again(step) });
    return why === null ? as('unread') : as('asks', why);
  });
}

/** Whether it is the same request once more, as clients send where a reply was slow to come. */
function isRepeatOf({ request, visitor }: Exchange, earlier: Exchange): boolean {
  const { method, target, body } = earlier.request;
  return visitor === earlier.visitor && request.method === method && request.target === target && request.body === body;
}

function wholeControl(steps: number, observations: readonly Observation[]): Observation | undefined {
  return observations.find(
    ({ schedule: { axis, variant }, exchanges, broken }) =>
      axis === 'control' && variant.kind === 'plain' && exchanges.length === steps && broken === null,
  );
}

function answerOf({ reply }: Exchange): string {
  if (reply.outcome !== 'answered') return 'nothing';
  const location = header(reply.headers, 'location');
  return location === undefined ? String(reply.status) : `${reply.status} to ${location}`;
}

function isRefused({ reply }: Exchange): boolean {
  return reply.outcome !== 'answered' || reply.status >= 400;
}

/** The same, where findings show what else steps do: their step reads what its sources left. */
export function withFound(effects: readonly StepEffect[], suspicions: readonly Suspicion[]): StepEffect[] {
  return effects.map((effect) => {
    const shown = suspicions.filter(({ sources, warm, moved }) => [...sources, ...warm, moved].includes(effect.step));
    const later = [...new Set(shown.map(({ step }) => step).filter((step) => step > effect.step))].sort((a, b) => a - b);
    if (later.length === 0 || effect.readers.length > 0) return effect;
    return { ...effect, kind: 'read', why: null, readers: later.map((step) => ({ step, paths: [] })) };
  });
}

/** Writes of which nothing shows what they did: they cannot lose it, whatever the placement. */
export function unreadWrites(evidence: Pick<SessionEvidence, 'effects' | 'session' | 'observations'>): OpenStep[] {
  const chances = byChance(evidence);
  return evidence.effects
    .filter(({ kind }) => kind === 'unread')
    .map((effect) => {
      const chance = chances.find(({ write }) => write === effect.step);
      return chance === undefined
        ? describeUnread(effect, evidence.session)
        : { step: effect.step, ...keptByChanceOnly(effect.step, chance.step) };
    });
}

function keptByChanceOnly(write: number, reader: number): Omit<OpenStep, 'step'> {
  return {
    reason: `step ${reader + 1} shows what it did in some plays and not in others, on one and the same process`,
    remedy: `See step ${reader + 1}, ${waive(write)}.`,
  };
}

function describeUnread(
  { step, hidden: [shown], uncompared: [left], answer }: StepEffect,
  { steps, file }: SessionSummary,
): OpenStep {
  const named = (at: number) => `step ${at + 1} "${steps[at]?.method} ${steps[at]?.target}"`;
  const other = shown?.step ?? left;
  if (other !== undefined)
    return {
      step,
      reason:
        shown === undefined
          ? `nothing that is compared shows what it did, and ${named(other)} is not compared`
          : `only ${named(other)} shows what it did, and that is not compared`,
      remedy: `Have ${named(other)} compared (--judge-path, or without --ignore-path), add a request that reads it, or write \`# @unread\` above it, ${waive(step)}.`,
    };
  const isWritten = /\.(?:http|rest)$/.test(file);
  return {
    step,
    reason: `nothing that the session does later shows what it did: with and without it, all is answered alike (it was answered ${answer} itself)`,
    remedy: isWritten
      ? `Add a request that reads it; if there is one, the app does not keep it even within one process: mend what it needs to take effect. Write \`# @unread\` above it if that is meant, \`# @read\` if it only asks, ${waive(step)}.`
      : `Record a visit that looks at what it did, or mend what it needs to take effect, ${waive(step)}.`,
  };
}

/** Steps that only ask, by the session's own word, and are answered as writes are. */
export function doubtfulReads(
  { session, observations }: Pick<SessionEvidence, 'session' | 'observations'>,
  index: number,
): Problem[] {
  const exchanges = wholeControl(session.steps.length, observations)?.exchanges ?? [];
  return exchanges.flatMap(({ step, request, reply }): Problem[] => {
    if (session.steps[step]?.declared !== 'read' || !isOwnStep(session, step) || reply.outcome !== 'answered') return [];
    const isWrite = [201, 202, 204, 205].includes(reply.status) || header(reply.headers, 'set-cookie') !== undefined;
    if (!isWrite) return [];
    const how = reply.status === 200 ? 'handed out a cookie' : `answered ${reply.status}`;
    return [
      {
        session: index,
        step,
        code: 'doubtful-read',
        message: `step ${step + 1} "${request.method} ${session.steps[step]?.target}" ${how}, as writes do, and the session says that it only asks`,
        hint: 'Take `# @read` away if it changes something: as it stands, what it writes is not tested.',
      },
    ];
  });
}
