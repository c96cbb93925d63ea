import { availableParallelism } from 'node:os';
import type { Redactor } from '../evidence/redaction/redact.ts';
import type { Config } from '../model/config.ts';
import type { EvidenceRecord } from '../model/evidence.ts';
import { startRouter } from '../router/router.ts';
import { openServices } from '../services/open-services.ts';
import { openGround } from '../supervisor/ground.ts';
import { createSupervisor } from '../supervisor/supervisor.ts';
import { createEqualBoot } from './equal-boot.ts';
import { createLeavers } from './leavers.ts';
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
  now,
  progress,
}: TestBedOptions): Promise<TestBed & AsyncDisposable> {
  const equalBoot = createEqualBoot();
  const { volumes } = config;
  const ground = { app: config.app, runId, host: config.host, volumes, shared: [equalBoot.folder] };
  const { host, isolation, guardian, brand } = await openGround(ground).catch((error: unknown) => {
    equalBoot.dispose();
    throw error;
  });
  const { services, env: given } = await openServices(config.services, { given: config.app.env, care: guardian }).catch(
    async (error: unknown) => {
      await guardian.close();
      await host.close();
      equalBoot.dispose();
      throw error;
    },
  );
  const app = { ...config.app, env: { ...given, ...config.app.env } };
  const tellRedacted = (told: EvidenceRecord) => record(told.kind === 'observation' ? told : redactor.all(told));
  tellRedacted({ kind: 'isolation', isolation });
  if (services.length > 0)
    tellRedacted({ kind: 'services', services: services.map(({ name, origin, resets }) => ({ name, origin, resets })) });
  const supervisor = createSupervisor({
    app,
    runId,
    signal,
    maxBoots: availableParallelism(),
    guardian,
    brand,
  });
  const leavers = createLeavers();
  const router = await startRouter({ policy: () => null, freshConnections: true });
  const began = performance.now();
  let trials = 0;
  return {
    config: { ...config, app },
    supervisor,
    services,
    run: { runId, guardian, brand },
    host,
    seesAllWrites: host.ownDisks && isolation.open.length === 0,
    traits: { settleMs: 0, writesAtBoot: false, standsBeside: false, workers: 1 },
    leavers,
    router,
    equalBoot,
    signal,
    // What trials show is redacted where it is heard.
    record: tellRedacted,
    now,
    redactor,
    random: (purpose) => randomStream(config.seed, purpose),
    elapsedMs: () => performance.now() - began,
    nextTrial: () => ++trials,
    trials: () => trials,
    progress,
    async [Symbol.asyncDispose]() {
      await Promise.all([supervisor[Symbol.asyncDispose](), router.close(), leavers.over()]);
      await Promise.all(services.map((service) => service.stop()));
      await host.close();
      equalBoot.dispose();
    },
  };
}
