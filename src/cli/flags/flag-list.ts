import { DEFAULTS } from '../../config/defaults.ts';
import { REPORTER_NAMES } from '../../model/config.ts';
import { RULE_IDS } from '../../model/rule.ts';

import { APP_FLAGS } from './app-flags.ts';
import { type Flag, flag } from './flag.ts';

const SEARCH = 'Search:';
const JUDGING = 'Judging:';
const OUTPUT = 'Output:';

/** Every flag that sets a key of the config. */
export const FLAGS: readonly Flag[] = [
  ...APP_FLAGS,
  flag('--lanes <n>', 'lanes', {
    kind: 'number',
    group: SEARCH,
    example: '--lanes 2',
    description: 'trials played side by side, where it is certain that they cannot meet (default: one for each two cores)',
  }),
  flag('--processes <n>', 'processes', {
    kind: 'number',
    group: SEARCH,
    example: '--processes 3',
    description: `processes side by side (default: ${DEFAULTS.processes})`,
  }),
  flag('--seed <n>', 'seed', {
    kind: 'number',
    group: SEARCH,
    example: '--seed 42',
    description: 'decides every choice (default: a new one)',
  }),
  flag('--reuse-values', 'reuseValues', {
    kind: 'switch',
    group: SEARCH,
    example: '--reuse-values',
    description: 'the seed makes the values of sessions too',
  }),
  flag('--fail-fast', 'failFast', {
    kind: 'switch',
    group: SEARCH,
    example: '--fail-fast',
    description: 'end at the first violation, with its minimal pair; the rest is not looked for',
  }),
  flag('--budget <budget>', 'budget', {
    kind: 'number',
    group: SEARCH,
    example: '--budget 90trials',
    description: `time or trials for the optional part (default: ${DEFAULTS.budget})`,
  }),
  flag('--strength <n>', 'strength', {
    kind: 'number',
    group: SEARCH,
    example: '--strength 3',
    description: `every pattern of 2 or 3 steps is played (default: ${DEFAULTS.strength})`,
  }),
  flag('--random-trials <n>', 'randomTrials', {
    kind: 'number',
    group: SEARCH,
    example: '--random-trials 20',
    description: `more trials, routed at random (default: ${DEFAULTS.randomTrials})`,
  }),
  flag('--step-timeout <duration>', 'stepTimeout', {
    kind: 'number',
    group: SEARCH,
    example: '--step-timeout 20s',
    description: `deadline of one request (default: ${DEFAULTS.stepTimeout})`,
  }),
  flag('--changed-env <key=value>', 'changedEnv', {
    kind: 'pairs',
    group: SEARCH,
    example: '--changed-env LOG_LEVEL=debug',
    description: 'variable that a config restart changes (repeatable; default: SHARE_NOTHING_RELEASE=2)',
  }),
  flag('--rule <id>', 'rules', {
    kind: 'list',
    group: JUDGING,
    example: '--rule sticky-session',
    description: `run only this rule (repeatable): ${RULE_IDS.join(', ')}`,
  }),
  flag('--ignore-path <glob>', 'ignore.paths', {
    kind: 'list',
    group: JUDGING,
    example: '--ignore-path /status',
    description: 'never judge this path (repeatable)',
  }),
  flag('--judge-path <glob>', 'judgePaths', {
    kind: 'list',
    group: JUDGING,
    example: '--judge-path /metrics',
    description: 'judge this path, which is left out by default (repeatable; list: docs/sessions.md)',
  }),
  flag('--ignore-field <pattern>', 'ignore.fields', {
    kind: 'list',
    group: JUDGING,
    example: "--ignore-field 'body.$.build'",
    description: 'never compare this field (repeatable)',
  }),
  flag('--allow-unjudged <step>', 'allowUnjudged', {
    kind: 'list',
    group: JUDGING,
    example: '--allow-unjudged 3',
    description: 'step that may stay unjudged: its number, name or "METHOD /path", or all (repeatable)',
  }),
  flag('--session-ttl <duration>', 'sessionTtl', {
    kind: 'number',
    group: JUDGING,
    example: '--session-ttl 30d',
    description: 'how long sessions may live in a store (default: any time, but not for ever)',
  }),
  flag('--staleness <duration>', 'staleness', {
    kind: 'number',
    group: JUDGING,
    example: '--staleness 500ms',
    description: `how long a read may be outdated (default: ${DEFAULTS.staleness})`,
  }),
  flag('--baseline <file>', 'baseline', {
    kind: 'text',
    group: JUDGING,
    example: '--baseline share-nothing.baseline.json',
    description: 'known findings: they are told, and no failure (written by --update-baseline)',
  }),
  flag('--strict', 'strict', { kind: 'switch', group: JUDGING, example: '--strict', description: 'advice counts as failure' }),
  flag('--show-values', 'showValues', {
    kind: 'switch',
    group: OUTPUT,
    example: '--show-values',
    description: 'show what only the app knows as it is, not by others of its shape',
  }),
  flag('--output <dir>', 'output', {
    kind: 'text',
    group: OUTPUT,
    example: '--output .share-nothing',
    description: `folder for evidence (default: ${DEFAULTS.output})`,
  }),
  flag('--reporter <names>', 'reporters', {
    kind: 'list',
    group: OUTPUT,
    example: '--reporter terminal,junit=report.xml',
    description: `${REPORTER_NAMES.join(', ')}, or NAME=FILE (repeatable, or with commas; default: terminal)`,
  }),
];
