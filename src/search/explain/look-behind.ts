import type { Behind } from '../../model/coverage.ts';
import type { Suspicion, Within } from '../../model/evidence.ts';
import { schedule } from '../../model/schedule.ts';
import { type Axis, boundBy, keepSuspicion, type Search } from '../axes/axis.ts';
import { diskAxis } from '../axes/disk.ts';
import { relocationAxis } from '../axes/relocation.ts';
import { localiseSplit, processesOf, type Split, splitFamilies } from '../axes/split.ts';
import { successorAxis } from '../axes/successor.ts';
import { pursueSwept, sweepRestarts } from '../axes/sweep.ts';
import { CoverageAccount } from '../coverage/coverage-account.ts';
import { Pins } from '../coverage/pins.ts';
import type { SessionSearch } from '../session-search.ts';
import { type Footing, findFooting, issuing } from './footing.ts';
import { probeCause } from './probe.ts';
import { playFamily } from './pursue.ts';
import { partsOf } from './second-look.ts';
import { isOfWork } from './tied.ts';

/**
 * Steps go to two processes, each of which was played the footing. The arm that is as expected has the same placement as two visits to one
 * process: what they differ in is not the visitor's session.
 */
const split: Split = {
  name: 'sibling',
  of: (placement) => schedule('sibling', { placement, processes: processesOf(placement) }),
  covered: ({ search }) => search.coverage,
  passing: (failing) => ({ ...failing, formation: 'together' }),
};

const apartAxis: Axis = {
  name: 'sibling',
  pins: ({ pins }) => pins.get('sibling') ?? new Pins(0),
  families: [splitFamilies(split).pairs],
  localise: (context, divergence) => localiseSplit(split, context, divergence),
  probe: probeCause,
};

/** What a session can be searched for. */
export interface Reach {
  /** Whether a second process serves the session. */
  readonly serves: boolean;
  readonly disks: boolean;
}

/**
 * Looks behind findings that tie later steps to what their sources give, such as a login: these are played on every process, and what comes
 * later is parted over processes, restarts and disks once more. What differs then has another cause, and is a finding of its own, which may hide
 * more in its turn: an account in memory, a session behind it, a cart behind that. `null`: nothing is tied so.
 */
export async function lookBehind(sessionSearch: SessionSearch, search: Search, reach: Reach): Promise<Behind | null> {
  let behind: Behind | null = null;
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    const suspicions = issuing(sessionSearch, search.suspicions);
    const isMet = ({ sources }: Suspicion) => sources.every((source) => behind?.footing.includes(source));
    if (suspicions.every(isMet) || !hidesAny(sessionSearch, suspicions)) break;
    const next = await lookOnce(sessionSearch, search, { suspicions, reach });
    // What was seen so far stays, also where no one can look further.
    if (behind !== null && next.refused !== null) break;
    behind = next;
    if (behind.refused !== null) break;
  }
  return behind;
}

const MOST_LAYERS = 4;

async function lookOnce(
  sessionSearch: SessionSearch,
  search: Search,
  { suspicions, reach: { serves, disks } }: { suspicions: readonly Suspicion[]; reach: Reach },
): Promise<Behind> {
  const { subtracted } = sessionSearch;
  try {
    // What the sources give where they are played differs no more.
    sessionSearch.subtracted = new Map();
    const footing = await findFooting(sessionSearch, search, suspicions);
    for (const within of footing.within) {
      const known = search.suspicions[holderOf(suspicions, within)?.number ?? -1];
      if (known !== undefined) keepSuspicion(sessionSearch, search, { ...known, within: [...known.within, within] });
    }
    const about = suspicions.map(({ number }) => number);
    if (footing.refused !== null) return summary(sessionSearch, { footing, about, search: null, disks });
    sessionSearch.footing = footing.steps;
    sessionSearch.subtracted = partsOf(search, footing.held);
    const own = behindOf(search, footing);
    // What only another disk does not know is in no memory: nothing was tied there.
    const isMemory = suspicions.some(({ axis }) => axis === 'sibling' || axis === 'successor');
    const play = async (axes: readonly Axis[]) => {
      for (const axis of axes) {
        const pins = axis.pins(own);
        for (const family of axis.families)
          if (family.required) await playFamily(axis, family, { sessionSearch, search: own, pins, mayGoOn: () => true });
      }
    };
    await play([...(isMemory && serves ? [apartAxis] : []), ...(disks && serves ? [diskAxis] : [])]);
    if (isMemory) await sweepRestarts(sessionSearch, own, { disks });
    await play([...(isMemory ? [successorAxis] : []), ...(disks ? [relocationAxis] : [])]);
    await pursueSwept(sessionSearch, own);
    return summary(sessionSearch, { footing, about, search: own, disks });
  } finally {
    sessionSearch.footing = [];
    sessionSearch.subtracted = subtracted;
  }
}

/** Which of them what belongs to a visit is kept in: the one that was given last before it. */
function holderOf(suspicions: readonly Suspicion[], { sources }: Within): Suspicion | undefined {
  const last = (suspicion: Suspicion) => Math.max(...suspicion.sources);
  const before = suspicions.filter((one) => last(one) < Math.min(...sources));
  return before.sort((a, b) => last(b) - last(a))[0] ?? suspicions[0];
}

/** Whether steps come after the sources, of which something might be hidden. */
function hidesAny(sessionSearch: SessionSearch, suspicions: readonly Suspicion[]): boolean {
  const sources = suspicions.flatMap((one) => one.sources);
  return sessionSearch.judgedOwn().some((step) => step > Math.min(...sources) && !sources.includes(step));
}

function behindOf(search: Search, { steps, pins, held }: Footing): Search {
  const known = search.suspicions.length;
  const ties = ({ axis, number, sources }: Suspicion) =>
    axis === 'sibling' && number < known ? held.includes(number) : !sources.every((source) => steps.includes(source));
  const disks = pins.copy();
  for (const suspicion of search.suspicions)
    if (suspicion.axis !== 'sibling' && suspicion.axis !== 'successor' && !isOfWork(suspicion) && ties(suspicion))
      disks.pin(boundBy(suspicion));
  return {
    ...search,
    explained: [],
    swept: [],
    coverage: new CoverageAccount(),
    disks: new CoverageAccount(),
    pins: new Map([
      ['sibling', pins],
      ['disk', disks],
    ]),
    ties,
    footing: steps,
    // What cannot be explained stays with what it was tied to before.
    giveUp: async (step) => pins.pin([...steps, step]),
  };
}

function summary(
  sessionSearch: SessionSearch,
  { footing, about, search, disks }: { footing: Footing; about: readonly number[]; search: Search | null; disks: boolean },
): Behind {
  const { steps, pins, refused } = footing;
  const judged = new Set(sessionSearch.judgedOwn());
  const pairs = (account: CoverageAccount, own: Pins) => {
    const all: [number, number][] = [];
    for (let j = 1; j < pins.steps; j++)
      for (let i = 0; i < j; i++)
        if (judged.has(j) && !steps.includes(i) && !own.together(i, j) && !pins.together(i, j) && account.split(i, j))
          all.push([i, j]);
    return all;
  };
  const none = new CoverageAccount();
  return {
    suspicions: about,
    footing: steps,
    refused,
    pairs: pairs(search?.coverage ?? none, pins),
    diskPairs: disks ? pairs(search?.disks ?? none, search?.pins.get('disk') ?? pins) : null,
    restarts: (search?.coverage ?? none).restarts(),
    pinned: pins.pairs().filter(([i, j]) => !steps.includes(i) || !steps.includes(j)),
  };
}
