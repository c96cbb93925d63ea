import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import autocannon from 'autocannon';
import { type Contestant, startHaproxy, startNginx, startNode } from './router-rivals.ts';

const ROUNDS = 3;
const CONNECTIONS = 32;
const SECONDS = 1;
const PROBES = 400;

/**
 * Prints requests per second through the router and its rivals as a share of the app's own, and the latency each adds to a
 * lone client. Everyone runs in a process of its own, in turns, in one run: read the ratios, not the figures.
 */
export async function benchRouter(): Promise<void> {
  const app = await startNode('app');
  const rivals = await Promise.all([
    ...['router pooled', 'router fresh', 'httpxy pooled', 'httpxy fresh'].map((role) => startNode(role, app.origin)),
    startNginx(app.origin),
    startHaproxy(app.origin),
  ]);
  const contestants = [app, ...rivals.filter((rival) => rival !== null)];
  try {
    for (const { origin } of contestants) await load(origin);
    const results = contestants.map((contestant) => ({
      contestant,
      rates: [] as number[],
      p50: [] as number[],
      p99: [] as number[],
    }));
    for (let round = 0; round < ROUNDS; round++) {
      for (const { contestant, rates } of results) rates.push(await load(contestant.origin));
      for (const { contestant, p50, p99 } of results) {
        const times = await probe(contestant);
        p50.push(times[Math.floor(times.length * 0.5)] ?? 0);
        p99.push(times[Math.floor(times.length * 0.99)] ?? 0);
      }
    }
    print(
      results.map(({ contestant, rates, p50, p99 }) => ({
        name: contestant.name,
        rate: median(rates),
        p50: median(p50),
        p99: median(p99),
      })),
    );
  } finally {
    for (const contestant of contestants.reverse()) await contestant.stop();
  }
}

/** Requests per second under load. */
async function load(url: string): Promise<number> {
  const result = await autocannon({ url, connections: CONNECTIONS, duration: SECONDS });
  if (result.errors + result.non2xx > 0) throw new Error(`${url}: ${result.errors} errors, ${result.non2xx} bad replies`);
  return result.requests.total / SECONDS;
}

/** Sorted times of requests sent one after the other over one connection, in milliseconds. */
async function probe({ origin }: Contestant): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  for (let count = 0; count < PROBES; count++) {
    const start = performance.now();
    const [reply] = (await once(request(origin, { agent }).end(), 'response')) as [IncomingMessage];
    await once(reply.resume(), 'end');
    times.push(performance.now() - start);
  }
  agent.destroy();
  return times.sort((a, b) => a - b);
}

interface Row {
  readonly name: string;
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
}

function print(rows: readonly Row[]): void {
  const [direct] = rows;
  if (direct === undefined) return;
  console.log(`router: ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s, medians; added latency with 1 connection`);
  console.log('                requests/s  of direct   added p50   added p99');
  for (const { name, rate, p50, p99 } of rows) {
    const added =
      name === direct.name ? ['-', '-'] : [`${(p50 - direct.p50).toFixed(2)} ms`, `${(p99 - direct.p99).toFixed(2)} ms`];
    const cells = [
      rate.toFixed(0).padStart(10),
      (rate / direct.rate).toFixed(2).padStart(11),
      ...added.map((cell) => cell.padStart(12)),
    ];
    console.log(`${(name === direct.name ? 'direct' : name).padEnd(14)}  ${cells.join('')}`);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchRouter();
