import { friendliest, JOB_AXES, RESTARTS } from '../../model/schedule.ts';
import { type Axis, type AxisContext, type Divergence, type Family, keepSuspicion, type Located } from '../axes/axis.ts';
import { refuseYoungSuccessor } from '../controls/young-successor.ts';
import type { SessionSearch } from '../session-search.ts';
import { confirm, isChance } from './confirm.ts';

/** Plays a family to its end; after each breach found its steps stay together, and it is gone on with. */
export async function playFamily(
  axis: Axis,
  family: Family,
  { mayGoOn, ...context }: AxisContext & { mayGoOn: () => boolean },
): Promise<void> {
  const { sessionSearch } = context;
  let [again, rounds] = [true, 0];
  // Every round that plays again has pinned or given up a step, so that there are at most twice as many rounds as steps.
  while (again && !sessionSearch.bed.isEnough() && rounds++ <= 2 * sessionSearch.session.steps.length) {
    again = false;
    const schedules = family.schedules(context);
    sessionSearch.bed.progress({ phase: 'explore', session: sessionSearch.session.name, planned: schedules.length });
    for (const [index, schedule] of schedules.entries()) {
      if (!family.isNew(context, schedule)) continue;
      sessionSearch.foresee(schedules.slice(index).filter((one) => family.isNew(context, one)));
      if (!family.required && !mayGoOn()) return;
      const played = await context.search.play(schedule);
      if (played.observation.broken !== null) {
        if (schedule.restarts.length > 0)
          reportBroken(sessionSearch, played.observation.broken, played.observation.exchanges.length);
        continue;
      }
      const first = sessionSearch.firstDivergence(played);
      if (first === null) {
        family.claim(context, played, schedule.placement.length);
        continue;
      }
      const settled = await pursue(axis, context, { step: first, played });
      family.claim(context, played, settled === first ? first + 1 : first);
      again = true;
      break;
    }
  }
}

/**
 * Explains a divergence: by what is known already, or by a search of its own, of which an earlier divergence may come out first. The step
 * that has been settled; `null` if it was drift.
 */
export async function pursue(axis: Axis, context: AxisContext, divergence: Divergence): Promise<number | null> {
  if (await isDrift(context.sessionSearch, divergence)) return null;
  for (let next = divergence; ; ) {
    const outcome = await axis.localise(context, next);
    if (outcome.kind === 'earlier') {
      next = outcome.divergence;
      continue;
    }
    if (outcome.kind === 'gone') await giveUpUnlessYouth(context, next, outcome.reason);
    if (outcome.kind === 'located') await establish(axis, context, outcome.located);
    return next.step;
  }
}

/**
 * Whether a friendly play right after the trial differs from the controls as well, and explains the divergence once it has been learned
 * from: stores grow while the audit goes on, and what was true of the controls need not be true now.
 */
export async function isDrift(sessionSearch: SessionSearch, { step, played }: Divergence): Promise<boolean> {
  const neighbour = await sessionSearch.play(friendliest(sessionSearch.session.steps.length));
  if (sessionSearch.firstDivergence(neighbour) === null) return false;
  await sessionSearch.learnFrom(neighbour.observation);
  return sessionSearch.resultAt(played, step) !== 'different';
}

/** Confirms where a divergence comes from, asks for its cause, and pins its steps. */
async function establish(axis: Axis, { sessionSearch, search, pins }: AxisContext, located: Located): Promise<void> {
  const { step, moved, sources, warm, restart, affected = [] } = located;
  const isAboutJobs = JOB_AXES.includes(axis.name);
  const [failing, passing] = [sessionSearch.onFooting(located.failing), sessionSearch.onFooting(located.passing)];
  const outcome = await confirm(sessionSearch, step, { failing, passing });
  if (outcome.kind === 'noise') return;
  if (outcome.kind === 'flaky') {
    if (restart !== null && !isAboutJobs) await refuseYoungSuccessor(sessionSearch, step, failing);
    return search.giveUp(
      step,
      `it differed in ${outcome.failed} of 3 plays of the failing arm and was as expected in ${outcome.passed} of 3 plays of the other`,
    );
  }
  // A relocation differs from a restart after which it was as expected.
  if (restart !== null && !RESTARTS[restart.mode].moves && !isAboutJobs) await refuseYoungSuccessor(sessionSearch, step, failing);
  const trials = sessionSearch.trials.filter(({ observation }) => outcome.failing.includes(observation.trial));
  const number = search.suspicions.length;
  search.explained.push({
    suspicion: number,
    step,
    differing: [...new Set(trials.flatMap((played) => sessionSearch.differing(played, step)))],
  });
  const suspicion = {
    session: sessionSearch.index,
    number,
    step,
    moved,
    axis: axis.name,
    sources,
    warm,
    mode: restart?.mode ?? null,
    failing: outcome.failing,
    passing: outcome.passing,
    probes: [],
    affected,
    footing: failing.footing,
    within: [],
    subtracted: sessionSearch.subtracted.get(step) ?? [],
    again: null,
  };
  keepSuspicion(sessionSearch, search, suspicion);
  keepSuspicion(sessionSearch, search, { ...suspicion, probes: await axis.probe(sessionSearch, { ...located, failing, passing }) });
  // What is told of is in the evidence already, whatever happens now.
  sessionSearch.bed.progress({ phase: 'explore', session: sessionSearch.session.name, suspicion: true });
  pins.pin([...sources, moved]);
}

/** Gives up a divergence that comes with several restarts and not with one, unless it is that successors answer before they have settled. */
async function giveUpUnlessYouth(
  { sessionSearch, search }: AxisContext,
  { step, played }: Divergence,
  reason: string,
): Promise<void> {
  const { schedule } = played.observation;
  const restarts = schedule.restarts.filter(({ before }) => before <= step);
  if (restarts.length > 1 && sessionSearch.bed.traits.settleMs === 0) {
    const failing = { ...schedule, restarts };
    const comesBack = async () => sessionSearch.resultAt(await sessionSearch.play(failing), step) === 'different';
    if ((await comesBack()) || (await comesBack())) await refuseYoungSuccessor(sessionSearch, step, failing);
  }
  await search.giveUp(step, reason);
}

/** A step that does not behave alike under one schedule is not judged any more, unless friendly plays show that this is its way. */
export async function giveUpUnlessChance(sessionSearch: SessionSearch, step: number, reason: string): Promise<void> {
  if (await isChance(sessionSearch, step)) return;
  sessionSearch.unsettled.set(step, {
    code: 'flaky',
    message: `flaky: ${reason}`,
    hint: 'The same placement gave different answers: look for time, chance or outside services in this step.',
  });
}

function reportBroken(sessionSearch: SessionSearch, message: string, step: number): void {
  sessionSearch.problem({
    step,
    code: 'restart-failed',
    message,
    hint: "Look at the app's last lines in the message: it must start again whenever it has been stopped",
  });
}
