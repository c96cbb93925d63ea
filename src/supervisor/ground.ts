import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { UserError } from '../errors.ts';
import type { App } from '../model/app.ts';
import type { HostName, Isolation } from '../model/isolation.ts';
import { newBrand } from './brand.ts';
import { type Guardian, startGuardian } from './guardian.ts';
import { chooseHost } from './hosts/choose.ts';
import type { Host } from './hosts/host.ts';
import { removeAbandoned } from './owner.ts';

/** What processes of an app stand on: a host for their disks, and a guardian that outlives us. */
export interface Ground {
  readonly host: Host;
  readonly isolation: Isolation;
  readonly guardian: Guardian;
  /** See `Brand.hard`. */
  readonly brand: number | null;
}

export interface GroundOptions {
  readonly app: App;
  readonly runId: string;
  /** The host asked for; `null`: the best that works here. */
  readonly host: HostName | null;
  readonly volumes: readonly string[];
  /** Absolute paths of folders of ours that all processes share, and that are to be removed at the end. */
  readonly shared: readonly string[];
}

/** Removes what killed runs have left behind, starts a guardian and chooses the host. Throws a UserError if the app has no folder to start in, or the host asked for cannot be had. */
export async function openGround({ app, runId, host: wanted, volumes, shared }: GroundOptions): Promise<Ground> {
  if (!(statSync(app.cwd, { throwIfNoEntry: false })?.isDirectory() ?? false))
    throw new UserError(
      'cwd-not-a-folder',
      `the app cannot be started in ${app.cwd}: there is no such folder`,
      'Name the folder that its command is meant for: --cwd DIR.',
    );
  await removeAbandoned();
  const brand = newBrand();
  const guardian = startGuardian(runId, brand);
  for (const folder of shared) guardian.keep(folder);
  const { command, cwd, env } = app;
  const named = command.filter((part) => isAbsolute(part));
  try {
    const options = { cwd, volumes, shared, named, env: { ...process.env, ...env }, guard: guardian.keep };
    return { ...(await chooseHost(wanted, options)), guardian, brand };
  } catch (error) {
    await guardian.close();
    throw error;
  }
}
