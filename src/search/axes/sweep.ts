import { RESTARTS, type RestartMode, type Schedule, STANDS_FOR } from '../../model/schedule.ts';
import type { Random } from '../../trials/random.ts';
import { restartsOf } from '../explain/probe.ts';
import { isDrift, pursue } from '../explain/pursue.ts';
import type { SessionSearch } from '../session-search.ts';
import type { Search } from './axis.ts';
import { freeBoundaries } from './interruption.ts';
import { relocationAxis } from './relocation.ts';
import { successorAxis } from './successor.ts';

/**
 * The weaker restarts, in the order in which they take turns: a crash may do most harm of its own, and a change of configuration what a deploy
 * does, as both end in good order.
 */
const WEAKER = ['crash', 'config', 'deploy'] as const satisfies readonly RestartMode[];

/** So many of them are played in any case, if need be in trials of their own. */
const LEAST = 2;

/** Before how many steps there is a weaker restart: half of those that there are, within these. */
const FEW = { least: 4, most: 12 };

/** A trial may differ as the store has drifted since the controls; so often it is played anew. */
const MOST_DRIFTS = 2;

/** A restart before a step. */
interface Boundary {
  readonly before: number;
  readonly mode: RestartMode;
}

/**
 * Restarts that take at once what all others take one by one, before every step before which that is possible. Where nothing is lost then, the
 * others lose nothing either: they can only do harm of their own (a lock that stays after a crash, an end in good order that breaks something), and
 * are played before a few steps, spread by the seed. If anything differs, nothing is taken for granted, and the families of every mode are played
 * in full.
 */
export async function sweepRestarts(sessionSearch: SessionSearch, search: Search, { disks }: { disks: boolean }): Promise<void> {
  if (sessionSearch.bed.isEnough()) return;
  const kept = freeBoundaries({ sessionSearch }, successorAxis.pins(search));
  const moved = disks ? freeBoundaries({ sessionSearch }, relocationAxis.pins(search)) : [];
  const both = kept.filter((boundary) => moved.includes(boundary));
  // Should nothing come up, these are asked for one after the other.
  const ahead = both.length === kept.length ? [...everyOf(sessionSearch, 'everything', both), ...fewOf(sessionSearch, both)] : [];
  sessionSearch.bed.progress({ phase: 'explore', session: sessionSearch.session.name, planned: ahead.length });
  sessionSearch.foresee(ahead);
  const taken = await sweep(sessionSearch, search, { mode: 'everything', boundaries: both });
  const rest = kept.filter((boundary) => !taken.includes(boundary));
  const implied = [...taken, ...(await sweep(sessionSearch, search, { mode: 'memory', boundaries: rest }))];
  for (const schedule of fewOf(sessionSearch, implied)) {
    if (await isAsExpected(sessionSearch, search, schedule)) continue;
    search.coverage.doubt();
    return;
  }
}

/** What differed in those trials and is explained by nothing that weaker restarts have shown has a cause that only they bring about. */
export async function pursueSwept(sessionSearch: SessionSearch, search: Search): Promise<void> {
  for (const played of search.swept) {
    if (sessionSearch.bed.isEnough()) return;
    const step = sessionSearch.firstDivergence(played);
    const isExplained = search.suspicions.some((one) => one.step === step || one.affected.includes(step ?? -1));
    if (step === null || isExplained) continue;
    const mode = played.observation.schedule.restarts[0]?.mode ?? 'memory';
    const axis = RESTARTS[mode].moves ? relocationAxis : successorAxis;
    await pursue(axis, { sessionSearch, search, pins: axis.pins(search) }, { step, played });
  }
}

/** The steps before which such a restart was played and lost nothing at all. */
async function sweep(
  sessionSearch: SessionSearch,
  search: Search,
  { mode, boundaries }: { mode: 'memory' | 'everything'; boundaries: readonly number[] },
): Promise<readonly number[]> {
  const [schedule] = everyOf(sessionSearch, mode, boundaries);
  if (schedule === undefined || !(await isAsExpected(sessionSearch, search, schedule))) return [];
  for (const boundary of boundaries) search.coverage.imply(mode, boundary);
  return boundaries;
}

/** Plays a trial, and whether nothing differs in it; what differs is kept, as it must be explained. */
async function isAsExpected(sessionSearch: SessionSearch, search: Search, schedule: Schedule): Promise<boolean> {
  for (let drifts = 0; ; drifts++) {
    const played = await search.play(schedule);
    if (played.observation.broken !== null) return false;
    const step = sessionSearch.firstDivergence(played);
    if (step === null) {
      for (const { before, mode } of schedule.restarts) search.coverage.restarted(mode, before);
      return true;
    }
    if (drifts < MOST_DRIFTS && (await isDrift(sessionSearch, { step, played }))) continue;
    // What weaker ones show, their own families will.
    if (schedule.restarts.some(({ mode }) => mode in STANDS_FOR)) search.swept.push(played);
    return false;
  }
}

/** A trial with a restart of this mode before each of these steps; none where there are none. */
function everyOf(sessionSearch: SessionSearch, mode: RestartMode, boundaries: readonly number[]): Schedule[] {
  if (boundaries.length === 0) return [];
  return [
    restarted(
      sessionSearch,
      boundaries.map((before) => ({ before, mode })),
    ),
  ];
}

/** Trials in which the weaker restarts take turns before a few of these steps: one, but where there is a single step. */
function fewOf(sessionSearch: SessionSearch, boundaries: readonly number[]): Schedule[] {
  const random = sessionSearch.bed.random(`restarts of session ${sessionSearch.index}`);
  const some = Math.min(boundaries.length, FEW.most, Math.max(FEW.least, Math.ceil(boundaries.length / 2)));
  const trials: Schedule[] = [];
  for (let played = 0; some > 0 && played < LEAST; played += some) {
    const turns = shuffled(
      Array.from({ length: some }, (_, turn) => WEAKER[(played + turn) % WEAKER.length] ?? 'crash'),
      random,
    );
    const chosen = shuffled(boundaries, random).slice(0, some);
    const ordered = chosen.sort((a, b) => a - b).map((before, turn) => ({ before, mode: turns[turn] ?? 'crash' }));
    trials.push(restarted(sessionSearch, ordered));
  }
  return trials;
}

/** The session's own steps on one process, with these restarts. */
function restarted(sessionSearch: SessionSearch, boundaries: readonly Boundary[]): Schedule {
  const [first] = boundaries;
  const axis = first !== undefined && RESTARTS[first.mode].moves ? 'relocation' : 'successor';
  const given = { steps: sessionSearch.ownSteps, mode: 'crash', boundaries: boundaries.map(({ before }) => before), axis } as const;
  const one = restartsOf(sessionSearch, given);
  return { ...one, restarts: one.restarts.map((restart, index) => ({ ...restart, mode: boundaries[index]?.mode ?? 'crash' })) };
}

/** The same in an order of chance (Fisher and Yates). */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}
