/** What an exploration reached of an app, and what it did not. Every text may be the app's, and hostile. */
export interface Reached {
  /** Requests that were sent while it looked around, redirects included. */
  readonly requests: number;
  /** Routes that were answered and are played, as `GET /orders/*`. */
  readonly routes: readonly string[];
  /** Routes that something names, and that are not played, with the reason. */
  readonly missed: readonly { readonly route: string; readonly why: string }[];
  /** Forms and calls that may change something and that the app took, as `POST /cart (Add to cart)`. */
  readonly writes: readonly string[];
  /** Those that it refused, with what it said. */
  readonly refused: readonly { readonly what: string; readonly why: string }[];
  /** Why nothing that changes something was sent, in words; `null`: it was. */
  readonly readsOnly: string | null;
  /** Which bound ended it, in words; `null`: there was nothing left to ask for. */
  readonly bound: string | null;
  /** Where routes were found besides links and forms: `server.js`. */
  readonly from: readonly string[];
  /** The session file that was written of it; absolute. */
  readonly file: string;
}
