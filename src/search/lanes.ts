import { availableParallelism } from 'node:os';
import type { TestBed } from '../trials/test-bed.ts';

/** How many trials may be played side by side: as many as are asked for, where it is certain that they cannot meet. */
export function lanesOf(bed: TestBed): number {
  const wanted = bed.config.lanes ?? Math.max(1, Math.floor(availableParallelism() / 2));
  return wanted > 1 && whyOneLane(bed) === null ? wanted : 1;
}

/** Why trials are played one after the other, in words; `null`: they need not be. */
export function whyOneLane({ config, host, seesAllWrites, services, traits }: TestBed): string | null {
  if (!host.ownDisks || !seesAllWrites) return `host ${host.name} does not keep all files apart`;
  if (config.volumes.length > 0) return `they share ${config.volumes.join(', ')}`;
  const own = services.find(({ resets }) => !resets);
  if (own !== undefined) return `they share your own ${own.name}`;
  const emptied = config.services.find(({ url }) => url !== null);
  if (emptied !== undefined) return `they share your own ${emptied.name}`;
  if (!traits.standsBeside) return 'a second process does not stand beside the first';
  return traits.meetsIn;
}
