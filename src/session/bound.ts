import { UserError } from '../errors.ts';

/** An audit plays the whole session dozens of times: so many requests are the most that it can take. */
const MAX_REQUESTS = 2_000;

/** Throws a `UserError` if a session has more requests than can be audited. `name`: its file. */
export function refuseTooLong(name: string, requests: number): void {
  if (requests <= MAX_REQUESTS) return;
  throw new UserError(
    'session-too-long',
    `${name} holds ${requests} requests; an audit can take ${MAX_REQUESTS}`,
    'Split it into visits of a few dozen requests each, and name them all: --session one.http --session two.http',
  );
}
