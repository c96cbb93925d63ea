import { setTimeout as wait } from 'node:timers/promises';
import type { Held } from '../model/stores.ts';
import type { Look, Service, StoreEntry } from '../services/service.ts';
import type { TestBed } from './test-bed.ts';
import { tableOf } from './visitor-ties.ts';

/** Looks into the services, and tells what is in them by kinds. */
export async function heldIn(bed: TestBed): Promise<Held[]> {
  const looks = await Promise.all(bed.services.map(async (service) => [service, await service.look()] as const));
  return heldBy(bed, looks);
}

/** The same of looks that have been taken. */
export function heldBy({ redactor }: TestBed, looks: Iterable<readonly [Service, Look]>): Held[] {
  return [...looks].flatMap(([{ name }, look]) =>
    [...kindsIn(look)].map(([key, count]) => ({ service: name, key: redactor.heard(key), count })),
  );
}

/** Waits, and tells what has grown in the services meanwhile: lists by members, tables by rows, numbers by what was added, keys of a kind by their number. */
export async function grownIn(bed: TestBed, ms: number): Promise<Held[]> {
  const before = await heldIn(bed);
  await wait(ms, undefined, { signal: bed.signal });
  return moreThan(before, await heldIn(bed));
}

/** What there is more of in the second than in the first, and how much. */
function moreThan(before: readonly Held[], after: readonly Held[]): Held[] {
  return after.flatMap((one) => {
    const known = before.find(({ service, key }) => service === one.service && key === one.key)?.count ?? 0;
    return one.count > known ? [{ ...one, count: one.count - known }] : [];
  });
}

function kindsIn({ entries }: Look): Map<string, number> {
  const kinds = new Map<string, number>();
  for (const [key, entry] of entries) {
    const [kind, count] = entry.type === 'row' ? [tableOf(key), 1] : [kindOf(key), sizeOf(entry) ?? 1];
    kinds.set(kind, (kinds.get(kind) ?? 0) + count);
  }
  return kinds;
}

/** How much there is in an entry that can grow; `null`: it is one thing. */
function sizeOf({ type, text }: StoreEntry): number | null {
  if (type === 'string' || type === 'item') return /^\d{1,12}$/.test(text) && Number(text) < 1e9 ? Number(text) : null;
  const lines = text === '' ? 0 : text.split('\n').length;
  if (type === 'list' || type === 'set') return lines;
  if (type === 'zset') return lines / 2;
  return type === 'stream' ? Number(/^\[\["/.test(text) ? (text.match(/\[\["?/g) ?? []).length : 0) : null;
}

/** A key without what tells one of a kind from another. */
function kindOf(key: string): string {
  return key.replace(/(?<![\p{L}\p{N}])(?=[\w-]*\d)[\w-]{4,}(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])\d+(?![\p{L}\p{N}])/gu, '‹id›');
}
