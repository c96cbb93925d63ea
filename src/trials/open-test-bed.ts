import { availableParallelism } from 'node:os';
import type { Redactor } from '../evidence/redaction/redact.ts';
import type { App } from '../model/app.ts';
import type { Config } from '../model/config.ts';
import type { EvidenceRecord } from '../model/evidence.ts';
import { startRouter } from '../router/router.ts';
import { openServices } from '../services/open-services.ts';
import { openGround } from '../supervisor/ground.ts';
import { createNumbers, createSupervisor } from '../supervisor/supervisor.ts';
import { createEqualBoot } from './equal-boot.ts';
import { createLeavers } from './leavers.ts';
import { prepareServices } from './prepare-services.ts';
import { randomStream } from './random.ts';
import type { ProgressNews, TestBed } from './test-bed.ts';

export interface TestBedOptions {
  readonly config: Config;
  /** Names the audit, as no other on this machine is named: processes are marked with it. */
  readonly runId: string;
  readonly signal: AbortSignal;
  /** Whatever is recorded or told goes through it. */
  readonly redactor: Redactor;
  readonly record: (record: EvidenceRecord) => void;
  /** By default never. */
  readonly isEnough?: () => boolean;
  readonly now: () => Date;
  readonly progress: (news: ProgressNews) => void;
}

/** Starts the router and makes ready to start processes. Disposing ends everything that was started. */
export async function openTestBed({
  config,
  runId,
  signal,
  redactor,
  record,
  isEnough = () => false,
  now,
  progress,
}: TestBedOptions): Promise<TestBed & AsyncDisposable> {
  const equalBoot = createEqualBoot();
  const { volumes } = config;
  // Paths of the app's folder are found in all commands.
  const commands = [config.app, ...config.companions.map(({ app }) => app)].flatMap(({ command }) => command);
  const ground = { app: { ...config.app, command: commands }, runId, host: config.host, volumes, shared: [equalBoot.folder] };
  const { host, isolation, guardian, brand } = await openGround(ground).catch((error: unknown) => {
    equalBoot.dispose();
    throw error;
  });
  const run = { runId, guardian, brand, nextNumber: createNumbers() };
  const first = await openParts(config, { run, signal }).catch(async (error: unknown) => {
    await guardian.close();
    await host.close();
    equalBoot.dispose();
    throw error;
  });
  const lanes: OwnParts[] = [];
  const tellRedacted = (told: EvidenceRecord) => record(told.kind === 'observation' ? told : redactor.all(told));
  tellRedacted({ kind: 'isolation', isolation });
  const services = first.services.map(({ name, origin, resets }) => ({ name, origin, resets }));
  if (services.length > 0) tellRedacted({ kind: 'services', services });
  const began = performance.now();
  let trials = 0;
  const bed: TestBed = {
    ...first,
    run,
    host,
    seesAllWrites: host.ownDisks && isolation.open.length === 0,
    traits: { settleMs: 0, writesAtBoot: false, standsBeside: false, workers: 1, actsIdle: null, meetsIn: null },
    equalBoot,
    signal,
    // What trials show is redacted where it is heard.
    record: tellRedacted,
    isEnough,
    now,
    redactor,
    random: (purpose) => randomStream(config.seed, purpose),
    elapsedMs: () => performance.now() - began,
    nextTrial: () => ++trials,
    trials: () => trials,
    progress,
    async openLane() {
      const parts = await openParts(config, { run, signal });
      lanes.push(parts);
      const lane = { ...bed, ...parts };
      await prepareServices(lane);
      return lane;
    },
  };
  return {
    ...bed,
    async [Symbol.asyncDispose]() {
      await Promise.all([first, ...lanes].map(closeParts));
      await guardian.close();
      await host.close();
      equalBoot.dispose();
    },
  };
}

/** What each lane has of its own. */
type OwnParts = Pick<TestBed, 'config' | 'supervisor' | 'companions' | 'services' | 'router' | 'leavers'>;

async function openParts(config: Config, { run, signal }: { run: TestBed['run']; signal: AbortSignal }): Promise<OwnParts> {
  const { services, env } = await openServices(config.services, { given: config.app.env, care: run.guardian });
  const app = { ...config.app, env: { ...env, ...config.app.env } };
  const supervise = (one: App) => createSupervisor({ app: one, ...run, signal, maxBoots: availableParallelism() });
  const companions = config.companions.map((type) => {
    const own = { ...type, app: { ...type.app, env: app.env } };
    return { type: own, supervisor: supervise(own.app) };
  });
  const router = await startRouter({ policy: () => null, freshConnections: true });
  return { config: { ...config, app }, supervisor: supervise(app), companions, services, router, leavers: createLeavers() };
}

async function closeParts({ supervisor, companions, router, leavers, services }: OwnParts): Promise<void> {
  const supervisors = [supervisor, ...companions.map((one) => one.supervisor)];
  await Promise.all([...supervisors.map((one) => one.stopAll()), router.close(), leavers.over()]);
  await Promise.all(services.map((service) => service.stop()));
}
