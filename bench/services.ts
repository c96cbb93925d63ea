import type { openServices } from '../src/services/open-services.ts';

const ROUNDS = 15;
/** Nobody is to clean up after a bench that is killed. */
const CARE = { guard: () => {}, release: () => {}, keep: () => {} };
const PATH = process.env.PATH ?? '';

/** What it costs to start each service, to empty it before a trial and to look into it, against the first: medians of so many rounds. */
export async function benchServices(): Promise<void> {
  const { openServices: open } = (await import('../dist/services/open-services.js' as string)) as {
    openServices: typeof openServices;
  };
  const kinds = [
    ['redis-server', 'redis', PATH],
    ['embedded Redis', 'redis', ''],
    ['memcached', 'memcached', PATH],
    ['postgres', 'postgres', PATH],
    ['mariadb', 'mariadb', PATH],
  ] as const;
  let first: number[] | null = null;
  console.log('| service | start | reset | look |\n|---|--:|--:|--:|');
  for (const [title, name, path] of kinds) {
    process.env.PATH = path;
    const began = performance.now();
    const opened = await open([{ name, env: null, url: null, reset: false }], { given: {}, care: CARE }).catch(() => null);
    const start = performance.now() - began;
    process.env.PATH = PATH;
    const [service] = opened?.services ?? [];
    if (service === undefined) {
      console.log(`| ${title} | not here | | |`);
      continue;
    }
    const times = [start, await median(() => service.reset()), await median(() => service.look())];
    first ??= times;
    const ratios = times.map((time, index) => (time / (first?.[index] ?? time)).toFixed(1));
    console.log(`| ${title} | ${ratios.join(' | ')} |`);
    await service.stop();
  }
}

async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

if (process.argv[1]?.endsWith('services.ts')) await benchServices();
