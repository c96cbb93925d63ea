/** Audits have fewer: by so many the addresses of visitors of one trial lie apart. */
export const MOST_TRIALS = 8191;

/** A visitor's own address in the range set aside for benchmarks (RFC 2544), so that limits by address do not add up over trials and audits. */
export function visitorAddress(number: number): string {
  return `198.${18 + ((number >> 16) & 1)}.${(number >> 8) & 255}.${number & 255}`;
}
