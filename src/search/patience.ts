import type { Observation } from '../model/observation.ts';
import type { Session } from '../model/session.ts';

const LEAST_MS = 3_000;
const SLACK = 10;

/** How long a step that waits for something may take, in milliseconds: ten times as long as the slowest in plays that were as they should be. */
export function patience(plays: readonly Observation[]): number {
  const waits = plays.flatMap(({ exchanges }) => exchanges.map(({ awaited }) => (awaited?.met === true ? awaited.ms : 0)));
  return Math.max(LEAST_MS, Math.ceil(SLACK * Math.max(0, ...waits)));
}

const SPARE_MS = 250;

/** How long work that steps have begun takes at most, and as long again, in milliseconds; 0 where the session waits for none. */
export function idleTime({ steps }: Session, plays: readonly Observation[]): number {
  if (steps.every(({ until }) => until === null)) return 0;
  const waits = plays.flatMap(({ exchanges }) => exchanges.map(({ awaited }) => awaited?.ms ?? 0));
  return Math.ceil(2 * Math.max(0, ...waits)) + SPARE_MS;
}

const LEAST_DEADLINE_MS = 1_000;
const DEADLINE_SLACK = 20;

/** How long a step may take to be answered: twenty times as long as the slowest in the controls, within bounds. */
export function deadline(controls: readonly Observation[], mostMs: number): number {
  const replies = controls.flatMap(({ exchanges }) => exchanges.map(({ reply }) => reply));
  // A stream that was listened to until our own time was up says nothing of the app.
  const slowest = Math.max(
    0,
    ...replies.map((reply) => (reply.outcome === 'answered' && reply.body.state !== 'cut' ? reply.ms : 0)),
  );
  return Math.min(mostMs, Math.max(LEAST_DEADLINE_MS, Math.ceil((DEADLINE_SLACK * slowest) / 100) * 100));
}
