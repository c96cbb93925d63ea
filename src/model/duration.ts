/** How a time is written: `500ms`, `10s`, `1.5m`, `1h`. */
export const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/;

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a time that has been validated: a number of them, or a text of the form `DURATION`. */
export function milliseconds(time: string | number): number {
  if (typeof time === 'number') return time;
  const [, count = '', unit = ''] = DURATION.exec(time) ?? [];
  return Math.round(Number(count) * (MILLISECONDS[unit] ?? Number.NaN));
}

/** In seconds, or minutes and seconds: `58 s`, `2 min 5 s`. */
export function durationWords(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
