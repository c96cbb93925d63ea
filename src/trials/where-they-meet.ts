import type { TestBed } from './test-bed.ts';
import type { TrialProcesses } from './trial-processes.ts';

/** What the processes of a trial are connected to besides us and the services of the audit, in words; `null`: nothing. */
export function whereTheyMeet({ services, router }: TestBed, { slots, companions }: TrialProcesses): string | null {
  const known = new Set([...services.map(({ address }) => Number(address.port)), Number(new URL(router.origin).port)]);
  for (const { process } of [...slots.values(), ...companions.map(({ slot }) => slot)]) {
    const connections = process.connections();
    if (connections === null) return 'what the app is connected to cannot be told here';
    const port = connections.ports.find((one) => !known.has(one));
    if (port !== undefined) return `the app is connected to port ${port}, which is none of the audit's services`;
    if (connections.unix > 0) return "the app is connected to a Unix socket, which is none of the audit's services";
  }
  return null;
}
