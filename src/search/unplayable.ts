import { type Exchange, isSafe, type Observation } from '../model/observation.ts';
import { describeStep, isOwn, type Session, templateText } from '../model/session.ts';
import { unlikeRecorded } from '../session/recorded.ts';
import type { TestBed } from '../trials/test-bed.ts';
import type { Young } from './controls/settling.ts';

/** Records why nothing can be judged by these controls, the earlier one first; false if something can. `young`: the one of a process just booted. */
export function reportUnplayable(
  bed: TestBed,
  { session, index, controls, complaints, young }: Young & { controls: readonly [Observation, Observation]; young: Observation },
): boolean {
  const problem = (step: number | null, code: string, { message, hint }: { message: string; hint: string }) => {
    bed.record({ kind: 'problem', session: index, step, code, message, hint });
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
  const answered = statuses(young);
  const refused = answered.flatMap((status, step) => (isUnexpected(session, step, status) ? [step] : []));
  if (answered.length === 0 || refused.length > answered.length / 2) {
    const shown = [...new Set(refused.map((step) => (answered[step] === 0 ? 'no answer' : String(answered[step]))))].join(', ');
    return problem(null, 'control-failed', {
      message: `${refused.length} of ${answered.length} steps of ${session.name} failed with everything on one process (${shown}): it never reached the app`,
      hint: answered.some((status) => status > 0) ? UNFIT : UNHEARD,
    });
  }
  const unlike = young.exchanges.flatMap((exchange) => {
    const { recorded = null } = session.steps[exchange.step] ?? {};
    const difference = recorded === null ? null : unlikeRecorded(recorded, exchange.reply, exchange.request.target);
    return difference === null ? [] : [{ step: exchange.step, ...difference }];
  });
  for (const { step, before, now } of unlike)
    problem(step, 'unlike-recorded', {
      message: `with everything on one process it answers ${now}, and ${before} when it was recorded`,
      hint: 'Look at what the session needs: its login, and what was in the database when it was recorded; or record it anew.',
    });
  for (const step of refused.filter((one) => !unlike.some((other) => other.step === one))) {
    const exchange = young.exchanges[step];
    if (exchange !== undefined && isRefusedWrite(exchange)) problem(step, 'refused-write', refusedWrite(session, exchange));
    else warnOfReply(bed, { session, index, step, status: answered[step] ?? 0 });
  }
  return false;
}

const UNFIT =
  'Check that the session fits the app: its paths, its login, and what must be in the database before it. Where such an answer is meant, write `# @expect 404` above the request.';
const UNHEARD =
  'Its port is open, and no request was answered: look at its last lines in the evidence. An app that speaks TLS or HTTP/2 alone must be told to speak HTTP/1.1 without TLS, as behind a router that ends TLS.';

/** Whether a step fails in a way that the session's author has not asked for. */
function isUnexpected(session: Session, step: number, status: number): boolean {
  if (status !== 0 && status < 400) return false;
  const { recorded = null, expectations = [], asset = null, echo = null } = session.steps[step] ?? {};
  return isOwn({ asset, echo }) && expectations.length === 0 && (recorded === null || recorded.status < 400);
}

/** What may change something and is refused changes nothing: whatever placement it is played on, there is nothing to lose. */
function isRefusedWrite({ request, reply }: Exchange): boolean {
  return !isSafe(request.method) && reply.outcome === 'answered' && reply.status >= 400;
}

function refusedWrite(session: Session, { request, reply }: Exchange): { message: string; hint: string } {
  const [status, said] = reply.outcome === 'answered' ? [reply.status, quoted(reply.body.text)] : [0, ''];
  const type = request.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const sent = request.body === '' ? 'without a body' : `with ${quoted(request.body)}${type === undefined ? '' : ` as ${type}`}`;
  const isOpenEnded = request.body !== '' && !request.body.endsWith('\n') && session.file.match(/\.(http|rest)$/) !== null;
  const lineBreak =
    isOpenEnded && /^text\//.test(type ?? '')
      ? ' The body was sent without a line break at its end, as REST Client sends it; `< ./body.txt` sends a file as it is.'
      : '';
  return {
    message: `the app refuses it with everything on one process: ${status}${said === '' ? '' : ` ${said}`}; it was sent ${sent}`,
    hint: `A write that is refused tests nothing: mend the request, or what must be there before it.${lineBreak} If the refusal is meant, write \`# @expect ${status}\` above it`,
  };
}

const MAX_QUOTED = 160;

/** A text in one line and in quotes, cut to a bound. */
function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line === '' ? '' : `"${line.length > MAX_QUOTED ? `${line.slice(0, MAX_QUOTED)}…` : line}"`;
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
  bed: TestBed,
  { session, index, step, status }: { session: Session; index: number; step: number; status: number },
): void {
  const expect = `write \`# @expect ${status}\` above the request`;
  bed.record({
    kind: 'problem',
    session: index,
    step,
    code: 'control-error',
    message: `step ${describeStep(session, step)} answered ${status === 0 ? 'nothing' : status} with everything on one process`,
    hint: TURNED_AWAY.includes(status)
      ? `If that is not meant, the session does not reach what it is to test: look at its login (apps that mark cookies Secure need https:// in its URLs). If it is, ${expect}.`
      : `It is compared as it is. If it is meant, ${expect}; else mend the session or the app first.`,
  });
}

function statuses(observation: Observation): number[] {
  return observation.exchanges.map(({ reply }) => (reply.outcome === 'answered' ? reply.status : 0));
}
