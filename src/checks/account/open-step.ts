/** A step that no verdict can be given of. */
export interface OpenStep {
  /** From 0. */
  readonly step: number;
  readonly reason: string;
  readonly remedy: string;
  /** It went wrong in some trial, and no cause was found: there may be a sin behind it. */
  readonly differed?: boolean;
}

/** How a step is waived, in words that follow a remedy. */
export function waive(step: number): string {
  return `or waive it: --allow-unjudged ${step + 1}`;
}
