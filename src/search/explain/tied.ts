import type { Suspicion } from '../../model/evidence.ts';
import { boundBy, type Search } from '../axes/axis.ts';
import { Pins } from '../coverage/pins.ts';

/** The steps that suspicions keep together, of those that count. */
export function tiedBy({ suspicions, pins, ties }: Search, counts: (suspicion: Suspicion) => boolean): Pins {
  const own = new Pins(pins.get('sibling')?.steps ?? 0);
  for (const suspicion of suspicions.filter((one) => ties(one) && counts(one))) own.pin(boundBy(suspicion));
  return own;
}

/** It is about the memory of a process, which any restart loses. */
export function isLostInRestarts({ survives }: Search): (suspicion: Suspicion) => boolean {
  return (suspicion) => suspicion.axis === 'successor' || (suspicion.axis === 'sibling' && !survives(suspicion));
}

/** It is about work in its midst, or about how many do it: steps may be parted all the same. */
export function isOfWork({ axis }: Suspicion): boolean {
  return axis === 'enqueuer-death' || axis === 'worker-restart' || axis === 'two-workers';
}
