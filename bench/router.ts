import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import autocannon from 'autocannon';
import { type Contestant, startHaproxy, startNginx, startNode } from './router-rivals.ts';

const ROUNDS = 5;
const CONNECTIONS = 32;
const SECONDS = 1;
const PROBES = 300;

/**
 * Prints requests per second through the router and its rivals as a share of the app's own, and the latency each adds to a
 * lone client. Everyone runs in a process of its own, in turns, in one run: read the ratios, not the figures.
 */
export async function benchRouter(): Promise<void> {
  const app = await startNode('app');
  const rivals = await Promise.all([
    ...['router pooled', 'router fresh', 'httpxy pooled', 'httpxy fresh'].map((role) => startNode(role, app.origin)),
    startNginx([app.origin]),
    startHaproxy([app.origin]),
  ]);
  const contestants = [app, ...rivals.filter((rival) => rival !== null)];
  try {
    for (const contestant of contestants) await load(contestant);
    const measured = contestants.map((contestant) => ({ contestant, loads: [] as Load[], probes: [] as Probe[] }));
    for (let round = 0; round < ROUNDS; round++) {
      for (const { contestant, loads } of measured) loads.push(await load(contestant));
      for (const { contestant, probes } of measured) probes.push(await probe(contestant));
    }
    print(measured.map(({ contestant, loads, probes }) => summary(contestant.name, loads, probes)));
  } finally {
    for (const contestant of contestants.reverse()) await contestant.stop();
  }
}

interface Load {
  readonly rate: number;
  /** CPU time per request, in microseconds. */
  readonly cpu: number | null;
}

async function load({ origin, cpu }: Contestant): Promise<Load> {
  const before = await cpu();
  const { requests, errors, non2xx } = await autocannon({ url: origin, connections: CONNECTIONS, duration: SECONDS });
  if (errors + non2xx > 0) throw new Error(`${origin}: ${errors} errors, ${non2xx} bad replies`);
  const after = await cpu();
  return { rate: requests.total / SECONDS, cpu: before === null || after === null ? null : (after - before) / requests.total };
}

/** Times of requests sent one after the other over one connection, in milliseconds. */
interface Probe {
  readonly p50: number;
  readonly p99: number;
}

async function probe({ origin }: Contestant): Promise<Probe> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  for (let count = 0; count < PROBES; count++) {
    const start = performance.now();
    const [reply] = (await once(request(origin, { agent }).end(), 'response')) as [IncomingMessage];
    await once(reply.resume(), 'end');
    times.push(performance.now() - start);
  }
  agent.destroy();
  times.sort((a, b) => a - b);
  return { p50: times[Math.floor(PROBES * 0.5)] ?? 0, p99: times[Math.floor(PROBES * 0.99)] ?? 0 };
}

interface Row extends Load, Probe {
  readonly name: string;
}

function summary(name: string, loads: readonly Load[], probes: readonly Probe[]): Row {
  const cpu = loads.flatMap((entry) => entry.cpu ?? []);
  return {
    name,
    rate: median(loads.map((entry) => entry.rate)),
    cpu: cpu.length === 0 ? null : median(cpu),
    p50: median(probes.map((entry) => entry.p50)),
    p99: median(probes.map((entry) => entry.p99)),
  };
}

function print([direct, ...rivals]: readonly Row[]): void {
  if (direct === undefined) return;
  console.log(`router: ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s, medians; added latency with 1 connection`);
  console.log(line(['', 'requests/s', 'of direct', 'CPU/request', 'added p50', 'added p99']));
  const own = (row: Row): string[] => [
    row.rate.toFixed(0),
    (row.rate / direct.rate).toFixed(2),
    row.cpu === null ? '' : `${row.cpu.toFixed(0)} us`,
  ];
  console.log(line(['direct', ...own(direct), '', '']));
  for (const row of rivals) {
    console.log(
      line([row.name, ...own(row), `${(row.p50 - direct.p50).toFixed(2)} ms`, `${(row.p99 - direct.p99).toFixed(2)} ms`]),
    );
  }
}

function line(cells: readonly string[]): string {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(14) : cell.padStart(13))).join('');
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchRouter();
