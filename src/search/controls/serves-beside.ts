import { type Schedule, schedule } from '../../model/schedule.ts';
import { keepSuspicion, type Search } from '../axes/axis.ts';
import { confirm } from '../explain/confirm.ts';
import type { SessionSearch } from '../session-search.ts';

/** Everything on the second process while the first one stands by: it must answer as if it were alone. */
export async function servesBeside(sessionSearch: SessionSearch, search: Search): Promise<boolean> {
  const failing = schedule('sibling', { placement: Array.from({ length: sessionSearch.ownSteps }, () => 1), processes: 2 });
  const passing: Schedule = { ...failing, placement: failing.placement.map(() => 0), processes: 1 };
  // Every round but the last learns something or gives a step up.
  for (let round = 0; round <= 2 * sessionSearch.session.steps.length; round++) {
    const step = sessionSearch.firstDivergence(await sessionSearch.play(failing));
    if (step === null) break;
    const outcome = await confirm(sessionSearch, step, { failing, passing });
    if (outcome.kind === 'noise') continue;
    if (outcome.kind === 'flaky') await search.giveUp(step, `on the second process it differed in ${outcome.failed} of 3 plays`);
    else if (await isDoneByEach(sessionSearch, step, { ...passing, processes: 2 })) sessionSearch.unsettled.set(step, DONE_BY_EACH);
    else {
      keepSuspicion(sessionSearch, search, {
        session: sessionSearch.index,
        number: search.suspicions.length,
        step,
        moved: step,
        axis: 'sibling',
        sources: [],
        warm: [],
        mode: null,
        failing: outcome.failing,
        passing: outcome.passing,
        probes: [],
        affected: [],
        footing: [],
        within: [],
        subtracted: [],
        again: null,
      });
      sessionSearch.bed.progress({ phase: 'explore', session: sessionSearch.session.name, suspicion: true });
      return false;
    }
  }
  return true;
}

/** Whether it goes wrong as well where the first process serves everything: then it is not that the second cannot. */
async function isDoneByEach(sessionSearch: SessionSearch, step: number, home: Schedule): Promise<boolean> {
  return sessionSearch.resultAt(await sessionSearch.play(home), step) === 'different';
}

const DONE_BY_EACH = {
  code: 'done-by-each',
  message: 'it differs as soon as a second process runs, whichever of them serves the session',
  hint: 'Each process seems to do the same work (a scheduler, a subscriber): let one do it, in a process type of its own or behind a lease',
};
