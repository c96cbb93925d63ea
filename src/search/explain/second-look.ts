import { isWithin, leavesRest } from '../../oracle/compare/subtract.ts';
import type { Explained, Search } from '../axes/axis.ts';
import { CoverageAccount } from '../coverage/coverage-account.ts';
import { Pins } from '../coverage/pins.ts';
import type { SessionSearch } from '../session-search.ts';

/** A search for what the findings of the first one hide. */
export interface SecondLook {
  readonly search: Search;
  /** Parts of replies that differ for a reason that is known by now, as paths by step. */
  readonly subtracted: ReadonlyMap<number, readonly string[]>;
}

/**
 * Steps that a finding keeps together may hide other findings: a session cookie that every other process issues anew ties all steps to the
 * first. Where only a part of a reply differs, that part is subtracted and the steps are parted again; where it differs as a whole they stay
 * tied. Restarts are not played again: what they lose there is known. `null` if nothing is hidden.
 */
export function secondLook(sessionSearch: SessionSearch, search: Search, siblings: Pins): SecondLook | null {
  const loose = new Pins(siblings.steps);
  const subtracted = new Map<number, string[]>();
  const settled = new Set<string>();
  for (const explained of search.explained) {
    const { step } = explained;
    const parts = subtractable(explained, search);
    const suspicion = search.suspicions[explained.suspicion];
    const sources = suspicion?.sources ?? [];
    const tied = suspicion?.step === step ? suspicion.moved : step;
    if (parts === null) loose.pin([...sources, tied]);
    else subtracted.set(step, [...(subtracted.get(step) ?? []), ...parts]);
    if (parts?.length === explained.differing.length) for (const source of sources) settled.add(`${source},${tied}`);
  }
  if (siblings.pairs().every(([i, j]) => loose.together(i, j) || settled.has(`${i},${j}`))) return null;
  return {
    subtracted,
    search: {
      ...search,
      coverage: new CoverageAccount(),
      disks: new CoverageAccount(),
      pins: new Map([['sibling', loose]]),
      play: async (schedule) => sessionSearch.recall(schedule) ?? (await sessionSearch.play(schedule)),
      // What cannot be explained with less together is left as it was.
      giveUp: async (step) => loose.pin(siblings.units().find((unit) => unit.includes(step)) ?? [step]),
    },
  };
}

/** What these suspicions, by number, explain of parts of replies: paths by step. */
export function partsOf(search: Search, numbers: readonly number[]): ReadonlyMap<number, readonly string[]> {
  const parts = new Map<number, readonly string[]>();
  for (const explained of search.explained) {
    const { step, suspicion } = explained;
    if (numbers.includes(suspicion)) parts.set(step, [...(parts.get(step) ?? []), ...(subtractable(explained, search) ?? [])]);
  }
  return parts;
}

/** The paths that may be subtracted, since what they show is what the suspicion is about; `null` where the reply differs as a whole. */
function subtractable({ suspicion, step, differing }: Explained, { explained, suspicions }: Search): readonly string[] | null {
  const own = explained.find((one) => one.suspicion === suspicion && one.step === suspicions[suspicion]?.step)?.differing ?? [];
  // Where whole replies go wrong, as when a login is lost, what differs in parts of later ones follows from that.
  if (!own.every(leavesRest)) return null;
  const shared = differing.filter((path) => own.some((other) => isWithin(path, other) || isWithin(other, path)));
  // What differs elsewhere may have a reason of its own, unless it is all that differs.
  const parts = suspicions[suspicion]?.step === step || shared.length === 0 ? differing : shared;
  return parts.every(leavesRest) ? parts : null;
}
