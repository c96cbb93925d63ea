import type { Observation, Reply } from '../model/observation.ts';
import { friendliest, type Variant } from '../model/schedule.ts';
import { describeStep, type Session, templateText } from '../model/session.ts';
import { compareObservation, learnOracle } from '../oracle/oracle.ts';
import { withAssets } from '../session/assets.ts';
import { unrollRedirects } from '../session/unroll.ts';
import { type Cast, dismiss, gather } from '../trials/cast.ts';
import { type Complaint, conduct } from '../trials/conduct.ts';
import type { Stage } from '../trials/stage.ts';
import { Scene } from './scene.ts';
import { refuseYouth, type Young } from './settling.ts';
import { summarise } from './summarise.ts';

const MAX_CONTROLS = 5;

/**
 * Plays controls (one process, no restart) until they teach nothing new: two at least, five at most. The first control's
 * process also plays for a second visitor, which shows what is bound to a process. `null`: the session cannot be judged; why
 * has been recorded as a problem. Throws `TooYoung` if processes answer otherwise before they have settled.
 */
export async function rehearse(stage: Stage, session: Session, index: number): Promise<Scene | null> {
  stage.tell({ phase: 'rehearse', session: session.name, planned: 3 });
  const first = await firstControl(stage, session, index);
  if (first === null) return null;
  stage.record({ kind: 'session', session: index, summary: summarise(first.session) });
  const play = () =>
    conduct(stage, {
      session: first.session,
      sessionIndex: index,
      schedule: friendliest(first.session.steps.length),
      oracle: null,
    });
  const second = await play();
  const played = {
    session: first.session,
    index,
    controls: [first.control, second.observation] as const,
    warm: first.warm,
    complaints: [...first.complaints, ...second.complaints],
  };
  await refuseYouth(stage, played);
  if (reportUnplayable(stage, played)) return null;
  const controls: Observation[] = [...played.controls];
  for (let taught = isUncertain(stage, controls); taught && controls.length < MAX_CONTROLS; ) {
    const { observation } = await play();
    taught = disagrees(stage, controls, observation);
    controls.push(observation);
  }
  return new Scene(stage, { session: first.session, index, controls, warm: first.warm });
}

interface FirstControl {
  /** The session with its redirects, and its pages' assets, as steps. */
  readonly session: Session;
  readonly control: Observation;
  readonly complaints: readonly Complaint[];
  readonly warm: Observation;
}

async function firstControl(stage: Stage, original: Session, index: number): Promise<FirstControl | null> {
  let session = original;
  const lost = new Set<string>();
  const grow = ({ exchanges }: Observation): Session | null => {
    const replies = exchanges.map((exchange): Reply => exchange.reply);
    const unrolled = unrollRedirects(session, replies);
    return unrolled ?? (stage.config.rules.includes('runtime-assets') ? withAssets(session, replies, lost) : null);
  };
  for (;;) {
    const cast = await gather(stage, friendliest(session.steps.length), 0);
    const play = (variant: Variant) => {
      const schedule = { ...friendliest(session.steps.length), variant };
      return conduct(stage, { session, sessionIndex: index, schedule, oracle: null, cast });
    };
    try {
      if (!(await knowWorkers(stage, cast, index))) return null;
      let { observation, complaints } = await play({ kind: 'plain' });
      const before = session;
      // What the session grows to can be found out on a used process; it is then played anew on a fresh one.
      for (let grown = grow(observation); grown !== null; grown = grow(observation)) {
        session = grown;
        ({ observation, complaints } = await play({ kind: 'plain' }));
      }
      if (session !== before) {
        stage.record({ kind: 'afresh', session: index });
        continue;
      }
      // Some get ready only later than the first of them.
      if (stage.traits.workers === 1 && (await knowWorkers(stage, cast, index)) && stage.traits.workers > 1) {
        stage.record({ kind: 'afresh', session: index });
        continue;
      }
      const warm = await play({ kind: 'warm' });
      return { session, control: observation, complaints, warm: warm.observation };
    } finally {
      await dismiss(stage, cast);
    }
  }
}

/** Finds out whether one copy of the app answers with several processes. False if it does and they cannot be told apart. */
async function knowWorkers(stage: Stage, cast: Cast, index: number): Promise<boolean> {
  const slot = cast.slots.get(0);
  if (slot === undefined || stage.traits.workers > 1) return true;
  const found = await slot.process.workers();
  if (found.kind === 'several') {
    stage.traits.workers = found.pids.length;
    slot.worker = { place: 0, pids: found.pids };
    stage.record({
      kind: 'problem',
      session: null,
      step: null,
      code: 'several-workers',
      message: `one copy of the app answers with ${found.pids.length} processes: each was addressed by itself (web.1/1, web.1/2)`,
      hint: 'Nothing need be done. With one worker (WEB_CONCURRENCY=1, --workers 1) the audit is faster.',
    });
  }
  if (found.kind !== 'hidden') return true;
  stage.record({
    kind: 'problem',
    session: index,
    step: null,
    code: 'hidden-workers',
    message: `one copy of the app answers with ${found.pids.length} processes behind a socket of its own, and which of them has answered cannot be told: whatever one of them remembers would look like chance`,
    hint: 'Let it run one worker for the audit, which multiplies the whole: such as WEB_CONCURRENCY=1, --workers 1, pm.max_children = 1.',
  });
  return false;
}

/** Whether two controls leave more in doubt than the values of single fields. */
function isUncertain(stage: Stage, controls: readonly Observation[]): boolean {
  const { steps } = learnOracle(controls, { ignore: stage.config.ignore });
  const settled = /^(number|time|uuid|secret|text|ignored)$/;
  return steps.some((step) => step.unjudgeable?.kind === 'unstable' || step.noise.some((noise) => !settled.test(noise.as)));
}

function disagrees(stage: Stage, controls: readonly Observation[], latest: Observation): boolean {
  const oracle = learnOracle(controls, { ignore: stage.config.ignore });
  return compareObservation(oracle, latest).some((result) => result.kind === 'different');
}

/** Records why nothing can be judged by these controls; false if something can. */
function reportUnplayable(
  stage: Stage,
  { session, index, controls, complaints }: Young & { controls: readonly [Observation, Observation] },
): boolean {
  const problem = (step: number | null, code: string, { message, hint }: { message: string; hint: string }) => {
    stage.record({ kind: 'problem', session: index, step, code, message, hint });
    return true;
  };
  const [complaint] = complaints;
  if (complaint?.kind === 'expectation') {
    const message = `the session's own expectation fails with everything on one process: step ${describeStep(session, complaint.step)}: ${complaint.text}`;
    return problem(complaint.step, 'control-failed', {
      message,
      hint: 'Mend the app or the session first: nothing can be judged by a session that fails by itself.',
    });
  }
  if (complaint?.kind === 'capture') {
    const message = `step ${describeStep(session, complaint.step)} was to give {{${complaint.text}}}, but its reply held no such value`;
    return problem(complaint.step, 'capture-missing', {
      message,
      hint: 'Look at the reply in the evidence, and mend the path that the value is taken from.',
    });
  }
  const repeated = statuses(controls[0]).findIndex(
    (status, step) =>
      status < 400 && (statuses(controls[1])[step] ?? 0) >= 400 && isLikelyConflict(statuses(controls[1])[step] ?? 0),
  );
  if (repeated !== -1) return problem(repeated, 'not-repeatable', notRepeatable(session, repeated, controls));
  const answered = statuses(controls[0]);
  const refused = answered.flatMap((status, step) => (isUnexpected(session, step, status) ? [step] : []));
  if (answered.length === 0 || refused.length > answered.length / 2) {
    const shown = [...new Set(refused.map((step) => (answered[step] === 0 ? 'no answer' : String(answered[step]))))].join(', ');
    return problem(null, 'control-failed', {
      message: `${refused.length} of ${answered.length} steps of ${session.name} failed with everything on one process (${shown}): it never reached the app`,
      hint: answered.some((status) => status > 0) ? UNFIT : UNHEARD,
    });
  }
  for (const step of refused) warnOfReply(stage, { session, index, step, status: answered[step] ?? 0 });
  return false;
}

const UNFIT =
  'Check that the session fits the app: its paths, its login, and what must be in the database before it. Where such an answer is meant, write `# @expect 404` above the request.';
const UNHEARD =
  'Its port is open, and no request was answered: look at its last lines in the evidence. An app that speaks TLS or HTTP/2 alone must be told to speak HTTP/1.1 without TLS, as behind a router that ends TLS.';

/** Whether a step fails in a way that the session's author has not asked for. */
function isUnexpected(session: Session, step: number, status: number): boolean {
  if (status !== 0 && status < 400) return false;
  const { recordedStatus = null, expectations = [], asset = null } = session.steps[step] ?? {};
  return asset === null && expectations.length === 0 && (recordedStatus === null || recordedStatus < 400);
}

function isLikelyConflict(status: number): boolean {
  return status === 409 || status === 422 || status === 400 || status === 403 || status === 401;
}

function notRepeatable(
  session: Session,
  step: number,
  controls: readonly [Observation, Observation],
): { message: string; hint: string } {
  const [before, after] = controls.map((control) => statuses(control)[step] ?? 0);
  const body = session.steps[step]?.body;
  const literal =
    body?.kind === 'text'
      ? /[\w.+-]+@[\w.-]+|(?<=[:=]\s*"?)[A-Za-z][\w.-]{2,}(?="|&|$)/.exec(templateText(body.text))?.[0]
      : undefined;
  const example =
    literal === undefined
      ? 'put {{$uuid}} into the values that must be new'
      : `for example "{{$uuid}}-${literal}" in place of "${literal}"`;
  return {
    message: `the session cannot be repeated: step ${describeStep(session, step)} answered ${before} the first time and ${after} the second`,
    hint: `Every trial plays the session anew and what it left behind is still there. Make its values unique: ${example}; write \`@name = {{$uuid}}\` at the top of the file to use one value in several steps.`,
  };
}

/** Statuses of a visitor who is not known, or not allowed. */
const TURNED_AWAY: readonly number[] = [401, 403, 407, 419, 440];

/** Notes a reply of the controls that the session's author may not have meant; it is compared as it is. */
function warnOfReply(
  stage: Stage,
  { session, index, step, status }: { session: Session; index: number; step: number; status: number },
): void {
  const recorded = session.steps[step]?.recordedStatus ?? null;
  const then = recorded === null ? '' : `, and ${recorded} when it was recorded`;
  const expect = `write \`# @expect ${status}\` above the request`;
  stage.record({
    kind: 'problem',
    session: index,
    step,
    code: 'control-error',
    message: `step ${describeStep(session, step)} answered ${status === 0 ? 'nothing' : status} with everything on one process${then}`,
    hint: TURNED_AWAY.includes(status)
      ? `If that is not meant, the session does not reach what it is to test: look at its login (apps that mark cookies Secure need https:// in its URLs). If it is, ${expect}.`
      : `It is compared as it is. If it is meant, ${expect}; else mend the session or the app first.`,
  });
}

function statuses(observation: Observation): number[] {
  return observation.exchanges.map(({ reply }) => (reply.outcome === 'answered' ? reply.status : 0));
}
