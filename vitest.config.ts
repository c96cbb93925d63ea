import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests start real processes, and wait for them about a quarter of their time.
    maxWorkers: 3,
    maxConcurrency: 2,
    reporters: ['./test/support/skipped.ts', 'default'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
