/** Every default, as a user would write it; what is not judged by default is in `well-known-paths.ts`. */
export const DEFAULTS = {
  processes: 2,
  budget: '60s',
  strength: 3,
  randomTrials: 0,
  readyTimeout: '30s',
  stopGrace: '5s',
  scriptTimeout: '5m',
  stepTimeout: '10s',
  exploreSteps: 30,
  exploreTime: '20s',
  staleness: '0ms',
  changedEnv: { SHARE_NOTHING_RELEASE: '2' },
  allowUnjudged: [],
  output: '.share-nothing',
  reporters: ['terminal'],
  strict: false,
} as const;

/** Names under which a config file is found in the current folder; the first one found is used. */
export const CONFIG_FILES: readonly string[] = ['ts', 'mts', 'js', 'mjs', 'json'].map(
  (extension) => `share-nothing.config.${extension}`,
);

/** A seed is a whole number from 0 to this. */
export const MAX_SEED = 0xffff_ffff;
