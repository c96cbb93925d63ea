import type { Suspicion, Within } from '../../model/evidence.ts';
import { headerValues, isSafe } from '../../model/observation.ts';
import { JOB_AXES, schedule } from '../../model/schedule.ts';
import { type AxisContext, boundBy, type Divergence, type Search } from '../axes/axis.ts';
import { localiseSplit, ownRows, processesOf, type Split } from '../axes/split.ts';
import { CoverageAccount } from '../coverage/coverage-account.ts';
import { Pins } from '../coverage/pins.ts';
import type { Played, SessionSearch } from '../session-search.ts';

/** Steps that give the visitor what later ones need, and that can be played on every process. */
export interface Footing {
  readonly steps: readonly number[];
  /** Steps that must stay together on it: those of the footing, and those that other findings keep together. */
  readonly pins: Pins;
  /** Numbers of suspicions that keep steps together on it as before. */
  readonly held: readonly number[];
  /** What belongs to what it gives. */
  readonly within: readonly Within[];
  /** Where it cannot be played twice: the trial and the step that show it. */
  readonly refused: { readonly trial: number; readonly step: number } | null;
}

/**
 * Suspicions by which the visitor was given something to show, a cookie or a value that later steps send: with what another process gives, these
 * may go on there. It is the sources that give it, or the step itself, as a login does that needs an account.
 */
export function issuing(sessionSearch: SessionSearch, suspicions: readonly Suspicion[]): Suspicion[] {
  return suspicions.filter(
    ({ axis, sources, moved, step }) =>
      axis !== 'wipe' &&
      !JOB_AXES.includes(axis) &&
      sources.length > 0 &&
      (moved === step ? [...sources, step] : sources).some((one) => gives(sessionSearch, one)),
  );
}

function gives(sessionSearch: SessionSearch, step: number): boolean {
  return cookiesOf(sessionSearch, step).length > 0 || (sessionSearch.session.steps[step]?.captures.length ?? 0) > 0;
}

/** Names of the cookies that a step sets. */
function cookiesOf({ controls: [control] }: SessionSearch, step: number): string[] {
  const reply = control?.exchanges[step]?.reply;
  const lines = reply?.outcome === 'answered' ? headerValues(reply.headers, 'set-cookie') : [];
  return lines.map((line) => line.split('=', 1)[0] ?? '');
}

/** So many times what belongs to the session is found out step by step. */
const MOST_ONE_BY_ONE = 4;

/** Two visits to one process, with what each of them was given: what is parted so and differs belongs to what was given. */
const visits: Split = {
  name: 'sibling',
  of: (placement) => schedule('sibling', { placement, processes: processesOf(placement), formation: 'together' }),
  covered: ({ search }) => search.coverage,
  passing: (failing) => failing,
};

/**
 * Finds the steps that have to be played on every process so that the visitor can go on there: the sources of these suspicions, and whatever
 * belongs to what they give, such as a cart in a session. Every two other steps are parted over two visits to one process, which must be
 * answered as the controls were. What cannot be played twice stays together with what needs it.
 */
export async function findFooting(
  sessionSearch: SessionSearch,
  search: Search,
  suspicions: readonly Suspicion[],
): Promise<Footing> {
  const count = sessionSearch.session.steps.length;
  const given = closed(
    sessionSearch,
    suspicions.flatMap(({ sources }) => sources),
  );
  const others = search.suspicions.filter((one) => one.axis === 'sibling' && !suspicions.includes(one));
  let steps = given;
  const tied: number[][] = [];
  const within: Within[] = [];
  const pinsOf = (groups: readonly (readonly number[])[]) => {
    const pins = new Pins(count);
    for (const group of [steps, ...tied, ...groups]) pins.pin(group);
    return pins;
  };
  const refusedBy = ({ step, played }: Divergence): Footing => ({
    steps,
    pins: pinsOf(others.map(boundBy)),
    held: others.map(({ number }) => number),
    within,
    refused: { trial: played.observation.trial, step },
  });
  // Every round adds a step to the footing or ties it to others, and no step is added twice.
  for (let round = 0; ; round++) {
    sessionSearch.footing = steps;
    const pins = pinsOf([]);
    const own: Search = {
      ...search,
      suspicions: [],
      explained: [],
      coverage: new CoverageAccount(),
      disks: new CoverageAccount(),
    };
    const divergence = await firstDivergence({ sessionSearch, search: own, pins });
    if (divergence === null) {
      const held = await stillHeld(sessionSearch, others);
      return { steps, pins: pinsOf(held.map(boundBy)), held: held.map(({ number }) => number), within, refused: null };
    }
    const found = await localise({ sessionSearch, search: own, pins }, divergence);
    if (found === null || round > 2 * count) return refusedBy(divergence);
    const { step, sources, moved, trial } = found;
    // Where it is one write after the other, as in a wizard, all that come before are taken at once.
    const wanted = round < MOST_ONE_BY_ONE ? sources : [...sources, ...writesBefore(sessionSearch, step)];
    const more = closed(sessionSearch, wanted).filter((one) => !steps.includes(one) && !tied.some((group) => group.includes(one)));
    if (more.length > 0) {
      within.push({ step, sources: sources.filter((one) => !steps.includes(one)), trial });
      steps = [...steps, ...more].sort((a, b) => a - b);
      continue;
    }
    // They are played twice already, and it does not help: they stay with what needs them, if it was not they that everything stands on.
    const added = sources.filter((one) => !given.includes(one));
    if (added.length === 0) return refusedBy(divergence);
    steps = steps.filter((one) => !added.includes(one));
    tied.push([...added, moved]);
  }
}

/** Of what other findings keep together: what another process does not see either when it was played the footing. That is data of its own. */
async function stillHeld(sessionSearch: SessionSearch, others: readonly Suspicion[]): Promise<Suspicion[]> {
  const held: Suspicion[] = [];
  for (const suspicion of others) {
    const known = sessionSearch.trials.find(({ observation }) => observation.trial === suspicion.failing[0]);
    if (known === undefined) continue;
    const { placement } = known.observation.schedule;
    const played = await sessionSearch.play(schedule('sibling', { placement, processes: processesOf(placement) }));
    if (sessionSearch.firstDivergence(played) !== null) held.push(suspicion);
  }
  return held;
}

/** Steps of the session's own before another that may change something. */
function writesBefore({ session, ownSteps }: SessionSearch, step: number): number[] {
  return session.steps.flatMap(({ method }, at) => (at < Math.min(step, ownSteps) && !isSafe(method) ? [at] : []));
}

/** With a step that follows a redirect goes the one that redirects, and with a step of the footing nothing that comes later. */
function closed({ session, ownSteps }: SessionSearch, steps: readonly number[]): number[] {
  const all = new Set<number>();
  for (const step of steps)
    for (let at: number | null = step; at !== null && at < ownSteps; at = session.steps[at]?.follows ?? null) all.add(at);
  return [...all].sort((a, b) => a - b);
}

async function firstDivergence({ sessionSearch, pins }: AxisContext): Promise<Divergence | null> {
  for (const placement of ownRows(sessionSearch, pins)) {
    const played = await sessionSearch.play(visits.of(placement, sessionSearch));
    const step = sessionSearch.firstDivergence(played);
    if (step !== null) return { step, played };
  }
  return null;
}

/** Which earlier steps it is that a visit does not see; `null` if that cannot be told. */
async function localise(
  context: AxisContext,
  divergence: Divergence,
): Promise<{ step: number; moved: number; sources: readonly number[]; trial: number } | null> {
  const { sessionSearch } = context;
  for (let next = divergence; ; ) {
    const outcome = await localiseSplit(visits, context, next);
    if (outcome.kind === 'earlier') next = outcome.divergence;
    else if (outcome.kind !== 'located') return null;
    else {
      const { step, sources, moved, failing } = outcome.located;
      const shown: Played = sessionSearch.recall(failing) ?? (await sessionSearch.play(failing));
      return sessionSearch.resultAt(shown, step) === 'different' ? { step, sources, moved, trial: shown.observation.trial } : null;
    }
  }
}
