import type { Suspicion } from '../model/evidence.ts';
import { type Schedule, schedule } from '../model/schedule.ts';
import { confirm, isChance } from './confirm.ts';
import type { CoverageAccount } from './coverage.ts';
import { splitEveryPair, splitEveryTriple } from './families.ts';
import { exile, type Located, localise } from './localise.ts';
import type { Pins } from './pins.ts';
import { probeCause } from './probe.ts';
import type { Played, Scene } from './scene.ts';

export interface Search {
  /** What the steps are parted by: processes of their own, or workers of one process. */
  readonly formation: Schedule['formation'];
  readonly pins: Pins;
  readonly coverage: CoverageAccount;
  /** Suspicions so far; `affected` grows while the search goes on. */
  readonly suspicions: Suspicion[];
}

/** Plays every split of two steps; after each breach found its steps stay together and the search goes on. */
export async function splitPairs(scene: Scene, search: Search): Promise<void> {
  await playFamily(scene, search, {
    rows: () => splitEveryPair(search.pins.units().length).map((row) => search.pins.expand(row)),
    isNew: (placement) => addsPair(search, placement, scene.judged()),
    mayGoOn: () => true,
  });
}

/** Plays AAB, ABA and ABB of every three steps, while the budget lasts. */
export async function splitTriples(scene: Scene, search: Search, mayGoOn: () => boolean): Promise<void> {
  const random = scene.stage.random(`families of session ${scene.index}`);
  await playFamily(scene, search, {
    rows: () => {
      const { pins, coverage } = search;
      const judged = new Set(scene.judged());
      const has = (i: number, j: number, k: number, pattern: number) =>
        !judged.has(k) || coverage.has(i, j, k, pattern) || pins.exclude([i, j, k], pattern);
      const units = pins.units();
      const steps = scene.session.steps.length;
      return splitEveryTriple(steps, random, { start: [], covered: { has }, ...(units.length < steps ? { pins: { units } } : {}) });
    },
    isNew: (placement) => addsTriple(search, placement, scene.judged()),
    mayGoOn,
  });
}

/** Plays one placement and follows up a divergence, if there is one. False if there was none. */
export async function playPlacement(scene: Scene, search: Search, placement: readonly number[]): Promise<boolean> {
  const processes = Math.max(2, ...placement.map((slot) => slot + 1));
  const played = await scene.play(schedule('sibling', { placement, processes, formation: search.formation }));
  if (played.observation.broken !== null) return false;
  const first = scene.firstDivergence(played);
  search.coverage.placed(placement, first === null ? placement.length : first + 1);
  if (first === null) return false;
  await pursue(scene, search, { step: first, played });
  return true;
}

interface Family {
  /** Placements that keep pinned steps together. */
  readonly rows: () => readonly (readonly number[])[];
  /** Whether a placement would show something not yet played. */
  readonly isNew: (placement: readonly number[]) => boolean;
  readonly mayGoOn: () => boolean;
}

async function playFamily(scene: Scene, search: Search, family: Family): Promise<void> {
  let [again, rounds] = [true, 0];
  // Every round that plays again has pinned or given up a step, so that there are at most twice as many rounds as steps.
  while (again && rounds++ <= 2 * scene.session.steps.length) {
    again = false;
    const placements = family.rows();
    scene.stage.tell({ phase: 'explore', session: scene.session.name, planned: placements.length });
    for (const placement of placements) {
      if (!family.isNew(placement)) continue;
      if (!family.mayGoOn()) return;
      if (await playPlacement(scene, search, placement)) {
        again = true;
        break;
      }
    }
  }
}

/** Explains a divergence: by what is known already, or by a search of its own, of which an earlier divergence may come out first. */
async function pursue(scene: Scene, search: Search, divergence: { step: number; played: Played }): Promise<void> {
  let { step, played } = divergence;
  for (;;) {
    const known = await alreadyExplained(scene, search, step);
    const suspicion = known === null ? undefined : search.suspicions[known];
    if (known !== null && suspicion !== undefined) {
      search.suspicions[known] = { ...suspicion, affected: [...suspicion.affected, step] };
      search.pins.pin([...suspicion.sources, step]);
      return;
    }
    const outcome = await localise(scene, { step, played, search });
    if (outcome.kind === 'gone') return giveUpUnlessChance(scene, step, 'it differed once and not again');
    if (outcome.kind === 'located') return establish(scene, search, outcome.located);
    ({ step, played } = outcome);
  }
}

/** The suspicion whose sources also explain this step: on their process it answers as expected, with all else elsewhere. */
async function alreadyExplained(scene: Scene, search: Search, step: number): Promise<number | null> {
  for (const [index, { sources, warm, axis }] of search.suspicions.entries()) {
    if (axis !== 'sibling' || sources.length === 0 || warm.length > 0 || Math.max(...sources) >= step) continue;
    const unit = search.pins.units().find((steps) => steps.includes(sources[0] ?? -1)) ?? [];
    const together = unit.filter((other) => other < step);
    if (together.length === 0 || unit.includes(step)) continue;
    const away = await scene.play(exile(step, [], search));
    const home = await scene.play(exile(step, together, search));
    const explained = scene.resultAt(home, step) === 'same' && scene.firstDivergence(home) === null;
    if (scene.resultAt(away, step) === 'different' && explained) return index;
  }
  return null;
}

async function establish(scene: Scene, search: Search, { step, sources, warm }: Located): Promise<void> {
  const failing = exile(step, warm, search);
  const passing: Schedule = { ...failing, placement: failing.placement.map((slot, index) => (index === step ? 0 : slot)) };
  const outcome = await confirm(scene, step, { failing, passing });
  if (outcome.kind === 'noise') return;
  if (outcome.kind === 'flaky')
    return giveUpUnlessChance(
      scene,
      step,
      `it differed in ${outcome.failed} of 3 plays of the failing arm and was as expected in ${outcome.passed} of 3 plays of the other`,
    );
  scene.stage.tell({ phase: 'explore', session: scene.session.name, suspicion: true });
  const probes = await probeCause(scene, step, failing);
  search.suspicions.push({
    session: scene.index,
    step,
    axis: 'sibling',
    sources,
    warm,
    mode: null,
    failing: outcome.failing,
    passing: outcome.passing,
    probes,
    affected: [],
  });
  search.pins.pin([...sources, step]);
}

/** A step that does not behave alike under one schedule is not judged any more, unless friendly plays show that this is its way. */
export async function giveUpUnlessChance(scene: Scene, step: number, reason: string): Promise<void> {
  if (!(await isChance(scene, step))) scene.unsettled.set(step, `flaky: ${reason}`);
}

function addsPair(search: Search, placement: readonly number[], judged: readonly number[]): boolean {
  return judged.some((j) => placement.slice(0, j).some((slot, i) => slot !== placement[j] && !search.coverage.split(i, j)));
}

function addsTriple(search: Search, placement: readonly number[], judged: readonly number[]): boolean {
  return judged.some((k) => {
    for (let j = 1; j < k; j++) for (let i = 0; i < j; i++) if (isOpen(search, placement, [i, j, k])) return true;
    return false;
  });
}

function isOpen({ coverage }: Search, placement: readonly number[], [i, j, k]: readonly [number, number, number]): boolean {
  const [a, b, c] = [placement[i] ?? 0, placement[j] ?? 0, placement[k] ?? 0];
  const pattern = a === b ? (b === c ? -1 : 0) : a === c ? 1 : 2;
  return pattern >= 0 && !coverage.has(i, j, k, pattern);
}
