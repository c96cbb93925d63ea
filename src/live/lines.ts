/** A line that is longer is given in parts of this many characters. */
const MAX_LINE = 8_192;

/** Cuts what a process writes into lines, in bounded memory, however it arrives. `flush` gives what has no line break yet. */
export function lineSplitter(onLine: (line: string) => void): { write: (chunk: Buffer) => void; flush: () => void } {
  const decoder = new TextDecoder();
  let rest = '';
  const flush = () => {
    if (rest !== '') onLine(rest);
    rest = '';
  };
  return {
    write(chunk) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines)
        for (let at = 0; at === 0 || at < line.length; at += MAX_LINE) onLine(line.slice(at, at + MAX_LINE));
      while (rest.length > MAX_LINE) {
        onLine(rest.slice(0, MAX_LINE));
        rest = rest.slice(MAX_LINE);
      }
    },
    flush,
  };
}
