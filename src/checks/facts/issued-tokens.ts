import { type Exchange, headerValues, type Observation } from '../../model/observation.ts';

/** Whether what is sent with a step holds something that came with an earlier reply. */
export function showsIssued({ exchanges, replays }: Observation, step: number): boolean {
  const [asked, earlier] = [exchanges[step], [...replays.map(({ exchange }) => exchange), ...exchanges.slice(0, step)]];
  const given = earlier.flatMap(({ reply }) => (reply.outcome === 'answered' ? headerValues(reply.headers, 'set-cookie') : []));
  const names = new Set(given.map((cookie) => cookie.split('=', 1)[0]));
  const shown = (asked?.request.headers ?? []).filter(([name]) => name === 'cookie').flatMap(([, value]) => value.split(/; */));
  if (shown.some((cookie) => names.has(cookie.split('=', 1)[0]))) return true;
  const issued = new Set(earlier.flatMap((exchange) => [...tokens(replyText(exchange))]));
  return [...tokens(requestText(asked))].some((token) => issued.has(token));
}

export function tokens(text: string): Set<string> {
  return new Set(text.match(/[\w.~+/-]{6,}/g) ?? []);
}

function requestText(exchange: Exchange | undefined): string {
  if (exchange === undefined) return '';
  const { headers, target, body } = exchange.request;
  return [target, ...headers.map(([, value]) => value), body].join('\n');
}

export function replyText(exchange: Exchange | undefined): string {
  if (exchange?.reply.outcome !== 'answered') return '';
  const { headers, body } = exchange.reply;
  return [...headers.map(([, value]) => value), body.text].join('\n');
}
