import { type Behind, FAIL_FAST } from '../model/coverage.ts';
import type { RuleId } from '../model/rule.ts';
import type { TestBed } from '../trials/test-bed.ts';
import { type Axis, keepSuspicion, type Search } from './axes/axis.ts';
import { diskAxis } from './axes/disk.ts';
import { enqueuerDeathAxis } from './axes/enqueuer-death.ts';
import { waitsForWork } from './axes/jobs.ts';
import { relocationAxis } from './axes/relocation.ts';
import { siblingAxis } from './axes/sibling.ts';
import { successorAxis } from './axes/successor.ts';
import { pursueSwept, sweepRestarts } from './axes/sweep.ts';
import { twoWorkersAxis } from './axes/two-workers.ts';
import { wipeAxis } from './axes/wipe.ts';
import { workerDiskAxis } from './axes/worker-disk.ts';
import { workerRestartAxis } from './axes/worker-restart.ts';
import { playReadOnly } from './controls/read-only.ts';
import { servesBeside } from './controls/serves-beside.ts';
import { studyChance } from './controls/study-chance.ts';
import { CoverageAccount } from './coverage/coverage-account.ts';
import { JobAccount } from './coverage/job-account.ts';
import { Pins } from './coverage/pins.ts';
import { hearAgain } from './explain/confirm.ts';
import { lookBehind } from './explain/look-behind.ts';
import { survivesRestarts } from './explain/probe.ts';
import { giveUpUnlessChance, playFamily } from './explain/pursue.ts';
import { secondLook } from './explain/second-look.ts';
import { whyOneLane } from './lanes.ts';
import type { SessionSearch } from './session-search.ts';

/**
 * Searches for placements that change an answer, axis by axis: what is required always, the rest while the budget lasts. Records
 * suspicions and coverage, also when it is cut off.
 */
export async function explore(sessionSearch: SessionSearch): Promise<void> {
  const steps = sessionSearch.session.steps.length;
  const siblings = new Pins(steps);
  const search: Search = {
    coverage: new CoverageAccount(),
    disks: new CoverageAccount(),
    jobs: new JobAccount(),
    suspicions: [],
    explained: [],
    swept: [],
    pins: new Map([['sibling', siblings]]),
    play: (schedule) => sessionSearch.play(schedule),
    footing: [],
    ties: () => true,
    giveUp: (step, reason) => giveUpUnlessChance(sessionSearch, step, reason),
    survives: (suspicion) => survivesRestarts(sessionSearch, suspicion),
  };
  const mayGoOn = () => {
    search.coverage.cutShort = budgetSpent(sessionSearch.bed);
    return search.coverage.cutShort === null;
  };
  let behind: Behind | null = null;
  try {
    const serves = sessionSearch.bed.traits.standsBeside && (await servesBeside(sessionSearch, search));
    const disks = wantsDisks(sessionSearch.bed);
    const axes = axesFor(sessionSearch, { serves, disks });
    const context = { sessionSearch, search, mayGoOn };
    await walk(axes.parting, 'required', context);
    await sweepRestarts(sessionSearch, search, { disks });
    await walk(axes.restarting, 'required', context);
    await pursueSwept(sessionSearch, search);
    await walk([...axes.parting, ...axes.restarting], 'optional', context);
    if (sessionSearch.bed.isEnough()) {
      search.coverage.cutShort = `${FAIL_FAST}: the search ended at the first violation`;
      return;
    }
    const again = secondLook(sessionSearch, search, siblings);
    if (again !== null) {
      sessionSearch.subtracted = again.subtracted;
      const siblingAxes = axes.parting.filter(({ name }) => name === 'sibling');
      for (const which of ['required', 'optional'] as const) await walk(siblingAxes, which, { ...context, search: again.search });
    }
    behind = await lookBehind(sessionSearch, search, { serves, disks });
    for (const suspicion of search.suspicions) {
      sessionSearch.subtracted = new Map([[suspicion.step, suspicion.subtracted]]);
      keepSuspicion(sessionSearch, search, { ...suspicion, again: await hearAgain(sessionSearch, suspicion) });
    }
    await playReadOnly(sessionSearch);
    await studyChance(sessionSearch);
  } finally {
    await sessionSearch.over();
    tellOneLane(sessionSearch);
    record(sessionSearch, search, { pins: siblings, behind });
  }
}

/** Whoever asks for lanes is told why there was one. */
function tellOneLane({ bed, index }: SessionSearch): void {
  const why = bed.config.lanes !== null && bed.config.lanes > 1 && index === 0 ? whyOneLane(bed) : null;
  if (why === null) return;
  const message = `trials were played one after the other: it is not certain that they cannot meet, as ${why}`;
  const hint = 'Let the stores that the app needs be started for the audit (--service redis); each lane has its own.';
  bed.record({ kind: 'problem', session: null, step: null, code: 'one-lane', message, hint });
}

/** Plays what is required of these axes, or the rest. */
async function walk(
  axes: readonly Axis[],
  which: 'required' | 'optional',
  { sessionSearch, search, mayGoOn }: { sessionSearch: SessionSearch; search: Search; mayGoOn: () => boolean },
): Promise<void> {
  for (const axis of axes) {
    const pins = axis.pins(search);
    const families = axis.families.filter((family) => family.required === (which === 'required'));
    for (const family of families) {
      if (sessionSearch.bed.isEnough()) return;
      await playFamily(axis, family, { sessionSearch, search, pins, mayGoOn });
    }
  }
}

/** Axes on which an app can be searched, in order: those that part steps, and those that restart the one process. */
interface Axes {
  readonly parting: readonly Axis[];
  readonly restarting: readonly Axis[];
}

function axesFor(sessionSearch: SessionSearch, { serves, disks }: { serves: boolean; disks: boolean }): Axes {
  const { bed } = sessionSearch;
  const waits = waitsForWork(sessionSearch);
  const types = bed.companions.map(({ type }) => type.name);
  const jobs = [
    ...(types.length > 0 && disks ? [workerDiskAxis] : []),
    // Work that nothing waits for may be in its midst whenever its worker is restarted: that it is begun again then is as it should be.
    ...(waits ? [enqueuerDeathAxis] : []),
    ...(waits && types.length > 0 ? [workerRestartAxis(types)] : []),
    ...(types.length > 0 ? [twoWorkersAxis(types)] : []),
  ];
  const siblings = [...(bed.traits.workers > 1 ? [siblingAxis('workers')] : []), siblingAxis('processes')];
  return {
    // What other disks do not know is found before restarts that take everything, so that these part no steps that hang together by files.
    parting: [...(serves ? siblings : []), ...jobs, ...(serves && disks ? [diskAxis] : [])],
    restarting: [successorAxis, ...(disks ? [relocationAxis, wipeAxis] : [])],
  };
}

/** Whether disks can be kept apart, and a rule that was asked for is about them. */
function wantsDisks({ host, config: { rules } }: TestBed): boolean {
  return host.ownDisks && DISK_RULES.some((rule) => rules.includes(rule));
}

const DISK_RULES: readonly RuleId[] = ['local-disk', 'sticky-session', 'boot-identity', 'job-handoff'];

function record(sessionSearch: SessionSearch, search: Search, { pins, behind }: { pins: Pins; behind: Behind | null }): void {
  const { bed, session } = sessionSearch;
  for (const suspicion of search.suspicions) keepSuspicion(sessionSearch, search, suspicion);
  for (const [step, why] of sessionSearch.unsettled) sessionSearch.problem({ step, ...why });
  const scope = {
    session: sessionSearch.index,
    judged: sessionSearch.judged(),
    pins,
    steps: session.steps.length,
    ownSteps: sessionSearch.ownSteps,
  };
  const disk = wantsDisks(bed) ? search.disks.diskSummary({ ...scope, pins: search.pins.get('disk') ?? pins }) : null;
  const jobs = bed.companions.length > 0 || waitsForWork(sessionSearch) ? search.jobs.summary() : null;
  bed.record({ kind: 'coverage', ...search.coverage.summary(scope), disk, jobs, behind });
}

/** Why no more optional trials are played, or `null` if the budget leaves room. */
function budgetSpent({ config: { budget }, elapsedMs, trials }: TestBed): string | null {
  if (budget.kind === 'time') return elapsedMs() < budget.ms ? null : `budget of ${budget.ms / 1000} s spent`;
  return trials() < budget.trials ? null : `budget of ${budget.trials} trials spent`;
}
