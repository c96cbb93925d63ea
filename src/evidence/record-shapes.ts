import { z } from 'zod';
import { UserError } from '../errors.ts';
import { byMode } from '../model/coverage.ts';
import type { EvidenceRecord } from '../model/evidence.ts';

const texts = z.array(z.string());
const numbers = z.array(z.int());
const headers = z.array(z.tuple([z.string(), z.string()]));
const step = z.int().min(0);
const pairs = z.array(z.tuple([step, step]));

const schedule = z.looseObject({
  axis: z.string(),
  placement: z.array(step),
  restarts: z.array(z.looseObject({ before: step, slot: step, mode: z.string() })),
  wipes: z.array(z.looseObject({ before: step, slot: step })),
  footing: z.array(step),
  variant: z.looseObject({ kind: z.string() }),
});

const answered = z.looseObject({
  outcome: z.literal('answered'),
  status: z.int(),
  headers,
  body: z.looseObject({ text: z.string(), bytes: z.number(), digest: z.string(), binary: z.boolean(), state: z.string() }),
  ms: z.number(),
});
const silent = z.looseObject({ outcome: z.enum(['refused', 'lost', 'unsent']), reason: z.string() });

const exchange = z.looseObject({
  step,
  by: z.string(),
  visitor: z.int(),
  request: z.looseObject({ method: z.string(), target: z.string(), headers, body: z.string() }),
  reply: z.union([answered, silent]),
  issued: z.looseObject({ carries: z.boolean(), lengths: numbers }).nullable(),
});

const entry = z.looseObject({
  step: step.nullable(),
  by: z.string(),
  path: z.string(),
  change: z.string(),
  bytes: z.number(),
  kind: z.string(),
});

const looked = z.looseObject({ name: z.string(), before: z.int(), truncated: z.boolean(), isWritten: z.boolean() });
const change = z.looseObject({
  step,
  service: z.string(),
  key: z.string(),
  change: z.string(),
  expiry: z.looseObject({ kind: z.string() }),
  isSession: z.boolean(),
});

const observation = z.looseObject({
  trial: z.int().min(1),
  session: step,
  schedule,
  at: z.string(),
  exchanges: z.array(exchange),
  replays: z.array(z.looseObject({ before: step, exchange })),
  generated: z.record(z.string(), z.string()),
  journal: z.looseObject({ entries: z.array(entry), truncated: z.boolean() }).nullable(),
  stores: z.looseObject({ services: z.array(looked), changes: z.array(change), truncated: z.boolean() }).nullable(),
  broken: z.string().nullable(),
});

const restarts = z.looseObject(byMode(() => numbers));

/** What the judge relies on of each kind of record; of kinds that are not listed it is that they have one. */
const SHAPES: Readonly<Record<string, z.ZodType>> = {
  audit: z.looseObject({
    tool: z.string(),
    at: z.string(),
    commit: z.string().nullable(),
    seed: z.number(),
    app: z.looseObject({ command: texts, cwd: z.string(), envNames: texts, dependencies: texts }),
    sessions: z.array(
      z.looseObject({
        name: z.string(),
        file: z.string(),
        steps: z.array(
          z.looseObject({
            name: z.string().nullable(),
            line: z.number(),
            method: z.string(),
            target: z.string(),
            kind: z.string(),
          }),
        ),
      }),
    ),
    rules: texts,
    ignore: z.looseObject({ paths: texts, fields: texts }),
    allowUnjudged: texts,
    values: z.enum(['disguised', 'shown']),
    invocation: z.looseObject({}),
    withheld: z.looseObject({ env: texts, variables: texts, changedEnv: texts, command: z.boolean() }),
  }),
  observation: z.looseObject({ observation }),
  suspicion: z.looseObject({
    session: step,
    number: step,
    step,
    moved: step,
    axis: z.string(),
    sources: numbers,
    warm: numbers,
    failing: numbers,
    passing: numbers,
    probes: z.array(z.looseObject({ kind: z.string(), trials: numbers, ran: z.boolean() })),
    affected: numbers,
    footing: numbers,
    within: z.array(z.looseObject({ step, sources: numbers, trial: z.int() })),
    subtracted: texts,
    again: z.looseObject({ controls: numbers, failing: numbers, passing: numbers }).nullable(),
  }),
  coverage: z.looseObject({
    session: step,
    judged: numbers,
    pairs: z.number(),
    pairsUncovered: pairs,
    pinned: pairs,
    restarts,
    implied: restarts,
  }),
  problem: z.looseObject({
    session: step.nullable(),
    step: step.nullable(),
    code: z.string(),
    message: z.string(),
    hint: z.string(),
  }),
};

/** A record as it was read, if it has the shape of its kind. Throws a `UserError` that names the place if it has not. */
export function checkedRecord(value: unknown, place: string): EvidenceRecord {
  const kind = z.looseObject({ kind: z.string() }).safeParse(value);
  const shape = kind.success && Object.hasOwn(SHAPES, kind.data.kind) ? SHAPES[kind.data.kind] : undefined;
  const checked = kind.success && shape !== undefined ? shape.safeParse(value) : kind;
  if (checked.success) return value as EvidenceRecord;
  const [issue] = checked.error.issues;
  throw new UserError(
    'evidence-invalid',
    `${place} is no record of an audit: ${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'has another shape'}`,
    'Evidence must not be edited: run the audit again.',
  );
}
