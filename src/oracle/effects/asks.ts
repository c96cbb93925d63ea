import { type Exchange, header } from '../../model/observation.ts';
import type { StepExpectation, StepResult } from '../compare/judge-step.ts';
import { parseJson } from '../values/parse-json.ts';
import { isList, isRecord, scalarsOf, type Value } from '../values/value.ts';

/**
 * Why a request changes nothing although its method may, in words; `null`: nothing says so. GraphQL and JSON-RPC say it themselves. Any other
 * POST must have been answered alike when it was sent twice in a row (`again`: how the second reply compares), have handed out nothing, and be
 * a question by its path or by the list that it was answered with: an acknowledgement is alike each time as well.
 */
export function asksOnly(
  exchange: Exchange,
  { expectation, again }: { expectation: StepExpectation; again: StepResult | null },
): string | null {
  const { request, reply } = exchange;
  if (request.method !== 'POST' || reply.outcome !== 'answered') return null;
  const asked = parseJson(request.body);
  const operation = graphqlOperation(asked);
  if (operation === 'query') return 'a GraphQL query';
  if (operation === 'mutation') return null;
  if (isNotification(asked)) return 'a JSON-RPC notification, which is not answered';
  if (again?.kind !== 'same' || !handsOutNothing(exchange, expectation)) return null;
  const said = 'it was answered alike twice, and handed out nothing';
  if (operation === 'persisted') return `a GraphQL query by its hash; ${said}`;
  const { text } = reply.body;
  if (isRpcQuestion(asked) || answersWithList(text, request.body)) return said;
  return isQuestion(request.target) && !isAcknowledgement(text) ? said : null;
}

/** Whether sending it twice could show that it only asks. */
export function mayAsk({ request, reply }: Exchange): boolean {
  return request.method === 'POST' && reply.outcome === 'answered' && reply.status === 200;
}

/** `persisted`: only the hash of its text was sent. */
function graphqlOperation(body: Value | undefined): 'query' | 'mutation' | 'persisted' | null {
  const operations = body === undefined ? [] : isList(body) ? body : [body];
  const kinds = operations.map((operation) => {
    if (!isRecord(operation)) return null;
    const { query, operationName, extensions } = operation;
    if (typeof query === 'string') return kindOf(query, typeof operationName === 'string' ? operationName : null);
    return isRecord(extensions) && 'persistedQuery' in extensions ? 'persisted' : null;
  });
  if (kinds.length === 0 || kinds.includes(null)) return null;
  return kinds.includes('mutation') ? 'mutation' : kinds.includes('persisted') ? 'persisted' : 'query';
}

/** What a GraphQL document does when its operation of that name is run; `null`: it is no such document. */
function kindOf(document: string, name: string | null): 'query' | 'mutation' | null {
  const text = document.replace(/"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"/g, '""').replace(/#.*$/gm, '');
  if (!text.includes('{')) return null;
  const operations = [...text.matchAll(/(?:^|[}\s])(query|mutation|subscription)\b\s*(\w*)\s*[({@]/g)];
  const chosen = operations.length === 1 || name === null ? operations : operations.filter(([, , own]) => own === name);
  if (chosen.length === 0) return /^\s*(?:\{|fragment\b)/.test(text) ? 'query' : null;
  return chosen.every(([, kind]) => kind === 'query') ? 'query' : 'mutation';
}

function isNotification(body: Value | undefined): boolean {
  const calls = body === undefined ? [] : isList(body) ? body : [body];
  return calls.length > 0 && calls.every((call) => isRecord(call) && call.jsonrpc === '2.0' && 'method' in call && !('id' in call));
}

/** A JSON-RPC call whose method is called like a question: `tools/list`, `getBalance`, `eth_call`, `initialize`. */
function isRpcQuestion(body: Value | undefined): boolean {
  if (body === undefined || !isRecord(body) || body.jsonrpc !== '2.0' || typeof body.method !== 'string') return false;
  return (
    /^(initialize|ping)$/.test(body.method) || /(?:^|[/._])(?:list|get|read)(?![a-z])/.test(body.method) || isQuestion(body.method)
  );
}

/** Names of questions, as words of a path. */
const QUESTIONS = new Set(
  `search msearch query queries find filter lookup mget count validate preview calculate calc compute estimate quote convert translate
  suggest autocomplete similar recommend compare diff parse format render simulate explain analyze analyse aggregate stats score predict
  classify embed embeddings introspect describe inspect`.split(/\s+/),
);

/** Whether the last two names of a path are those of a question. */
function isQuestion(target: string): boolean {
  const path = target.split('?', 1)[0] ?? '';
  const words = path
    .split('/')
    .slice(-2)
    .flatMap((segment) => segment.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/))
    .map((word) => word.toLowerCase());
  return words.some((word) => QUESTIONS.has(word)) || /\bdry-?run\b/i.test(target);
}

/** Fields that tell how long it took. */
const DURATION = /(?:^|[._])(?:took|time|elapsed|duration|latency|\w*ms|\w*millis|\w*seconds)$/i;

function handsOutNothing({ reply }: Exchange, { noise }: StepExpectation): boolean {
  if (reply.outcome !== 'answered' || reply.status !== 200 || header(reply.headers, 'set-cookie') !== undefined) return false;
  return noise.every(({ path, as }) => as === 'time' || as === 'ignored' || as === 'order' || DURATION.test(path));
}

/** Fields that say nothing but how it went. */
const REMARKS = /^(errors?|warnings?|messages?|notices?|details|type|kind|status|code|jsonrpc|id|result)$/i;
const ACKNOWLEDGED =
  /\b(ok|okay|done|saved|stored|added|created|updated|changed|deleted|removed|success\w*|accepted|queued|received|scheduled|registered|recorded|sent|thanks?|thank you)\b/i;

/** Whether it is answered with a list that holds more than what was sent, and more than that it was done. */
function answersWithList(text: string, sent: string): boolean {
  const tells = ({ key, text: value }: { key: string; text: string }) =>
    value !== '' && !REMARKS.test(key) && !sent.includes(value) && !ACKNOWLEDGED.test(value);
  return payloads(text).some((payload) => listsIn(payload).some((list) => [...scalarsOf(list)].some(tells)));
}

/** A reply's JSON, also where events carry it. */
function payloads(text: string): Value[] {
  const whole = parseJson(text);
  if (whole !== undefined) return [whole];
  return [...text.matchAll(/^data:(.*)$/gm)].flatMap(([, data = '']) => parseJson(data) ?? []);
}

function listsIn(value: Value): Value[] {
  if (isList(value)) return [value];
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    /^(errors?|warnings?|messages?|notices?)$/i.test(key) ? [] : listsIn(member),
  );
}

/** Whether JSON says no more than that it was done. */
function isAcknowledgement(text: string): boolean {
  const body = parseJson(text);
  if (body === undefined || listsIn(body).length > 0) return false;
  return [...scalarsOf(body)].every(({ key, text: value }) => REMARKS.test(key) || ACKNOWLEDGED.test(value));
}
