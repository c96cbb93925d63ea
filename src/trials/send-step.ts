import type { Exchange } from '../model/observation.ts';
import type { Session } from '../model/session.ts';
import { issuedBy, setsClock } from '../oracle/effects/self-contained.ts';
import { fixedPolicy } from '../router/policies.ts';
import type { Play, SendOptions, Sent } from '../session/play/player.ts';
import { explainSilence } from './silence.ts';
import type { Slot } from './slot.ts';
import type { TestBed } from './test-bed.ts';
import { nameOf, targetOf } from './trial-processes.ts';

/** Sends a step to the process in a slot; what it was answered is redacted. */
export async function sendStep(
  bed: TestBed,
  { session, play, slot, step }: { session: Session; play: Play; slot: Slot; step: number },
  options: SendOptions,
): Promise<{ sent: Sent; exchange: Exchange }> {
  const target = await targetOf(bed, slot);
  bed.router.setPolicy(fixedPolicy(() => target));
  const sent = await play.send(step, options);
  const reply = await explainSilence(sent.reply, slot);
  const exchange = bed.redactor.exchange({
    step,
    by: nameOf(slot),
    visitor: session.steps[step]?.visitor ?? 0,
    request: sent.request,
    reply,
    issued: issuedBy(reply, Object.values(play.generated)),
    setsClock: setsClock(reply, bed.now().toISOString()),
  });
  return { sent, exchange };
}

/** Steps over a step that this play is to do without. */
export function leaveOut(
  bed: TestBed,
  { step, visitor, play, slot }: { step: number; visitor: number; play: Play; slot: Slot },
): { sent: Sent; exchange: Exchange } {
  const sent = play.omit(step);
  const { request, reply } = sent;
  return {
    sent,
    exchange: bed.redactor.exchange({ step, by: nameOf(slot), visitor, request, reply, issued: null, setsClock: false }),
  };
}
