/** What a step waits for: it is asked again until its reply is so. */
export interface Until {
  readonly demand: Demand;
  /** How long it may take, in milliseconds. */
  readonly withinMs: number;
  /** The demand as it was written. */
  readonly text: string;
}

export type Demand =
  | { readonly kind: 'status'; readonly allowed: readonly number[] }
  /** The body holds this text. */
  | { readonly kind: 'text'; readonly text: string }
  /** There is such a value, and it is neither empty nor `false`. */
  | { readonly kind: 'there'; readonly from: Place }
  | { readonly kind: 'compares'; readonly from: Place; readonly operator: Comparison; readonly operand: string };

/** Where a value stands in a reply: a field of its header, or what lies at a JSONPath in its body. */
export type Place = { readonly kind: 'header'; readonly name: string } | { readonly kind: 'json'; readonly path: string };

export type Comparison = '==' | '!=' | '>' | '>=' | '<' | '<=';
