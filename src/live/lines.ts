/** Of a longer line only so many characters are given. */
const MAX_LINE = 8_192;

/**
 * Cuts what a process writes into lines, in bounded memory, however it arrives. A line that is too long ends with the number of characters
 * that are left out. `flush` gives what has no line break yet.
 */
export function lineSplitter(onLine: (line: string) => void): { write: (chunk: Buffer) => void; flush: () => void } {
  const decoder = new TextDecoder();
  let rest = '';
  let left = 0;
  const add = (text: string) => {
    const room = MAX_LINE - rest.length;
    rest += text.slice(0, room);
    left += Math.max(0, text.length - room);
  };
  const end = () => {
    onLine(left === 0 ? rest.replace(/\r$/, '') : `${rest}… and ${left} more characters`);
    rest = '';
    left = 0;
  };
  return {
    write(chunk) {
      const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
      add(first);
      for (const text of others) {
        end();
        add(text);
      }
    },
    flush() {
      if (rest !== '') end();
    },
  };
}
