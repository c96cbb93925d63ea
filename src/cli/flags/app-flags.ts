import { DEFAULTS } from '../../config/defaults.ts';
import { HOST_NAMES } from '../../model/isolation.ts';
import { SERVICE_NAMES } from '../../model/service.ts';

import { type Flag, flag } from './flag.ts';

const APP = 'App:';

/** Flags of the app, its processes, its services and what is played. */
export const APP_FLAGS: readonly Flag[] = [
  flag('--session <file>', 'sessions', {
    kind: 'list',
    group: APP,
    example: '--session visit.http',
    description: 'session to play: .http, .rest or .har (repeatable; default: the app is visited, and one made of that)',
  }),
  flag('--auth <who>', 'auth', {
    kind: 'text',
    group: APP,
    example: '--auth ada:secret',
    description: 'who visits, where no session is named: user:password, or an Authorization field such as "Bearer …"',
  }),
  flag('--openapi <file or address>', 'openapi', {
    kind: 'text',
    group: APP,
    example: '--openapi docs/openapi.yaml',
    description: 'OpenAPI description that such a visit follows (default: what is found)',
  }),
  flag('--explore-steps <n>', 'explore.steps', {
    kind: 'number',
    group: APP,
    example: '--explore-steps 30',
    description: `requests of the session that is made where none is named (default: ${DEFAULTS.exploreSteps})`,
  }),
  flag('--explore-time <duration>', 'explore.time', {
    kind: 'number',
    group: APP,
    example: '--explore-time 20s',
    description: `how long the app is visited for that (default: ${DEFAULTS.exploreTime})`,
  }),
  flag('--explore-writes', 'explore.writes', {
    kind: 'switch',
    group: APP,
    example: '--explore-writes',
    description: 'write, too, where what is written may stay: to a store of your own',
  }),
  flag('--no-destructive', 'explore.destructive', {
    kind: 'switch',
    group: APP,
    example: '--no-destructive',
    description: 'leave deletes out of that visit',
  }),
  flag('--script', 'script', {
    kind: 'switch',
    group: APP,
    example: '--script',
    description: 'the command is a script that ends: it is run again on the disk that it left (no session needed)',
  }),
  flag('--script-timeout <duration>', 'scriptTimeout', {
    kind: 'number',
    group: APP,
    example: '--script-timeout 10m',
    description: `time that a script may run (default: ${DEFAULTS.scriptTimeout})`,
  }),
  flag('--result <what>', 'results', {
    kind: 'list',
    group: APP,
    example: '--result out.csv',
    description: 'what a script makes: a file, an address, or a table such as postgres:orders (repeatable)',
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
];
