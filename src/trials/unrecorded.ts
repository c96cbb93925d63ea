import { randomUUID } from 'node:crypto';
import { knownSecrets } from '../evidence/redaction/known-secrets.ts';
import { createRedactor } from '../evidence/redaction/redact.ts';
import { redactedError } from '../evidence/redaction/redacted-error.ts';
import type { Config } from '../model/config.ts';
import { openTestBed } from './open-test-bed.ts';
import { prepareServices } from './prepare-services.ts';
import type { TestBed } from './test-bed.ts';

/** Does something on a test bed of its own, with its services ready, of which nothing is kept as evidence. Errors that it throws hold no secrets. */
export async function unrecorded<T>(
  config: Config,
  { name, signal }: { name: string; signal: AbortSignal },
  use: (bed: TestBed) => Promise<T>,
): Promise<T> {
  const redactor = createRedactor(knownSecrets(config, process.env, []), { showValues: config.showValues });
  const ignored = () => {};
  try {
    await using bed = await openTestBed({
      config,
      runId: `${name}-${randomUUID()}`,
      signal,
      redactor,
      record: ignored,
      now: () => new Date(),
      progress: ignored,
    });
    await prepareServices(bed);
    try {
      return await use(bed);
    } finally {
      await bed.leavers.over();
    }
  } catch (error) {
    throw redactedError(error, redactor);
  }
}
