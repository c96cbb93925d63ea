import type { Journal } from './journal.ts';
import type { Schedule } from './schedule.ts';
import type { StoreJournal } from './stores.ts';

/** What one trial showed. Everything in it is redacted and bounded. */
export interface Observation {
  /** Trial number, from 1, in the order played. */
  readonly trial: number;
  /** 0-based index of the session in the audit. */
  readonly session: number;
  readonly schedule: Schedule;
  /** When it was played, ISO 8601: lets the oracle tell a timestamp of the play from a date that is data. */
  readonly at: string;
  /** One exchange per step, in order; shorter than the session when the trial was cut off. */
  readonly exchanges: readonly Exchange[];
  /** Steps of the schedule's footing that were played once more, in order. */
  readonly replays: readonly Replay[];
  /** Values generated for this play (`$uuid` and the like) by their key. */
  readonly generated: Readonly<Record<string, string>>;
  /** What was written to its disks; `null` where the host cannot tell. */
  readonly journal: Journal | null;
  /** What its services held; `null`: none was looked into in this trial. */
  readonly stores: StoreJournal | null;
  /** Why the trial could not be played to its end, if so; such a trial counts neither way. */
  readonly broken: string | null;
}

/** A step of the footing, played where the next step was to be served. */
export interface Replay {
  /** 0-based index of the step before which it was played. */
  readonly before: number;
  readonly exchange: Exchange;
}

/** A step as sent and as answered. */
export interface Exchange {
  readonly step: number;
  /** Name of the process that served it, with its life: `web.1`, after a restart `web.1'`. */
  readonly by: string;
  /** Which visitor sent it, 0-based. */
  readonly visitor: number;
  readonly request: SentRequest;
  readonly reply: Reply;
  /** The tokens that came with the reply; `null`: there were none. */
  readonly issued: Issued | null;
  /** Whether the reply set cookies, as it came, that tell the time and nothing else. */
  readonly setsClock: boolean;
  /** The last lines that a script wrote to standard error. Hostile text. */
  readonly complaints?: readonly string[];
  /** Where the step waits for something: how long it was asked again, and whether it came; what is told is the last reply. */
  readonly awaited?: { readonly ms: number; readonly met: boolean };
}

/** Tokens that a reply issued, as it came: in evidence they are redacted. */
export interface Issued {
  /** Whether each of them holds something that the visitor sent. */
  readonly carries: boolean;
  /** Their lengths in characters, in ascending order. */
  readonly lengths: readonly number[];
}

export interface SentRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Headers;
  readonly body: string;
}

/** Header fields in the order received, names in lower case. */
export type Headers = readonly (readonly [name: string, value: string])[];

/**
 * `refused`: the process declined the connection. `lost`: nobody knows whether the request took effect. `unsent`: there was nothing
 * to send, as the step before did not lead there.
 */
export type Reply =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      readonly headers: Headers;
      readonly body: Body;
      readonly ms: number;
      readonly tries: number;
    }
  | {
      readonly outcome: 'refused' | 'lost' | 'unsent';
      /** In words that follow `no answer: `. */
      readonly reason: string;
      readonly ms: number;
      /** The last lines of the process, if it has died. Hostile text. */
      readonly output?: readonly string[];
    };

export interface Body {
  /** Decoded text, at most `MAX_BODY_CHARS`; empty for binary content. */
  readonly text: string;
  /** Bytes received after content decoding. */
  readonly bytes: number;
  /** Hash (hex) of all bytes received, keyed anew for each audit: equal within one where the bytes are. */
  readonly digest: string;
  readonly binary: boolean;
  /** `whole`; `cut` by our limit or deadline while the app was still sending; `broken` against its own length or encoding. */
  readonly state: 'whole' | 'cut' | 'broken';
}

/** Whether a method changes nothing (RFC 9110, 9.2.1). */
export function isSafe(method: string): boolean {
  return ['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method.toUpperCase());
}

/** Whether a method asks for what is there: a reply to it may be a copy. */
export function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** First value of a header, by lower-case name. */
export function header(headers: Headers, name: string): string | undefined {
  return headers.find(([key]) => key === name)?.[1];
}

/** All values of a header, by lower-case name. */
export function headerValues(headers: Headers, name: string): string[] {
  return headers.filter(([key]) => key === name).map(([, value]) => value);
}
