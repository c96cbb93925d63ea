import { isSafe } from '../../model/observation.ts';
import type { Played, SessionSearch } from '../session-search.ts';

/** Whether a session waits for the outcome of work that its requests begin. */
export function waitsForWork({ session }: SessionSearch): boolean {
  return session.steps.some(({ until }) => until !== null);
}

/** The last step before another one that may change something; the one just before it if none does. */
export function lastWriteBefore({ session }: SessionSearch, step: number): number {
  const write = session.steps.findLastIndex(({ method }, index) => index < step && !isSafe(method));
  return write === -1 ? Math.max(0, step - 1) : write;
}

/** Judged steps after the first one that differs which differ as well. */
export function laterDifferences(sessionSearch: SessionSearch, played: Played, first: number): number[] {
  return sessionSearch.judgedOwn().filter((step) => step > first && sessionSearch.resultAt(played, step) === 'different');
}
