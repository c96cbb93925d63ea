import type { Observation } from '../../model/observation.ts';
import { machineName, RUN, type Schedule, schedule } from '../../model/schedule.ts';
import { compareObservation } from '../../oracle/compare/comparison.ts';
import type { Oracle, StepResult } from '../../oracle/compare/judge-step.ts';
import { learnOracle } from '../../oracle/learn/learn-oracle.ts';
import { type PlayedScript, playScript } from '../../trials/play-script.ts';
import type { TestBed } from '../../trials/test-bed.ts';
import { CoverageAccount } from '../coverage/coverage-account.ts';
import { Pins } from '../coverage/pins.ts';
import { REPEATS } from '../explain/confirm.ts';

const CONTROLS = { least: 2, most: 5 };
/** One that is done so soon is run more often: what two runs agree on by chance shows in four. */
const QUICK_MS = 3_000;
const QUICK_CONTROLS = 4;
/** Parts of its time after which a script is killed. */
const MOMENTS = [0.5, 0.8, 0.2];
/** How long it takes depends on the machine's other work, and most so where it is quick. */
const QUICK_MOMENTS = [...MOMENTS, 0.65, 0.35];
/** One that is done sooner cannot be killed half-way. */
const LEAST_MS = 60;

/**
 * Runs a script twice in every trial: on another machine each time (what is to be expected), on one disk, and on one disk after it was killed
 * half-way. Records what differs as suspicions, and what was covered.
 */
export async function searchScript(bed: TestBed): Promise<void> {
  const count = 1 + bed.config.results.length;
  const controls: PlayedScript[] = [];
  bed.progress({ phase: 'rehearse', session: 'script', planned: CONTROLS.least });
  while (controls.length < CONTROLS.most) {
    const played = await playScript(bed, apart(count, 'control', null));
    if (refuse(bed, played)) return;
    const before = controls.map(({ observation }) => observation);
    const agrees =
      before.length > 0 && differing(learnOracle(before, { ignore: bed.config.ignore }), played.observation, 0).length === 0;
    controls.push(played);
    if (agrees && controls.length >= (played.ms < QUICK_MS ? QUICK_CONTROLS : CONTROLS.least)) break;
  }
  const oracle = learnOracle(
    controls.map(({ observation }) => observation),
    { ignore: bed.config.ignore },
  );
  const steps = 2 * count;
  const judged = oracle.steps.flatMap(({ unjudgeable }, step) => (unjudgeable === null ? [step] : []));
  bed.progress({ phase: 'explore', session: 'script', planned: 2 });
  const pins = new Pins(steps);
  let doubt: number | null = null;
  for (const kill of [null, ...killsOf(bed, controls)]) {
    const found = await look(bed, { oracle, count, kill });
    if (found === null) continue;
    if ('flaky' in found) {
      doubt ??= found.flaky;
      continue;
    }
    const { step, failing, passing, affected } = found;
    bed.record({
      ...{ kind: 'suspicion', session: 0, number: 0, step, moved: step, axis: 'leftover', sources: [0], warm: [], mode: null },
      ...{ failing, passing, probes: [], affected, footing: [], within: [], subtracted: [], again: null },
    });
    bed.progress({ phase: 'explore', session: 'script', suspicion: true });
    pins.pin([0, step]);
    doubt = null;
    // A run that trips over a whole one trips over a part of one as well.
    break;
  }
  if (doubt !== null) bed.record(flaky(doubt));
  const scope = { session: 0, judged, pins, steps, ownSteps: steps };
  bed.record({
    kind: 'coverage',
    ...new CoverageAccount().summary(scope),
    pairs: 0,
    pairsUncovered: [],
    triples: 0,
    disk: null,
    jobs: null,
    behind: null,
  });
}

/** A trial of a script, and how its steps compare with the controls. */
export interface ComparedScript {
  readonly observation: Observation;
  readonly results: readonly StepResult[];
}

/** Plays two schedules again, after new controls. `step`: the one that differed. */
export async function replayScript(
  bed: TestBed,
  step: number,
  { failing, passing }: { failing: Schedule; passing: Schedule },
): Promise<{ failing: ComparedScript; passing: ComparedScript; reproduced: boolean }> {
  const count = 1 + bed.config.results.length;
  const controls: Observation[] = [];
  while (controls.length < CONTROLS.least) controls.push((await playScript(bed, apart(count, 'control', null))).observation);
  const oracle = learnOracle(controls, { ignore: bed.config.ignore });
  const play = async (one: Schedule): Promise<ComparedScript> => {
    const { observation } = await playScript(bed, one);
    return { observation, results: compareObservation(oracle, observation) };
  };
  const [again, friendly] = [await play(failing), await play(passing)];
  const reproduced = again.results[step]?.kind === 'different' && friendly.results[step]?.kind === 'same';
  return { failing: again, passing: friendly, reproduced };
}

interface Found {
  readonly step: number;
  readonly affected: readonly number[];
  readonly failing: readonly number[];
  readonly passing: readonly number[];
}

/** When the first run of a script is killed; `ms` is `null` where that is as soon as something was written to its disk. */
type Kill = Pick<Extract<Schedule['variant'], { kind: 'killed' }>, 'ms'>;

/** The moments to kill a script at, given the runs that nobody killed. The first write is an event, whatever else the machine does. */
function killsOf({ host }: TestBed, controls: readonly PlayedScript[]): Kill[] {
  const times = controls.map(({ ms }) => ms).sort((a, b) => a - b);
  const ms = times[Math.floor(times.length / 2)] ?? 0;
  const moments = ms < QUICK_MS ? QUICK_MOMENTS : MOMENTS;
  return [
    ...(host.ownDisks ? [{ ms: null }] : []),
    ...(ms < LEAST_MS ? [] : moments.map((part) => ({ ms: Math.round(part * ms) }))),
  ];
}

/**
 * What a second run does otherwise where the first one has run, and does not elsewhere, three times of three; `null`: nothing. `flaky`: the
 * step that differed, and did not again, or elsewhere as well.
 */
async function look(
  bed: TestBed,
  { oracle, count, kill }: { oracle: Oracle; count: number; kill: Kill | null },
): Promise<Found | { readonly flaky: number } | null> {
  const at = (observation: Observation) => differing(oracle, observation, count);
  const failing: Observation[] = [(await playScript(bed, together(count, kill))).observation];
  const [first, ...affected] = at(failing[0] as Observation);
  if (first === undefined) return null;
  const passing: Observation[] = [];
  for (let round = 0; round < REPEATS; round++) {
    if (failing.length <= round) failing.push((await playScript(bed, together(count, kill))).observation);
    passing.push((await playScript(bed, apart(count, 'leftover', kill))).observation);
    const isSo = at(failing[round] as Observation).includes(first) && !at(passing[round] as Observation).includes(first);
    if (!isSo) return { flaky: first };
  }
  const trials = (observations: readonly Observation[]) => observations.map(({ trial }) => trial);
  return { step: first, affected, failing: trials(failing), passing: trials(passing) };
}

function flaky(step: number) {
  return {
    ...{ kind: 'problem' as const, session: 0, step, code: 'flaky' },
    message: 'flaky: a second run on the disk of the first differed once, and not again, or elsewhere as well',
    hint: 'Look for time, chance or outside services in the script.',
  };
}

/** Steps from one on whose replies differ from what is to be expected. */
function differing(oracle: Oracle, observation: Observation, from: number): number[] {
  return compareObservation(oracle, observation).flatMap(({ kind }, step) => (step >= from && kind === 'different' ? [step] : []));
}

/** Both runs on one disk. */
function together(count: number, kill: Kill | null): Schedule {
  return schedule('leftover', {
    placement: Array.from({ length: 2 * count }, () => 0),
    processes: 1,
    disks: 'own',
    ...killed(kill),
  });
}

/** Each run on a machine of its own. */
function apart(count: number, axis: 'control' | 'leftover', kill: Kill | null): Schedule {
  const placement = Array.from({ length: 2 * count }, (_, step) => (step < count ? 0 : 1));
  return schedule(axis, { placement, processes: 2, disks: 'own', ...killed(kill) });
}

function killed(kill: Kill | null): Partial<Schedule> {
  return kill === null ? {} : { variant: { kind: 'killed', ...kill } };
}

/** Whether nothing can be judged by a control, which is recorded then: its first run fails by itself. */
function refuse(bed: TestBed, { observation: { exchanges } }: PlayedScript): boolean {
  const [first] = exchanges;
  const code = first?.reply.outcome === 'answered' ? first.reply.status : -1;
  const missing = exchanges.find(({ request, reply }) => request.method !== RUN && reply.outcome !== 'answered');
  const problem = (step: number, message: string, hint: string) => {
    bed.record({ kind: 'problem', session: 0, step, code: 'control-failed', message, hint });
    return true;
  };
  if (code !== 0) {
    const said = first?.complaints?.at(-1);
    return problem(
      0,
      `the script fails by itself: it ended with exit code ${code} on ${machineName(0)}, where it had never run${said === undefined ? '' : `; it wrote: ${said}`}`,
      'Mend the script, or what it needs, first: nothing can be judged by one that fails by itself. What must be there before it belongs in --prepare, or in a service (--service).',
    );
  }
  if (missing === undefined) return false;
  return problem(
    missing.step,
    `the script ends well, and did not make ${missing.request.target}`,
    'Name with --result what it makes, from the folder that it is started in: a file, an address, or a table such as postgres:orders.',
  );
}
