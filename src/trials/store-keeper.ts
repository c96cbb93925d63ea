import { setTimeout as wait } from 'node:timers/promises';
import { isSafe } from '../model/observation.ts';
import { JOB_AXES, type Schedule } from '../model/schedule.ts';
import type { ServiceName } from '../model/service.ts';
import type { Expiry, LookedInto, StoreChange, StoreJournal } from '../model/stores.ts';
import type { Look, Service, StoreEntry } from '../services/service.ts';
import type { Sent } from '../session/play/player.ts';
import { heldBy, heldIn } from './held.ts';
import type { TestBed } from './test-bed.ts';
import { type Seen, tableOf, tiesOf } from './visitor-ties.ts';
import { VisitorValues } from './visitor-values.ts';

const MAX_CHANGES = 300;
const MAX_KEY = 200;
/** How long an app may take to store what it has answered. */
const LATE_MS = 40;

/** Keeps account of what a trial changes in the services. */
export interface StoreKeeper {
  /** Looks into all of them after a step. */
  note(step: number, sent: Sent): Promise<void>;
  /** `null` where none was looked into. */
  journal(): Promise<StoreJournal | null>;
}

/** Looks are taken where all steps are served by one process and nothing is disturbed: in controls. */
export async function keepStores(bed: TestBed, { axis, variant }: Schedule): Promise<StoreKeeper> {
  const { services, redactor } = bed;
  if (services.length > 0 && JOB_AXES.includes(axis)) return atTheEnd(bed);
  if (services.length === 0 || axis !== 'control' || (variant.kind !== 'plain' && variant.kind !== 'aged'))
    return { note: async () => {}, journal: async () => null };
  const visitor = new VisitorValues();
  const seen: Seen[] = [];
  const last = new Map<Service, Look>();
  for (const service of services) last.set(service, await service.look());
  const begun = new Map(last);
  let latest = 0;
  const look = async (step: number): Promise<number> => {
    const before = seen.length;
    for (const service of services) {
      const now = await service.look();
      seen.push(...changes(last.get(service) ?? now, now, { step, service: service.name }));
      last.set(service, now);
    }
    return seen.length - before;
  };
  return {
    async note(step, { request, reply }) {
      visitor.heard(step, request, reply);
      latest = step;
      const found = await look(step);
      if (found > 0 || (isSafe(request.method) && !visitor.issues(step))) return;
      await wait(LATE_MS);
      await look(step);
    },
    async journal() {
      await wait(LATE_MS);
      await look(latest);
      const names = visitor.names();
      const zsets = [...last.values()].flatMap(({ entries }) => [...entries].filter(([, { type }]) => type === 'zset'));
      const ties = tiesOf(seen, visitor);
      const told = seen.slice(0, MAX_CHANGES).map((one): StoreChange => {
        const { step, service, key, change, entry } = one;
        const { bound, isSession } = ties(one);
        const expiry = entry.expiry.kind === 'never' ? sweptBy(key, bound, zsets) : entry.expiry;
        const shown = names.reduce((text, { text: name }) => text.replaceAll(name, '‹session›'), key);
        const { type, bytes } = entry;
        // Tables are named by developers.
        if (type === 'row') redactor.path(tableOf(key));
        return { step, service, key: redactor.heard(shown.slice(0, MAX_KEY)), type, change, bytes, expiry, isSession };
      });
      return {
        services: services.map((service) => lookedInto(service, begun.get(service), last.get(service))),
        changes: told,
        truncated: seen.length > MAX_CHANGES,
        held: heldBy(bed, last),
      };
    },
  };
}

/** Where work was cut short, it matters what is left of it. */
function atTheEnd(bed: TestBed): StoreKeeper {
  return {
    note: async () => {},
    journal: async () => ({ services: [], changes: [], truncated: false, held: await heldIn(bed) }),
  };
}

/** `first` and `latest`: what was there when the processes had booted, and is now. */
function lookedInto({ name }: Service, first: Look | undefined, latest: Look | undefined): LookedInto {
  const [before, truncated] = [first?.entries.size ?? 0, first?.truncated ?? false];
  return { name, before, truncated, isWritten: first?.written !== latest?.written };
}

function changes(before: Look, now: Look, at: { readonly step: number; readonly service: ServiceName }): Seen[] {
  const found: Seen[] = [];
  for (const [key, entry] of now.entries) {
    const known = before.entries.get(key);
    if (known === undefined) found.push({ ...at, key, entry, change: 'added' });
    else if (known.digest !== entry.digest || known.expiry.kind !== entry.expiry.kind)
      found.push({ ...at, key, entry, change: 'changed' });
  }
  for (const [key, entry] of before.entries) if (!now.entries.has(key)) found.push({ ...at, key, entry, change: 'removed' });
  return found;
}

/** A sorted set that holds an entry's name with a time is what it is swept by. */
function sweptBy(key: string, name: string | undefined, zsets: readonly (readonly [string, StoreEntry])[]): Expiry {
  for (const [zset, { text }] of zsets) {
    const members = text.split('\n');
    const at = members.findIndex((member) => member !== '' && (member === key || member === name));
    if (at !== -1 && Number(members[at + 1]) > 1e9) return { kind: 'swept', by: zset };
  }
  return { kind: 'never' };
}
