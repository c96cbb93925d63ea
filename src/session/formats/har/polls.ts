import type { Demand, Place, Until } from '../../../model/until.ts';
import { parseJson } from '../../play/capture.ts';
import { atJsonPath, jsonPath } from '../../play/json-path.ts';
import type { HarEntry } from './entries.ts';

/** How much longer than in the recording it may take. */
const PATIENCE = 3;
const LEAST_MS = 20_000;
const MAX_PATHS = 500;
const MAX_DEPTH = 6;
/** Parameters that make an address new. */
const CACHE_BUSTER = /^(_|t|ts|nocache|cb)$/;

/**
 * The recording with one entry in place of a read that was asked again, one time after the other, until its reply had changed: the last one,
 * which waits for what the replies before it did not say. Where nothing tells it from those, all stay.
 */
export function withoutPolls(entries: readonly HarEntry[]): HarEntry[] {
  const kept: HarEntry[] = [];
  for (let at = 0; at < entries.length; ) {
    let end = at + 1;
    while (end < entries.length && isSameRead(entries[at] as HarEntry, entries[end] as HarEntry)) end++;
    const polls = entries.slice(at, end);
    const until = polls.length > 1 ? untilOf(polls) : null;
    kept.push(...(until === null ? polls : [{ ...(polls.at(-1) as HarEntry), until }]));
    at = end;
  }
  return kept;
}

function isSameRead(a: HarEntry, b: HarEntry): boolean {
  return a.method === 'GET' && b.method === 'GET' && address(a) === address(b);
}

function address({ url }: HarEntry): string {
  const parameters = [...url.searchParams].filter(([name, value]) => !(CACHE_BUSTER.test(name) && /^\d{9,}$/.test(value)));
  return [url.origin, url.pathname, ...parameters.map((pair) => pair.join('='))].join('\n');
}

function untilOf(polls: readonly HarEntry[]): Until | null {
  const last = polls.at(-1) as HarEntry;
  const before = polls.slice(0, -1);
  const demand = before.every(({ reply }) => reply.status !== last.reply.status && reply.status !== 304)
    ? byStatus(last)
    : byBody(before, last);
  if (demand === null) return null;
  const tookMs = last.at - (polls[0] as HarEntry).at;
  const withinMs = Math.max(LEAST_MS, Number.isNaN(tookMs) ? 0 : PATIENCE * tookMs);
  return { ...demand, withinMs };
}

function byStatus({ reply }: HarEntry): Omit<Until, 'withinMs'> {
  return { demand: { kind: 'status', allowed: [reply.status] }, text: `status ${reply.status}` };
}

/** A word or a truth in the last reply that none before it had in its place. */
function byBody(before: readonly HarEntry[], last: HarEntry): Omit<Until, 'withinMs'> | null {
  const earlier = before.map(({ reply }) => parseJson(reply.text));
  const found = leaves(parseJson(last.reply.text)).find(({ path, value }) => {
    if (!isState(value)) return false;
    const was = earlier.map((body) => atJsonPath(body, path));
    return was.every((one) => one !== value) && was.some((one) => typeof one === typeof value);
  });
  if (found === undefined) return null;
  const from: Place = { kind: 'json', path: found.path };
  const demand: Demand = { kind: 'compares', from, operator: '==', operand: String(found.value) };
  return { demand, text: `body.${found.path} == ${JSON.stringify(found.value)}` };
}

/** Texts that are one word, as `done`, and truths: not what is another in every job. */
function isState(value: unknown): boolean {
  return typeof value === 'boolean' || (typeof value === 'string' && /^[A-Za-z][A-Za-z _-]{1,30}$/.test(value));
}

function leaves(root: unknown): { path: string; value: unknown }[] {
  const found: { path: string; value: unknown }[] = [];
  const walk = (value: unknown, keys: readonly (string | number)[]) => {
    if (found.length >= MAX_PATHS || keys.length > MAX_DEPTH) return;
    if (typeof value !== 'object' || value === null) found.push({ path: jsonPath(keys), value });
    else for (const [key, one] of Object.entries(value)) walk(one, [...keys, Array.isArray(value) ? Number(key) : key]);
  };
  walk(root, []);
  return found;
}
