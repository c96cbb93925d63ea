import { setTimeout as wait } from 'node:timers/promises';
import type { Exchange } from '../model/observation.ts';
import type { Until } from '../model/until.ts';
import type { Sent } from '../session/play/player.ts';
import { isMet } from '../session/play/until.ts';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/**
 * How long a step that waits for something may take: in milliseconds at most, or as long as a queue may need to hand work out again whose worker
 * has died, which may be longer than the step says.
 */
export type Patience = { readonly kind: 'usual'; readonly ms: number } | { readonly kind: 'redelivery' };

const REDELIVERY = 3;

/** How long a step waits, in milliseconds. */
export function timeFor({ withinMs }: Until, patience: Patience | undefined): number {
  if (patience === undefined) return withinMs;
  return patience.kind === 'redelivery' ? REDELIVERY * withinMs : Math.min(withinMs, patience.ms);
}

type Answer = { readonly sent: Sent; readonly exchange: Exchange };

/**
 * Asks again until a step's reply is what the step waits for, or so many milliseconds have passed; the last answer counts. One that could not be
 * sent is not asked again.
 */
export async function waitUntil(
  until: Until,
  first: Answer,
  { again, withinMs, signal }: { again: () => Promise<Answer>; withinMs: number; signal: AbortSignal },
): Promise<Answer> {
  const began = performance.now();
  let answer = first;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, 2 * pause)) {
    const met = isMet(until.demand, answer.sent.reply);
    const ms = performance.now() - began;
    if (met || ms >= withinMs || answer.exchange.reply.outcome === 'unsent')
      return { sent: withDemand(answer.sent, until, { met, ms }), exchange: { ...answer.exchange, awaited: { ms, met } } };
    await wait(Math.min(pause, Math.max(1, withinMs - ms)), undefined, { signal });
    answer = await again();
  }
}

const SHOWN = 200;

/** What the author waits for is what he demands. */
function withDemand(sent: Sent, { text }: Until, { met, ms }: { met: boolean; ms: number }): Sent {
  if (met) return sent;
  const { reply } = sent;
  const body = reply.outcome === 'answered' ? reply.body.text.replace(/\s+/g, ' ').trim() : '';
  const seen =
    reply.outcome === 'answered'
      ? `${reply.status} ${body.length > SHOWN ? `${body.slice(0, SHOWN)}…` : body}`.trim()
      : 'no answer';
  const failed = `waited ${(ms / 1000).toFixed(1)} s until ${text}, which never came: the last reply was ${seen}`;
  return { ...sent, failedExpectations: [...sent.failedExpectations, failed] };
}
