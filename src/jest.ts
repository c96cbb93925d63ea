import { toBeStateless } from './matcher.ts';

declare global {
  namespace jest {
    interface Matchers<R> {
      /** Audits the app that the config describes, as `share-nothing check` does: `await expect({ command, sessions }).toBeStateless()`. */
      toBeStateless(): Promise<R>;
    }
  }
}

const { expect } = globalThis as { expect?: { extend(matchers: object): void } };
if (expect === undefined) throw new Error('share-nothing/jest is for tests: name it in setupFilesAfterEnv, or import it in a test');
expect.extend({ toBeStateless });
