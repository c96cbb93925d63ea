import { z } from 'zod';
import { byMode } from '../model/coverage.ts';

export const count = z.int().min(0);
export const index = z.int().min(0);
export const step = z.strictObject({
  number: z.int().min(1),
  name: z.string().nullable().describe('as the session calls it'),
  request: z.string(),
});

const axis = z.enum([
  'control',
  'sibling',
  'successor',
  'disk',
  'relocation',
  'wipe',
  'worker-disk',
  'worker-restart',
  'enqueuer-death',
  'two-workers',
  'leftover',
]);
const coverage = z.strictObject({
  session: index,
  judged: z.array(index).describe('steps that were judged, from 0'),
  pairsUncovered: z.array(z.tuple([index, index])).describe('pairs of steps never played on two processes'),
  pairs: count,
  triples: count,
  triplesCovered: count,
  restarts: z
    .strictObject(byMode(() => z.array(index)))
    .describe(
      'steps before which a restart of each mode was played; memory takes at once what deploy, crash and config take, and everything the disk as well',
    ),
  implied: z
    .strictObject(byMode(() => z.array(index)))
    .describe(
      'steps before which one that takes more was played and lost nothing, so that one of this mode would lose nothing either',
    ),
  disk: z
    .strictObject({
      pairs: count,
      pairsUncovered: z.array(z.tuple([index, index])),
      wiped: z.array(index).describe('steps before which a process lost the files that it had written while serving'),
    })
    .nullable()
    .describe('what was played with a disk for each process'),
  jobs: z
    .strictObject({
      apart: z.boolean().describe('with a disk for each process that is asked nothing'),
      deaths: z.record(z.string(), z.array(index)).describe('steps before which the process ended right after its reply, by mode'),
      cut: z
        .record(z.string(), z.array(index))
        .describe('steps before which those that are asked nothing ended right after a reply'),
      between: z.record(z.string(), z.array(index)).describe('steps before which those ended when the work was done'),
      more: z.array(z.string()).describe('types with one process more than was asked for'),
    })
    .nullable()
    .describe('what was played of the work that requests begin'),
  cutShort: z.string().nullable().describe('why optional work was left out'),
  pinned: z.array(z.tuple([index, index])).describe('pairs kept together because of a finding'),
});

/** What was and what was not judged of one session. */
export const session = z.strictObject({
  name: z.string(),
  file: z.string(),
  requests: z
    .array(
      step.extend({
        line: count,
        kind: z.enum(['own', 'echo', 'asset']).describe('echo: it asks once more what an earlier step asks'),
        answered: z.string().nullable().describe('what it was answered with on one process, in short; null: it was not'),
        status: z
          .enum(['judged', 'tied', 'waived', 'unjudged'])
          .nullable()
          .describe('what became of it; null: it is none of the session itself'),
      }),
    )
    .describe('every step as played, those that fetch assets last'),
  plays: z
    .array(z.strictObject({ trial: count, axis, schedule: z.string(), differs: z.array(z.int().min(1)) }))
    .describe('every trial that counts, with the steps whose replies differed'),
  steps: count.describe('steps of the session itself'),
  echoes: count.describe('reads that were asked once more at its end, to see what writes had left: steps after those'),
  assets: count.describe('assets that its pages refer to, fetched as steps after those'),
  coverage: coverage.nullable(),
  noise: z.array(z.strictObject({ step: z.int().min(1), field: z.string(), as: z.string() })).describe('fields never compared'),
  unjudged: z
    .array(z.strictObject({ step: z.int().min(1), request: z.string(), reason: z.string(), remedy: z.string() }))
    .describe('steps that could not be judged on every axis'),
  tied: z
    .array(
      z.strictObject({
        step: z.int().min(1),
        with: z.array(z.int().min(1)),
        by: z.enum(['memory', 'disk']),
        findings: z.array(z.string()),
      }),
    )
    .describe('steps judged only together with earlier ones, because of findings'),
  waived: z
    .array(
      z.strictObject({
        what: z.string(),
        by: z.string().describe('a flag, or default'),
        step: z.int().min(1),
        request: z.string(),
        whole: z.boolean().describe('the whole step, not a field of its reply'),
      }),
    )
    .describe('what was not judged because the user said so, or by default'),
  runs: z
    .strictObject({
      elsewhere: count.describe('where it had never run'),
      again: count.describe('where it had run'),
      afterKill: count.describe('where it had been killed'),
    })
    .nullable()
    .describe('how often a script was run; null: it is no script'),
  behind: z
    .strictObject({
      findings: z.array(z.string()).describe('ids of the findings'),
      footing: z.array(z.int().min(1)).describe('steps that were played on every process'),
      refused: z.string().nullable().describe('why they could not be'),
      pairs: count.describe('pairs of other steps that were played on two processes then'),
      pairsOf: count,
      diskPairs: count.nullable().describe('pairs that were played on two disks then'),
      restarts: z.strictObject(byMode(() => count)).describe('steps before which there was a restart then'),
    })
    .nullable()
    .describe('what was played behind findings that tie later steps to earlier ones'),
  unseen: z.array(z.string()).describe('what the audit could not see of the replies'),
  effects: z
    .array(
      z.strictObject({
        step: z.int().min(1),
        request: z.string(),
        kind: z
          .enum(['read', 'unread', 'unread-meant', 'asks', 'refused'])
          .describe('asks: it changes nothing, and is judged by its reply'),
        readBy: z
          .array(z.strictObject({ step: z.int().min(1), paths: z.array(z.string()) }))
          .describe('later steps whose replies differ without it, and where'),
        why: z.string().nullable().describe('null: it was seen by leaving it out'),
      }),
    )
    .describe('what each step that may change something did'),
  writes: z
    .strictObject({
      all: count,
      read: count,
      onOthers: count.describe('read on another process than the one that served the write'),
      after: z.strictObject(byMode(() => count)).describe('read after a restart in between'),
      onOtherDisks: count.nullable().describe('null: no disks were kept apart'),
    })
    .nullable()
    .describe('how many writes were read, and where'),
  state: z
    .array(
      z.strictObject({
        what: z.string(),
        steps: z.array(z.int().min(1)),
        request: z.string(),
        place: z.string().describe('a service, cookie, memory of one process, disk, …; not seen: nowhere that was looked at'),
        detail: z.string().describe('key, path or name there'),
        expiry: z.string().nullable(),
      }),
    )
    .describe('where each kind of state lives that the session has shown'),
});
