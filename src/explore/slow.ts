import { isUnsafe, type Visit } from './asked.ts';
import type { Tour } from './tour.ts';

/** A read that takes longer, twice, is no step: every trial would wait for it. */
const SLOW_MS = 3_000;

/** Why a read is left out of the session: it is slow, also when it is asked again. `null`: it is not. */
export async function slowness(tour: Tour, sent: Visit): Promise<string | null> {
  if (isUnsafe(sent.asked) || sent.reply.ms < SLOW_MS) return null;
  const again = await tour.ask(sent.asked, Number.POSITIVE_INFINITY);
  if (again === null || again.sent.reply.ms < SLOW_MS) return null;
  const why = `it takes ${Math.round(again.sent.reply.ms / 1000)} s, and every trial would wait for it`;
  again.sent.refused = why;
  return why;
}
