import { pathToFileURL } from 'node:url';
import { forTriples, patternOf, type Row, splitEveryPair, splitEveryTriple } from '../src/search/coverage/families.ts';
import { type Random, randomStream } from '../src/trials/random.ts';

const STEPS = [4, 6, 8, 10, 12, 16, 20, 24];
const RUNS = 1000;
const SEED = 1;

/** Prints how many trials cover every pattern of two and of three steps, against random routing over two processes. */
export function benchFamilies(): void {
  console.log(
    `Trials until every pattern has been played; random routing: enough in 99.9 % of ${RUNS} simulated runs (seed ${SEED})`,
  );
  console.log('steps   strength 2   random   strength 3   random');
  for (const steps of STEPS) {
    const pairs = splitEveryPair(steps);
    const triples = splitEveryTriple(steps, randomStream(SEED, 'families'), { start: pairs });
    const cells = [pairs.length, randomNeeded(steps, pairOpen), pairs.length + triples.length, randomNeeded(steps, tripleOpen)];
    console.log(
      [String(steps).padStart(5), ...cells.map((cell, index) => String(cell).padStart([13, 9, 13, 9][index] ?? 9))].join(''),
    );
  }
}

type Open = (steps: number) => { play(row: Row): void; count(): number };

function randomNeeded(steps: number, open: Open): number {
  const random = randomStream(SEED, `routing ${steps}`);
  const needed = Array.from({ length: RUNS }, () => playUntilCovered(steps, open, random)).sort((a, b) => a - b);
  return needed[Math.ceil(RUNS * 0.999) - 1] ?? 0;
}

function playUntilCovered(steps: number, open: Open, random: Random): number {
  const patterns = open(steps);
  for (let trials = 0; ; trials++) {
    if (patterns.count() === 0) return trials;
    patterns.play(Array.from({ length: steps }, () => (random() < 0.5 ? 0 : 1)));
  }
}

function pairOpen(steps: number): ReturnType<Open> {
  const left = new Set<number>();
  for (let i = 0; i < steps; i++) for (let j = i + 1; j < steps; j++) left.add(i * steps + j);
  return {
    count: () => left.size,
    play(row) {
      for (const pair of left) if (row[Math.floor(pair / steps)] !== row[pair % steps]) left.delete(pair);
    },
  };
}

function tripleOpen(steps: number): ReturnType<Open> {
  const left = new Map<number, readonly [number, number, number, number]>();
  forTriples(steps, (i, j, k) => {
    for (const pattern of [0, 1, 2]) left.set(((i * steps + j) * steps + k) * 3 + pattern, [i, j, k, pattern]);
  });
  return {
    count: () => left.size,
    play(row) {
      for (const [key, [i, j, k, pattern]] of left)
        if (patternOf(row[i] ?? 0, row[j] ?? 0, row[k] ?? 0) === pattern) left.delete(key);
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) benchFamilies();
