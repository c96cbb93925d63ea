import { z } from 'zod';
import { REPORTER_NAMES } from '../model/config.ts';
import { HOST_NAMES } from '../model/isolation.ts';
import { RULE_IDS } from '../model/rule.ts';
import { CONFIG_FILES, DEFAULTS, MAX_SEED } from './defaults.ts';
import { exploreKeys } from './explore-schema.ts';
import { typeKeys } from './formation-schema.ts';
import { shareOutput, splitReporters } from './reporters.ts';
import { key, list, string } from './schema-key.ts';
import { budget, duration, MAX_TRIALS, whole } from './schema-numbers.ts';
import { scriptKeys } from './script-schema.ts';
import { servicesSchema } from './services-schema.ts';

const PATH = 'a path that begins with /';
const PATTERN = 'a list of path patterns such as "/admin/**": * stands for part of a segment, ** for anything';
const MAX_TTL_DAYS = 3650;
const ORIGIN = 'an origin such as "http://localhost:8080"';
const COMMAND = 'a command, or a list of program and arguments';
const REPORTER = `${REPORTER_NAMES.join(', ')}, with =FILE for all but terminal and github (html must have one)`;

/** The config as a user writes it, in a file or as flags. The message of every issue says what is allowed. */
export const userConfigSchema = z
  .strictObject(
    {
      $schema: string('the address of a JSON Schema').optional().meta({ description: 'For editors.' }),
      app: z
        .strictObject(
          {
            command: command('Command that starts the app; {port} in it becomes the port.', 'node server.js'),
            cwd: key(string('a folder'), 'Folder to start the app in. Default: the folder of this file.', './server'),
            env: key(environment(), 'Variables added to the environment of the app.', { NODE_ENV: 'production' }),
            ready: z
              .strictObject(
                {
                  path: key(
                    z.string({ error: PATH }).regex(/^\//, { error: PATH }),
                    'Path that answers below 400 when a process is ready. Default: it accepts a connection.',
                    '/ready',
                  ),
                  timeout: key(duration(1), `How long a process may take to get ready. Default: ${DEFAULTS.readyTimeout}.`, '30s'),
                },
                { error: 'an object with path and timeout' },
              )
              .optional()
              .meta({ description: 'When a process is ready.', examples: [{ path: '/ready', timeout: '30s' }] }),
            stopGrace: key(duration(), `How long a process may take to obey SIGTERM. Default: ${DEFAULTS.stopGrace}.`, '5s'),
          },
          { error: 'an object with command, cwd, env, ready and stopGrace' },
        )
        .optional()
        .meta({ description: 'The app and how it is started.', examples: [{ command: 'node server.js' }] }),
      command: command('Command that starts the app; {port} in it becomes the port.', 'node server.js'),
      ...typeKeys,
      ...scriptKeys,
      ...exploreKeys,
      sessions: key(oneOrMore('a session file, or a list of them'), 'Session files (.http, .rest, .har) to play.', ['visit.http']),
      variables: key(record(), 'Values for variables of session files.', { user: 'ada' }),
      httpEnv: key(
        string('the name of an environment'),
        'Environment of http-client.env.json or of REST Client that .http files are played in. Default: the only one.',
        'dev',
      ),
      origins: key(
        z.array(
          z
            .string({ error: ORIGIN })
            .refine((text) => /^https?:\/\/[^/?#\s]+\/?$/.test(text) && URL.canParse(text), { error: ORIGIN }),
          { error: `a list of ${ORIGIN}` },
        ),
        'Origins of the app in sessions: requests to others are left out. Default: the one that most requests go to.',
        ['http://localhost:8080'],
      ),
      host: key(
        z.enum(HOST_NAMES, { error: `one of ${HOST_NAMES.join(', ')}` }),
        'Where processes run. Default: the one that keeps disks apart best of those that this machine allows.',
        'overlay',
      ),
      services: key(
        servicesSchema(),
        'Backing services: started for the app on ports of their own and emptied before every trial, or your own by URL, which are only looked at unless they say reset: true (Redis and Memcached).',
        ['redis', 'postgres:DATABASE_URL={url}', { name: 'redis', url: 'redis://localhost:6379/9', reset: true }],
      ),
      prepare: command(
        'Run once before all trials, as in a release phase: every trial begins with what it leaves in the services.',
        'npm run migrate',
      ),
      lanes: key(
        whole(1, 16),
        'How many trials are played side by side, where it is certain that they cannot meet. Default: one for each two cores.',
        2,
      ),
      volumes: key(
        list('a list of paths'),
        'Attached resources, such as a mounted network volume: shared by all processes, and kept.',
        ['./uploads'],
      ),
      seed: key(whole(0, MAX_SEED), 'Decides every choice of the audit. Default: a new one each time.', 42),
      reuseValues: key(
        z.boolean({ error: 'true or false' }),
        'The seed makes the values of sessions too, as in an earlier audit. Default: they are new.',
        true,
      ),
      failFast: key(
        z.boolean({ error: 'true or false' }),
        'The search ends at the first violation that is confirmed, with its minimal pair; the rest is not looked for.',
        true,
      ),
      budget: key(budget(), `Bounds the optional part of the search. Default: ${DEFAULTS.budget}.`, '90 trials'),
      strength: key(
        z.union([z.literal(2), z.literal(3)], { error: '2 or 3' }),
        `Every pattern of this many steps over two processes is played. Default: ${DEFAULTS.strength}.`,
        3,
      ),
      randomTrials: key(whole(0, MAX_TRIALS), `Extra trials with random routing. Default: ${DEFAULTS.randomTrials}.`, 20),
      rules: key(
        z
          .array(z.enum(RULE_IDS, { error: `one of ${RULE_IDS.join(', ')}` }), { error: 'a list of rule ids' })
          .min(1, { error: 'at least one rule id' }),
        'Rules to run. Default: all.',
        ['sticky-session', 'process-memory'],
      ),
      ignore: z
        .strictObject(
          {
            paths: key(patterns(), 'Paths whose replies are never judged.', ['/status', '/admin/**']),
            fields: key(list('a list of field patterns'), 'Fields that are never compared.', [
              'body.$.build',
              'header.x-served-by',
            ]),
          },
          { error: 'an object with paths and fields' },
        )
        .optional()
        .meta({ description: 'What is never judged.', examples: [{ paths: ['/status'] }] }),
      judgePaths: key(
        patterns(),
        'Well-known paths of health and metrics that are to be judged; by default reads of them are left out (docs/sessions.md).',
        ['/metrics'],
      ),
      allowUnjudged: key(
        list('a list of steps: "all", a number, a name, or "METHOD /path"'),
        'Steps that may stay unjudged without spoiling the verdict. Default: none.',
        ['3', 'GET /feed'],
      ),
      changedEnv: key(environment(), 'Variables that a config restart adds or changes.', { LOG_LEVEL: 'debug' }),
      staleness: key(duration(), `How long a read may keep its old answer. Default: ${DEFAULTS.staleness}.`, '500ms'),
      sessionTtl: key(
        duration(1, { days: MAX_TTL_DAYS }),
        'How long an entry of a session may live in a store; one that lives longer is reported. Default: any time, but not for ever.',
        '30d',
      ),
      stepTimeout: key(duration(1), `Deadline of one request. Default: ${DEFAULTS.stepTimeout}.`, '10s'),
      output: key(string('a folder'), `Folder for evidence. Default: ${DEFAULTS.output}.`, '.share-nothing'),
      reporters: key(
        z
          .array(
            z.string({ error: REPORTER }).refine((text) => splitReporters(text).length > 0, { error: REPORTER }),
            { error: `a list of ${REPORTER}` },
          )
          .min(1, { error: 'at least one reporter' })
          .refine((texts) => !shareOutput(texts), {
            error: 'at most one reporter without a file: only one fits on standard output',
          }),
        'How the report is given.',
        ['terminal', 'junit=report.xml'],
      ),
      baseline: key(
        string('a file'),
        'File of known findings, which are no failure; written by --update-baseline.',
        'share-nothing.baseline.json',
      ),
      showValues: key(
        z.boolean({ error: 'true or false' }),
        'Values that only the app knows are stored and shown as they are. Default: others of their shape stand for them (docs/security.md).',
        true,
      ),
      strict: key(z.boolean({ error: 'true or false' }), 'Advice counts as failure. Default: false.', true),
    },
    { error: 'an object: export default defineConfig({ … })' },
  )
  .refine((config) => config.command === undefined || config.app?.command === undefined, {
    path: ['command'],
    error: 'given once: as command or as app.command',
  })
  .meta({ title: 'share-nothing config', description: `What ${CONFIG_FILES.join(', ')} may say.` });

/** The config as a user writes it: every key may be left out. */
export type UserConfig = z.input<typeof userConfigSchema>;

function oneOrMore(allowed: string) {
  return z.union([string(allowed), list(allowed).min(1, { error: allowed })], { error: allowed });
}

function patterns() {
  return z.array(z.string({ error: PATTERN }).regex(/^(?:\/|\*)[^\s()[\]{}|\\^]*$/, { error: PATTERN }), { error: PATTERN });
}

function command(description: string, example: string) {
  return key(
    oneOrMore(COMMAND).refine((words) => [words].flat().every((word) => !word.includes('\0')), {
      error: `${COMMAND}, without NUL`,
    }),
    description,
    example,
  );
}

/** What an operating system takes as variables. */
function environment() {
  const error = 'names without = or NUL, and values without NUL';
  return record().refine(
    (variables) => Object.entries(variables).every(([name, value]) => /^[^=\0]+$/.test(name) && !String(value).includes('\0')),
    {
      error,
    },
  );
}

function record() {
  return z.record(z.string(), z.union([z.string(), z.number(), z.boolean()], { error: 'a text or a number' }), {
    error: 'an object of names and values',
  });
}
