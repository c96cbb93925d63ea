import type { Asked, Visit } from './asked.ts';
import type { Identity } from './identity.ts';
import type { KnownIds } from './known-ids.ts';
import type { Visitor } from './visitor.ts';

/** An exploration as the tasks of it see it: who visits, what he knows, and what is to be told of him. */
export interface Tour {
  readonly who: Identity;
  readonly visitor: Visitor;
  readonly ids: KnownIds;
  /** Routes that something names, and why they are not played. */
  readonly missed: Map<string, string>;
  /** What the app refused. */
  readonly refused: Map<string, string>;
  /** Asks, and takes up whatever the reply leads to. Gives what was sent and what was answered last; `null`: nothing was. */
  ask(asked: Asked, depth: number): Promise<{ readonly sent: Visit; readonly last: Visit } | null>;
  /** Whether a route was written to already. */
  hasWritten(route: string): boolean;
  /** To be called after a request that the app took: what was written is read, where it was sent to and where it is listed. */
  written(sent: Visit, last: Visit, what: string): Promise<void>;
  /** Somebody who is known now sees more. */
  cameIn(): Promise<void>;
}

/** A refusal that may be none later: who is not known yet, or has not been told what to send. */
export function mayPass(refusal: string): boolean {
  return /^4(?:00|01|03|09|22|28)/.test(refusal);
}
