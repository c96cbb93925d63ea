import { DURATION, milliseconds } from '../../../model/duration.ts';
import { isSafe } from '../../../model/observation.ts';
import type { Comparison, Demand, Place, Until } from '../../../model/until.ts';
import { isJsonPath } from '../../play/json-path.ts';
import type { Directive } from './blocks.ts';
import { type SourceText, syntaxError } from './syntax.ts';

const DEFAULT_WITHIN_MS = 10_000;
const LONGEST_WITHIN_MS = 600_000;
const EXAMPLE = 'Write `# @until body.$.status == "done" within 20s`; also `status 200`, `header.location`, `text "ready"`.';

/** What a request waits for, as `# @until` above it says. Throws a UserError for what cannot be read, and for one that must not be sent again. */
export function readUntil(
  directive: Directive,
  { method, isRead, source }: { method: string; isRead: boolean; source: SourceText },
): Until {
  const refuse = (message: string, hint = EXAMPLE) => syntaxError(source, directive.place, { message, hint });
  if (!isSafe(method) && !isRead)
    throw refuse(
      `@until stands above a ${method}, which would be sent again and again`,
      'Put it above the request that reads the outcome. If this one changes nothing, say so: `# @read`.',
    );
  const [, wanted = '', within] = /^(.*?)(?:\s+within\s+(\S+(?:\s+\S+)?))?$/.exec(directive.value.trim()) ?? [];
  const withinMs = within === undefined ? DEFAULT_WITHIN_MS : DURATION.test(within) ? milliseconds(within) : 0;
  if (withinMs <= 0 || withinMs > LONGEST_WITHIN_MS)
    throw refuse(`@until waits within ${within ?? ''}, which is no time from 1ms to 10m`);
  const demand = readDemand(wanted.trim());
  if (demand === null) throw refuse(wanted === '' ? '@until says nothing to wait for' : `@until ${wanted} cannot be read`);
  return { demand, withinMs, text: wanted.trim() };
}

function readDemand(text: string): Demand | null {
  const [word = ''] = text.split(/\s/, 1);
  if (word === 'status') return readStatus(text.slice(word.length));
  if (word === 'text') return readText(text.slice(word.length).trim());
  const [, place = '', operator = '', operand = ''] = /^(\S+?)\s*(?:(==|!=|>=|<=|>|<)\s*(\S.*))?$/.exec(text) ?? [];
  const from = readPlace(place);
  if (from === null) return null;
  if (operator === '') return { kind: 'there', from };
  return { kind: 'compares', from, operator: operator as Comparison, operand: literal(operand) };
}

function readStatus(text: string): Demand | null {
  const codes = text
    .replace(/^\s*==/, '')
    .split(/[\s,]+/)
    .filter((code) => code !== '');
  return codes.length > 0 && codes.every((code) => /^[1-5]\d\d$/.test(code))
    ? { kind: 'status', allowed: codes.map(Number) }
    : null;
}

function readText(text: string): Demand | null {
  const wanted = literal(text);
  return wanted === '' ? null : { kind: 'text', text: wanted };
}

/** `body.$.job.status`, `body.status`, `body`, `header.location`. */
function readPlace(text: string): Place | null {
  const header = /^header\.([\w-]+)$/.exec(text)?.[1];
  if (header !== undefined) return { kind: 'header', name: header };
  const body = /^body\.?(.*)$/.exec(text)?.[1];
  if (body === undefined) return null;
  const path = body === '' ? '$' : body.startsWith('$') ? body : `$.${body}`;
  return isJsonPath(path) ? { kind: 'json', path } : null;
}

/** A value as JSON has it, or bare. */
function literal(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text)?.[2];
  return quoted === undefined ? text : quoted.replace(/\\(["'\\])/g, '$1');
}
