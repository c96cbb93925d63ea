import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, begun first: begun last, it would keep one worker busy while the others are idle. */
const LONG = [
  /\/fixtures\.test\.ts$/,
  /\/(?:readme|bad-input|audit|services|record|lifecycle|baseline|secrets|restarts)\.test\.ts$|\/explore\/check\.test\.ts$/,
  /\/(?:settling|load|page|dashboard|package|values|lanes|browser)\.test\.ts$|\/jobs\/|\/checks\/effects\.test\.ts$/,
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((pattern) => pattern.test(moduleId));
      return at === -1 ? LONG.length : at;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

// Each Node.js process reads such certificates when it starts, which takes a third of that time; here npm alone needs them.
const { NODE_EXTRA_CA_CERTS: certificates } = process.env;
const env: Partial<Record<string, string>> =
  certificates === undefined ? {} : { NODE_EXTRA_CA_CERTS: '', npm_config_cafile: process.env.npm_config_cafile ?? certificates };

export default defineConfig({
  test: {
    env,
    include: ['test/**/*.test.ts'],
    // Tests start real processes, and wait for them about a quarter of their time.
    maxWorkers: 3,
    maxConcurrency: 2,
    sequence: { sequencer: LongestFirst },
    reporters: ['./test/support/skipped.ts', 'default'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
