import { kindOfRequest } from '../model/request-kind.ts';
import { type Asked, get, pathOf, wordsOf } from './asked.ts';
import { RANK, type Task } from './frontier.ts';
import type { Link } from './page.ts';
import { purposeOfLink } from './purpose.ts';
import { refusalOf } from './refusal.ts';
import { slowness } from './slow.ts';
import { mayPass, type Tour } from './tour.ts';

const RANKS = { signup: RANK.signup, login: RANK.login, delete: RANK.delete, logout: RANK.logout } as const;
const FILE = /\.(?:css|js|mjs|map|png|jpe?g|gif|svg|webp|ico|woff2?|ttf|pdf|zip|gz)$/i;

/** Following a link of a page or a reply; `null` for one to a file. `target`: where it leads. */
export function linkTask(tour: Tour, { text }: Link, { target, depth }: { target: string; depth: number }): Task | null {
  if (FILE.test(pathOf(target))) return null;
  const { purpose, acts } = purposeOfLink({ address: target, text });
  const rank = purpose in RANKS ? RANKS[purpose as keyof typeof RANKS] : RANK.visit;
  const title = /^[\p{L}\p{N} '’&-]{2,40}$/u.test(text) ? text : wordsOf(target);
  return visitTask(tour, get(target, title), { rank, depth: depth + 1, isWrite: acts });
}

/** Asking for an address. */
export function visitTask(tour: Tour, asked: Asked, { rank, depth, isWrite }: Pick<Task, 'rank' | 'depth' | 'isWrite'>): Task {
  const route = kindOfRequest(`${asked.method} ${asked.target}`);
  const run = async () => {
    const visited = await tour.ask(asked, depth);
    if (visited === null) return 'it was not answered';
    const { sent, last } = visited;
    sent.refused = refusalOf(sent, last, null) ?? (isWrite ? null : await slowness(tour, sent));
    if (sent.refused === null) {
      if (isWrite) await tour.written(sent, last, route);
      return null;
    }
    return sent.refused;
  };
  return { key: route, route, rank, depth, isWrite, mayPass, run };
}
