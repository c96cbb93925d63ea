import { z } from 'zod';
import { HOST_NAMES } from '../model/isolation.ts';
import { REPORT_VERSION } from '../model/report.ts';
import { RULE_IDS } from '../model/rule.ts';
import { SERVICE_NAMES } from '../model/service.ts';
import { count, index, session, step } from './schema-session.ts';

const ruleId = z.enum(RULE_IDS);
const level = z.enum(['violation', 'advice', 'note']).describe('violation breaks a MUST, advice a SHOULD, note nothing');
const clause = z.enum(['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8']);

const verdict = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pass'), exercised: count.describe('opportunities to fail that were really played') }),
  z.strictObject({ kind: z.literal('fail'), findings: count }),
  z.strictObject({ kind: z.literal('inconclusive'), reason: z.string() }),
  z.strictObject({ kind: z.literal('not-applicable'), reason: z.string() }),
]);

const shown = z.strictObject({ reply: z.string(), when: z.string() });
const arm = z.strictObject({
  trial: count,
  disks: z.enum(['shared', 'own']),
  processes: z.array(z.string()),
  steps: z.array(
    z.strictObject({
      number: z.int().min(1),
      by: z.string(),
      before: z.array(z.string()).describe('what happened just before it'),
      reply: z.string(),
      differs: z.boolean(),
    }),
  ),
});
const reply = z.strictObject({
  status: z.int().nullable().describe('null: no answer'),
  reason: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  type: z.string(),
  body: z.string(),
  bytes: count,
});

const line = z.array(z.strictObject({ text: z.string(), differs: z.boolean() }));
const difference = z
  .array(
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('lines'), expected: line.nullable(), actual: line.nullable() }),
      z.strictObject({ kind: z.literal('folded'), lines: count, differ: z.boolean() }),
    ]),
  )
  .describe('both side by side, as far as they differ: lines in parts; null: nothing stands there');

const finding = z.strictObject({
  id: z.string().describe('stable over seeds; given to replay'),
  fingerprint: z.string().describe('the same over audits, however sessions and steps are called'),
  rule: ruleId,
  known: z.boolean().describe('it is in the baseline: accepted for now, and no failure'),
  level,
  clauses: z.array(clause),
  title: z.string(),
  session: z.string(),
  location: z.strictObject({ file: z.string(), line: count }),
  step: step.nullable(),
  dependsOn: z.array(step),
  warmedBy: z.array(step).describe('earlier steps that left a stale copy behind'),
  through: z.enum(['memory', 'disk', 'boot', 'start', 'store']),
  files: z
    .array(
      z.strictObject({
        path: z.string(),
        kind: z.enum(['upload', 'session', 'database', 'cache', 'asset', 'log', 'lock', 'temporary', 'other']),
        bytes: count,
        writtenBy: step.nullable().describe('who wrote or deleted it; null: a process that booted'),
        deleted: z.boolean(),
      }),
    )
    .describe('files that it is about, as far as could be told'),
  expected: shown,
  actual: shown,
  pair: z.strictObject({ failing: arm, passing: arm }).nullable().describe('both arms as played'),
  replies: z.strictObject({ expected: reply, actual: reply, difference }).nullable().describe('redacted, and cut'),
  differences: z.array(z.string()),
  confirmed: z.strictObject({ failing: count, failingOf: count, passing: count, passingOf: count }),
  observations: z.array(z.string()),
  alsoAffected: z.array(step),
  output: z.array(z.string()).describe('last lines of a process that died of the request'),
  why: z.string(),
  fix: z.string(),
  change: z
    .strictObject({ framework: z.string(), file: z.string(), lines: z.array(z.string()) })
    .nullable()
    .describe('the fix as lines of code, for a framework that is known'),
  schedules: z.strictObject({ failing: z.string(), passing: z.string() }),
  replay: z.string().describe('command that plays the minimal pair again'),
  trials: z.strictObject({ failing: z.array(count), passing: z.array(count) }),
});

const problem = z.strictObject({
  session: index.nullable(),
  step: index.nullable(),
  code: z.string(),
  message: z.string(),
  hint: z.string(),
});

const host = z.enum(HOST_NAMES);
const isolation = z
  .strictObject({
    host,
    open: z.array(z.string()).describe('where what is written was not kept apart'),
    tried: z.array(z.string()).describe('where it was tried, and nothing was seen'),
    volumes: z.array(z.string()),
    refused: z.array(z.strictObject({ host, reason: z.string(), mend: z.string() })),
  })
  .describe('how far the disks of trials were kept apart');

const reached = z.strictObject({
  requests: count.describe('requests that were sent while it looked around'),
  routes: z.array(z.string()).describe('routes that were answered and are played'),
  missed: z
    .array(z.strictObject({ route: z.string(), why: z.string() }))
    .describe('routes that something names, and that are not played'),
  writes: z.array(z.string()).describe('what may change something, and was taken'),
  refused: z.array(z.strictObject({ what: z.string(), why: z.string() })).describe('what the app refused, with what it said'),
  readsOnly: z.string().nullable().describe('why nothing that changes something was sent'),
  bound: z.string().nullable().describe('which bound ended it'),
  from: z.array(z.string()).describe('where routes were found besides links and forms'),
  file: z.string().describe('the session file that was written of it'),
});

/** The JSON report; published as `schema/report.schema.json`. */
export const reportSchema = z
  .strictObject({
    version: z.literal(REPORT_VERSION),
    tool: z.string(),
    audited: z.strictObject({
      at: z.string().describe('when it began (ISO 8601)'),
      ms: count.nullable().describe('how long it took; null: it was cut off'),
      commit: z.string().nullable().describe("the commit of the app's folder, -dirty if files differed from it"),
    }),
    seed: z.int(),
    app: z.strictObject({ command: z.array(z.string()), cwd: z.string() }),
    conclusion: z.enum(['conforms', 'does-not-conform', 'no-verdict']),
    strict: z.boolean().describe('advice counts as failure'),
    values: z
      .enum(['disguised', 'shown'])
      .describe('what stands for values that only the app knows: others of their shape, or they themselves'),
    isolation: isolation.nullable(),
    formation: z
      .array(z.strictObject({ name: z.string(), count }))
      .describe('process types, web first, and how many of each stood side by side'),
    services: z
      .array(
        z.strictObject({
          name: z.enum(SERVICE_NAMES),
          origin: z.string().describe('the program that was started, or your own'),
          resets: z.boolean().describe('every trial began with the same in it'),
        }),
      )
      .describe('services that the app was given by name'),
    reached: reached
      .nullable()
      .describe('what was reached of the app, where its session was made by visiting it; null: it was named'),
    sessions: z.array(session),
    rules: z.array(
      z.strictObject({
        id: ruleId,
        level,
        clauses: z.array(clause),
        title: z.string(),
        why: z.string().describe('what it is for, whatever the app'),
        fix: z.string().describe('what mends a breach of it, whatever the app'),
        verdict,
      }),
    ),
    clauses: z.array(z.strictObject({ clause, title: z.string(), verdict })),
    findings: z.array(finding),
    problems: z.array(problem),
    baseline: z
      .strictObject({
        file: z.string(),
        mended: z.array(
          z.strictObject({
            fingerprint: z.string(),
            rule: z.string(),
            requests: z.array(z.string()),
            tied: z.array(z.string()).describe('kinds of requests that it tied'),
          }),
        ),
        behind: z
          .array(z.strictObject({ session: z.string(), step: z.int().min(1), request: z.string() }))
          .describe('steps that a known finding ties, and did not when the baseline was written'),
      })
      .nullable()
      .describe('what findings were held against'),
    trials: count,
    interrupted: z.boolean(),
  })
  .meta({
    title: 'share-nothing report',
    description: `Version ${REPORT_VERSION} of what --reporter json gives. Strings from the audited app are hostile text.`,
  });
