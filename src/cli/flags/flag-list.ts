import { DEFAULTS } from '../../config/defaults.ts';
import { REPORTER_NAMES } from '../../model/config.ts';
import { HOST_NAMES } from '../../model/isolation.ts';
import { RULE_IDS } from '../../model/rule.ts';
import { SERVICE_NAMES } from '../../model/service.ts';

/** A setting of the config as a flag. */
export interface Flag {
  readonly flag: string;
  /** The key of the config that it sets. */
  readonly path: readonly string[];
  readonly description: string;
  readonly example: string;
  readonly group: string;
  /** `list`, `pairs` (NAME=VALUE) and `counts` (the same with numbers, or several with commas) may be repeated. */
  readonly kind: 'text' | 'number' | 'list' | 'pairs' | 'counts' | 'switch';
}

const APP = 'App:';
const SEARCH = 'Search:';
const JUDGING = 'Judging:';
const OUTPUT = 'Output:';

/** Every flag that sets a key of the config. */
export const FLAGS: readonly Flag[] = [
  flag('--session <file>', 'sessions', {
    kind: 'list',
    group: APP,
    example: '--session visit.http',
    description: 'session to play: .http, .rest or .har (repeatable)',
  }),
  flag('--var <name=value>', 'variables', {
    kind: 'pairs',
    group: APP,
    example: '--var user=ada',
    description: 'value for a variable of the sessions (repeatable)',
  }),
  flag('--http-env <name>', 'httpEnv', {
    kind: 'text',
    group: APP,
    example: '--http-env dev',
    description: 'environment that .http files are played in (default: the only one)',
  }),
  flag('--origin <url>', 'origins', {
    kind: 'list',
    group: APP,
    example: '--origin http://localhost:8080',
    description: "the app's origin in sessions (repeatable; default: the commonest)",
  }),
  flag('--env <key=value>', 'app.env', {
    kind: 'pairs',
    group: APP,
    example: '--env NODE_ENV=production',
    description: "variable of the app's environment (repeatable)",
  }),
  flag('--cwd <dir>', 'app.cwd', {
    kind: 'text',
    group: APP,
    example: '--cwd server',
    description: 'folder to start the app in (default: the current one)',
  }),
  flag('--ready <path>', 'app.ready.path', {
    kind: 'text',
    group: APP,
    example: '--ready /ready',
    description: 'path that answers below 400 when a process is ready (default: its port opens)',
  }),
  flag('--ready-timeout <duration>', 'app.ready.timeout', {
    kind: 'number',
    group: APP,
    example: '--ready-timeout 60s',
    description: `time to get ready (default: ${DEFAULTS.readyTimeout})`,
  }),
  flag('--stop-grace <duration>', 'app.stopGrace', {
    kind: 'number',
    group: APP,
    example: '--stop-grace 10s',
    description: `time to obey SIGTERM (default: ${DEFAULTS.stopGrace})`,
  }),
  flag('--host <name>', 'host', {
    kind: 'text',
    group: APP,
    example: '--host plain',
    description: `where processes run: ${HOST_NAMES.join(' or ')} (default: the best that works here); with copy a clean app ends with exit code 2, as not all files are seen`,
  }),
  flag('--service <name>', 'services', {
    kind: 'list',
    group: APP,
    example: '--service redis',
    description: `${SERVICE_NAMES.join(', ')}: started for the audit, empty when a trial begins (repeatable; :NAME={url} names other variables, :URL your own, which is only looked at)`,
  }),
  flag('--prepare <command>', 'prepare', {
    kind: 'text',
    group: APP,
    example: '--prepare "npm run migrate"',
    description: 'run once before all trials, which begin with what it leaves in the services',
  }),
  flag('--formation <type=n>', 'formation', {
    kind: 'counts',
    group: APP,
    example: '--formation web=2,worker=1',
    description: `processes of each type of the Procfile in a trial (default: web=${DEFAULTS.processes}, others 1; release runs once before)`,
  }),
  flag('--ready-log <type=text>', 'readyLog', {
    kind: 'pairs',
    group: APP,
    example: '--ready-log worker=ready',
    description: 'what a type without a port writes when it is ready (repeatable; default: it is not waited for)',
  }),
  flag('--ready-delay <type=duration>', 'readyDelay', {
    kind: 'pairs',
    group: APP,
    example: '--ready-delay worker=2s',
    description: 'time until a type without a port is ready (repeatable)',
  }),
  flag('--volume <path>', 'volumes', {
    kind: 'list',
    group: APP,
    example: '--volume ./uploads',
    description: 'attached resource, shared by all processes and kept (repeatable)',
  }),
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

function flag(flag: string, key: string, rest: Omit<Flag, 'flag' | 'path'>): Flag {
  return { flag, path: key.split('.'), ...rest };
}
