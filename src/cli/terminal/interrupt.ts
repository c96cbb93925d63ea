import { EXIT } from '../outcome/exit-code.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls `tell` at the first Ctrl-C or its like, or `now`; the second ends this process at once, whose guardian ends the app's. */
export function interruptible(tell: () => void): Disposable & { readonly now: () => void } {
  let interrupted = false;
  const onSignal = () => {
    if (interrupted) process.exit(EXIT.none);
    interrupted = true;
    tell();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    now: onSignal,
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
