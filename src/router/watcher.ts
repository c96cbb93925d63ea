/** Is told how a request fares. Nobody waits for it, and nothing that it is given may be changed. */
export interface Watcher {
  /** A part of the request's body, as it is sent on. */
  sent(chunk: Buffer): void;
  /** The header section of the app's reply: names and values in turn. */
  began(status: number, rawHeaders: readonly string[]): void;
  /** A part of the reply's body, before it is passed on. */
  received(chunk: Buffer): void;
  /** It is over. `status`: as the client got it, 0 if it got none; `whole`: the reply was passed on to its end. */
  ended(end: { readonly status: number; readonly whole: boolean }): void;
}
