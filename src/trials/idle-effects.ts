import { setTimeout as wait } from 'node:timers/promises';
import type { IdleEffect } from '../model/evidence.ts';
import type { Look, StoreEntry } from '../services/service.ts';
import type { TestBed } from './test-bed.ts';
import { tableOf } from './visitor-ties.ts';

/** Waits, and tells what has grown in the services meanwhile: lists by members, tables by rows, numbers by what was added, keys of a kind by their number. */
export async function idleEffects({ services, signal, redactor }: TestBed, ms: number): Promise<IdleEffect[]> {
  const before = await Promise.all(services.map((service) => service.look()));
  await wait(ms, undefined, { signal });
  const after = await Promise.all(services.map((service) => service.look()));
  return services.flatMap(({ name }, index) =>
    [...growth(before[index], after[index])].map(([key, count]) => ({ service: name, key: redactor.heard(key), count })),
  );
}

function growth(before: Look | undefined, after: Look | undefined): Map<string, number> {
  const grown = new Map<string, number>();
  const add = (key: string, count: number) => {
    if (count > 0) grown.set(key, (grown.get(key) ?? 0) + count);
  };
  for (const [key, entry] of after?.entries ?? []) {
    const known = before?.entries.get(key);
    if (entry.type === 'row') add(tableOf(key), known === undefined ? 1 : 0);
    else if (known === undefined && sizeOf(entry) === null) add(kindOf(key), 1);
    else add(kindOf(key), (sizeOf(entry) ?? 0) - (known === undefined ? 0 : (sizeOf(known) ?? 0)));
  }
  return grown;
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
