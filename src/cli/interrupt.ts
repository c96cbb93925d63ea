import { EXIT } from './exit-code.ts';

/** Ctrl-C and its kin, while it is in use. */
export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

/** Aborts the signal at the first interruption and calls `tell`; the second ends this process at once, whose guardian ends the app's. */
export function interruptible(tell: () => void): Interrupt {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(EXIT.none);
    tell();
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
