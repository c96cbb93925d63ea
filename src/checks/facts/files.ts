import type { Suspicion } from '../../model/evidence.ts';
import type { JournalEntry } from '../../model/journal.ts';
import type { Observation } from '../../model/observation.ts';
import { JOB_AXES } from '../../model/schedule.ts';

/** Files named in one finding. */
const MAX_FILES = 5;

/** A dependency that goes by way of files. */
export function isOnDisk({ axis, mode }: Pick<Suspicion, 'axis' | 'mode'>): boolean {
  const isOfWorker = axis === 'worker-disk' || (axis === 'worker-restart' && mode === 'relocate');
  return axis === 'disk' || axis === 'relocation' || axis === 'wipe' || axis === 'leftover' || isOfWorker;
}

/** A dependency that only shows where processes end in the midst of work, or where more of them do it: it keeps no steps together. */
export function isOfWorkAlone(suspicion: Pick<Suspicion, 'axis' | 'mode'>): boolean {
  return JOB_AXES.includes(suspicion.axis) && !isOnDisk(suspicion);
}

/**
 * The files that a dependency is likely to be about: what its sources wrote or deleted in the arm that is as expected, and what was written at
 * boot where the cause lies there. Empty if nothing was seen to happen in time.
 */
export function filesOf({ axis, sources, step, footing }: Suspicion, arm: Observation | undefined, boot: boolean): JournalEntry[] {
  // Who does a job writes while its outcome is waited for.
  const last = axis === 'worker-disk' ? step : step - 1;
  const before = touched(arm?.journal?.entries ?? []).filter((entry) => entry.step === null || entry.step <= last);
  const [atBoot, inSteps] = [before.filter((entry) => entry.step === null), before.filter((entry) => entry.step !== null)];
  const bySources = inSteps.filter((entry) => entry.step !== null && sources.includes(entry.step));
  // Some write only after they have answered, so that a later step is seen to have written.
  const choices = boot ? [atBoot, inSteps] : [bySources, inSteps, atBoot];
  // Behind a session that is met, files of sessions are another matter.
  const isAside = ({ kind }: JournalEntry) => kind === 'log' || kind === 'lock' || (footing.length > 0 && kind === 'session');
  const telling = choices.map((entries) => entries.filter((entry) => !isAside(entry)));
  const chosen = lastOfEach([...telling, ...choices].find((entries) => entries.length > 0) ?? []);
  // A folder is of interest where nothing was put into it.
  return chosen
    .filter(({ path }) => !chosen.some((other) => other.path !== path && other.path.startsWith(path) && path.endsWith('/')))
    .slice(0, MAX_FILES);
}

/** What was written, and what was deleted of that which had been there before the trial. */
function touched(entries: readonly JournalEntry[]): JournalEntry[] {
  const created = new Set(entries.filter(({ change }) => change === 'created').map(({ path }) => path));
  return entries.filter(({ change, path }) => change !== 'deleted' || !created.has(path));
}

/** The last entry of each path, in the order of the first. */
function lastOfEach(entries: readonly JournalEntry[]): JournalEntry[] {
  return [...new Map(entries.map((entry) => [entry.path, entry])).values()];
}

/** Files that steps of a play created and that are still there when it is over: by the step that created each, from 0. */
export function leftBehind({ journal }: Observation): Map<number, JournalEntry[]> {
  const files = new Map<string, { step: number; last: JournalEntry }>();
  for (const entry of journal?.entries ?? []) {
    if (entry.path.endsWith('/')) continue;
    const known = files.get(entry.path);
    if (entry.change === 'deleted') files.delete(entry.path);
    else if (known !== undefined) files.set(entry.path, { step: known.step, last: entry });
    else if (entry.change === 'created' && entry.step !== null) files.set(entry.path, { step: entry.step, last: entry });
  }
  const left = new Map<number, JournalEntry[]>();
  for (const { step, last } of files.values()) left.set(step, [...(left.get(step) ?? []), last]);
  return left;
}

/** What one step leaves behind in every play of a session on one process. */
export interface Left {
  /** 0-based. */
  readonly step: number;
  /** As the first control shows them. */
  readonly files: readonly JournalEntry[];
}

/** Controls whose disks were looked at. */
export function watchedControls({
  observations,
  learned,
}: {
  readonly observations: readonly Observation[];
  readonly learned: readonly number[];
}): Observation[] {
  return observations.filter(
    ({ trial, schedule, broken, journal }) =>
      schedule.axis === 'control' &&
      (schedule.variant.kind === 'plain' || learned.includes(trial)) &&
      broken === null &&
      journal !== null,
  );
}

/** Files of a kind that a step creates, and that are there when the session is over, in every one of these plays; one play tells nothing. */
export function leftByEvery(controls: readonly Observation[], isMeant: (entry: JournalEntry) => boolean): Left[] {
  if (controls.length < 2) return [];
  const left = controls.map(leftBehind);
  const meant = (files: ReadonlyMap<number, readonly JournalEntry[]> | undefined, step: number) =>
    (files?.get(step) ?? []).filter(isMeant);
  return [...(left[0]?.keys() ?? [])]
    .filter((step) => left.every((files) => meant(files, step).length > 0))
    .map((step) => ({ step, files: meant(left[0], step) }));
}

/** Folders that are nobody's own. */
const COMMON: readonly string[] = ['', '/tmp', '/var/tmp', '/dev/shm', '/run', '/var/lib'];

/** Names of folders that are made for one visit or one day: ids and hashes, also where redaction has put its mark, years and dates. */
const MADE = /^(?:(?:redacted-)?[0-9a-f-]{12,}|(?:19|20)\d\d(?:[-_.]?[01]\d){0,2}|(?:19|20)\d\d[-_.]?[01]\d[-_.]?[0-3]\d)$/i;

/** What to say of the folder that the files are in, should it be a volume that all processes share. None for folders that hold more than that. */
export function volumeHint([file]: readonly JournalEntry[], cwd: string): string[] {
  const folders = file?.path.replace(/\/[^/]*\/?$/, '').split('/') ?? [];
  const made = folders.findIndex((name) => MADE.test(name));
  const folder = folders.slice(0, made === -1 ? undefined : made).join('/');
  const isCommon = COMMON.includes(folder) || folder === cwd || cwd.startsWith(`${folder}/`);
  return isCommon ? [] : [`If all processes share ${folder} in production, say so: --volume ${folder}`];
}
