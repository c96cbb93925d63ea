import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import { describeExit } from '../supervisor/hosts/host.ts';
import { createSupervisor } from '../supervisor/supervisor.ts';
import type { TestBed } from './test-bed.ts';

const LONGEST_MS = 10 * 60_000;
const SHOWN_LINES = 20;

/**
 * Runs the command of the release phase once, on a disk of its own, and keeps what it left in the services: every trial begins with that. Throws
 * a UserError with its last lines if it fails.
 */
export async function prepareServices(bed: TestBed): Promise<void> {
  const { config, services, host, signal } = bed;
  if (config.prepare === null) return;
  const supervisor = createSupervisor({ app: { ...config.app, command: config.prepare }, signal, ...bed.run });
  const disk = await host.createDisk({ hostname: null });
  try {
    const release = await supervisor.start('release', { disk, serves: false });
    const exit = await Promise.race([release.fellSilent, wait(LONGEST_MS, null, { signal, ref: false })]);
    signal.throwIfAborted();
    if (exit === null || exit.code !== 0) {
      throw new UserError(
        'prepare-failed',
        `--prepare failed: ${config.prepare.join(' ')} ${exit === null ? `did not end within ${LONGEST_MS / 60_000} minutes` : describeExit(exit)}`,
        'Run it by hand. It is given the same variables as the app: those of --env and of its services.',
        { details: release.output().slice(-SHOWN_LINES) },
      );
    }
  } finally {
    await supervisor.stopAll();
    await disk.dispose();
  }
  for (const service of services) await service.snapshot();
}
