import type { Redactor } from '../evidence/redaction/redact.ts';
import type { ProcessType } from '../model/app.ts';
import type { Config } from '../model/config.ts';
import type { EvidenceRecord } from '../model/evidence.ts';
import type { Router } from '../router/router.ts';
import type { Service } from '../services/service.ts';
import type { Guardian } from '../supervisor/guardian.ts';
import type { Host } from '../supervisor/hosts/host.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import type { EqualBoot } from './equal-boot.ts';
import type { Leavers } from './leavers.ts';
import type { Random } from './random.ts';

/** Everything a trial needs to be played: the one place where supervisor, router and sessions meet. */
export interface TestBed {
  readonly config: Config;
  readonly supervisor: Supervisor;
  /** The process types that run beside `web` in every trial. */
  readonly companions: readonly { readonly type: ProcessType; readonly supervisor: Supervisor }[];
  readonly host: Host;
  /** Whether nothing can be written that the journal does not tell of. */
  readonly seesAllWrites: boolean;
  readonly traits: Traits;
  /** What everything that is started for this audit belongs to. */
  readonly run: {
    readonly runId: string;
    readonly guardian: Guardian;
    readonly brand: number | null;
    readonly nextNumber: () => number;
  };
  /** What the app is given; those that reset hold the same when a trial begins. */
  readonly services: readonly Service[];
  readonly leavers: Leavers;
  readonly router: Router;
  readonly redactor: Redactor;
  readonly equalBoot: EqualBoot;
  readonly signal: AbortSignal;
  /** Saves a record before anything is made of it. */
  readonly record: (record: EvidenceRecord) => void;
  /** Whether what is recorded so far is all that was asked for: the search ends then. */
  readonly isEnough: () => boolean;
  /** A stream of the audit's seed. */
  readonly random: (purpose: string) => Random;
  readonly now: () => Date;
  /** Milliseconds since the audit began. */
  readonly elapsedMs: () => number;
  /** Number of the next trial, from 1. */
  readonly nextTrial: () => number;
  /** Trials begun so far. */
  readonly trials: () => number;
  readonly progress: (message: ProgressNews) => void;
  /** Another bed of the same audit, on which a trial can be played beside this one: with services, a router and processes of its own. It ends with this one. */
  readonly openLane: () => Promise<TestBed>;
}

/** Whether every play of fresh processes finds the same in the services: nothing of theirs may then be played on used ones that need not. */
export function startsClean({ services }: TestBed): boolean {
  return services.some(({ resets }) => resets);
}

/** Whether every play needs processes that have just been started: for what the services hold, or as others stand beside `web`. */
export function startsAnew(bed: TestBed): boolean {
  return startsClean(bed) || bed.companions.length > 0;
}

/** What has been learned of the app as a whole. */
export interface Traits {
  /** How long a process is left alone after it got ready, as it answers otherwise before; in milliseconds. */
  settleMs: number;
  /** It writes files while it boots: processes that share a disk are started in turn, as the later ones may read them. */
  writesAtBoot: boolean;
  /** A process starts, and stays, while another one runs. */
  standsBeside: boolean;
  /** With how many processes one copy of the app answers. */
  workers: number;
  /** Whether it does something in the services while nobody asks it anything; `null`: it has not been watched. */
  actsIdle: boolean | null;
  /** Why its trials may meet in something that they share, in words; `null`: nothing was seen of it. */
  meetsIn: string | null;
}

/** Thrown where processes turn out to answer otherwise while they are young: what they showed before does not count. */
export class TooYoung extends Error {
  readonly settleMs: number;

  constructor(settleMs: number) {
    super(`processes need ${settleMs} ms to settle`);
    this.settleMs = settleMs;
  }
}

/** News for whoever watches. */
export interface ProgressNews {
  readonly phase: 'rehearse' | 'explore';
  readonly session: string;
  /** How many trials are planned in this phase, as far as known. */
  readonly planned?: number;
  readonly suspicion?: boolean;
}
