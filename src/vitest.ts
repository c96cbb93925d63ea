import { expect } from 'vitest';
import { toBeStateless } from './matcher.ts';

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: as Vitest has it
  interface Matchers<T = any> {
    /** Audits the app that the config describes, as `share-nothing check` does: `await expect({ command, sessions }).toBeStateless()`. */
    toBeStateless(): Promise<T>;
  }
}

expect.extend({ toBeStateless });
