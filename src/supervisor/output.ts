/** Characters of a process's output that are kept. */
const KEPT = 32_768;
const MAX_LINES = 100;
const MAX_LINE = 500;

/** The end of what a process wrote, in bounded memory, however much it writes. */
export interface Output {
  readonly write: (chunk: Buffer) => void;
  /** The last lines, each cut to a bound; empty lines left out. Hostile text. */
  lines(): string[];
}

/** An empty ring. */
export function createOutput(): Output {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    write(chunk) {
      chunks.push(chunk.length > KEPT ? chunk.subarray(-KEPT) : chunk);
      size += chunk.length;
      if (size > 4 * KEPT) {
        chunks = [Buffer.concat(chunks).subarray(-KEPT)];
        size = KEPT;
      }
    },
    lines() {
      const text = Buffer.concat(chunks).subarray(-KEPT).toString('utf8');
      return text
        .split(/\r?\n/)
        .filter((line) => line.trim() !== '')
        .slice(-MAX_LINES)
        .map((line) => (line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line));
    },
  };
}
