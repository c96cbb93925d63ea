import { header } from '../model/observation.ts';
import type { HarEntry } from '../session/formats/har/entries.ts';
import { isTaken, isUnsafe, type Visit } from './asked.ts';

/** The app's origin in what comes of an exploration. */
export const ORIGIN = 'http://localhost';

/** What is kept of an exploration: requests in the order they were sent, with what each is called. */
export interface Kept {
  readonly entries: readonly HarEntry[];
  readonly titles: readonly string[];
}

/**
 * Of all that was tried, what makes a session: what the app took, and reads that show something new. A read is left out if nothing was
 * written since the same was answered alike. At most `steps`, redirects not counted; what is over goes from the reads in its midst.
 */
export function curate(visits: readonly Visit[], steps: number): Kept {
  const groups = grouped(visits).filter((group) => group.every(isTaken));
  const kept = withoutRepeats(groups);
  const wanted = kept.length > steps ? shortened(kept, steps) : kept;
  const chosen = wanted.flat();
  return { entries: chosen.map(entryOf), titles: chosen.map(({ asked }) => asked.title) };
}

/** Each request with the redirects that came of it. */
function grouped(visits: readonly Visit[]): Visit[][] {
  const groups: Visit[][] = [];
  for (const visit of visits) {
    if (visit.isHop) groups.at(-1)?.push(visit);
    else groups.push([visit]);
  }
  return groups;
}

function isWrite([first]: readonly Visit[]): boolean {
  return first !== undefined && isUnsafe(first.asked);
}

function withoutRepeats(groups: readonly Visit[][]): Visit[][] {
  const answers = new Map<string, string>();
  return groups.filter((group) => {
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) return false;
    if (isWrite(group)) {
      // What was read before may be other now.
      answers.clear();
      return true;
    }
    const { target } = first.asked;
    const isRepeat = answers.get(target) === last.reply.body.text;
    answers.set(target, last.reply.body.text);
    return !isRepeat;
  });
}

/** Writes stay, and the reads right before and after each; then the first reads. */
function shortened(groups: readonly Visit[][], steps: number): Visit[][] {
  const near = (index: number) => [index - 1, index, index + 1].some((at) => groups[at] !== undefined && isWrite(groups[at]));
  const order = groups.map((_, index) => index).sort((one, other) => Number(near(other)) - Number(near(one)) || one - other);
  const chosen = new Set(order.slice(0, steps));
  return groups.filter((_, index) => chosen.has(index));
}

function entryOf({ asked, reply }: Visit, index: number): HarEntry {
  return {
    ordinal: index + 1,
    at: index,
    until: null,
    method: asked.method,
    url: new URL(asked.target, ORIGIN),
    headers: asked.headers,
    body: asked.body,
    reply: {
      status: reply.status,
      headers: joined(reply.headers),
      text: reply.body.text,
      type: header(reply.headers, 'content-type') ?? '',
    },
  };
}

/** As recordings have them: cookies of one reply in one field, a line each. */
function joined(headers: Visit['reply']['headers']): Visit['reply']['headers'] {
  const cookies = headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value);
  const others = headers.filter(([name]) => name !== 'set-cookie');
  return cookies.length === 0 ? others : [...others, ['set-cookie', cookies.join('\n')]];
}
