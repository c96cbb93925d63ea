import type { Input } from './terminal.ts';

export interface KeysOptions {
  /** Whether keys act at once, or only with Enter: on a terminal that is dumb. */
  readonly raw: boolean;
  readonly pressed: (key: string) => void;
  /** Ctrl-C. */
  readonly interrupted: () => void;
}

const INTERRUPT = '\u0003';
const SUSPEND = '\u001a';
/** An arrow or function key comes as several characters, which are none of ours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how they begin
const SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|O.)?/g;

/** Listens to the keys of a terminal until it is disposed of; what is no terminal is not read. */
export function listenToKeys(input: Input | undefined, { raw, pressed, interrupted }: KeysOptions): Disposable {
  if (input?.isTTY !== true) return { [Symbol.dispose]() {} };
  const isRaw = raw && input.setRawMode !== undefined;
  const setRaw = (on: boolean) => {
    if (isRaw) input.setRawMode?.(on);
  };
  const onData = (chunk: Buffer) => {
    const text = chunk.toString('utf8').replace(SEQUENCE, '');
    for (const key of isRaw ? text : text.split(/\r?\n/).map((line) => line.trim()[0] ?? '')) {
      if (key === INTERRUPT) interrupted();
      else if (key === SUSPEND) suspend();
      else if (key !== '' && key !== '\r' && key !== '\n') pressed(key);
    }
  };
  const suspend = () => {
    setRaw(false);
    process.once('SIGCONT', () => setRaw(true));
    process.kill(process.pid, 'SIGTSTP');
  };
  setRaw(true);
  input.on('data', onData);
  input.on('error', () => {});
  input.resume();
  return {
    [Symbol.dispose]() {
      input.off('data', onData);
      input.pause();
      setRaw(false);
    },
  };
}
