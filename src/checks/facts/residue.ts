import type { FileKind, JournalEntry } from '../../model/journal.ts';
import { filesOf, isOnDisk, leftByEvery, watchedControls } from './files.ts';
import type { SessionEvidence } from './session-evidence.ts';

/** Files that one step leaves behind in every play, and that no finding is about. */
export interface Residue {
  readonly session: number;
  /** 0-based. */
  readonly step: number;
  /** As the first control shows them. */
  readonly files: readonly JournalEntry[];
  /** There may have been more. */
  readonly truncated: boolean;
  /** Controls in which it left some. */
  readonly plays: readonly number[];
}

/** Caches that save work, logs and the like are meant to stay. */
const UNWANTED: ReadonlySet<FileKind> = new Set(['upload', 'session', 'temporary', 'other']);

/** What the controls of a session leave behind on their disks. */
export function residueOf(evidence: SessionEvidence, session: number): Residue[] {
  const { dependencies, observations } = evidence;
  const controls = watchedControls(evidence);
  const onDisk = dependencies.map(({ suspicion }) => suspicion).filter(isOnDisk);
  // Where a finding is about files, so are the other files of the steps that wrote them. Of steps that it ties nobody knows whether a later
  // one needs what they leave.
  const explained = new Set(onDisk.flatMap(({ sources, step, affected }) => [...sources, step, ...affected]));
  for (const suspicion of onDisk)
    for (const { step } of filesOf(suspicion, trialOf(observations, suspicion.passing[0]), false))
      if (step !== null) explained.add(step);
  // What comes back after a restart was read from a file.
  for (const { suspicion, probes } of dependencies)
    if (probes.deploy === 'same' || probes.crash === 'same') for (const step of suspicion.sources) explained.add(step);
  return leftByEvery(controls, ({ kind }) => UNWANTED.has(kind))
    .filter(({ step }) => !explained.has(step))
    .map((left) => ({
      session,
      ...left,
      truncated: controls[0]?.journal?.truncated ?? false,
      plays: controls.map(({ trial }) => trial),
    }));
}

function trialOf(
  observations: SessionEvidence['observations'],
  trial: number | undefined,
): SessionEvidence['observations'][number] | undefined {
  return observations.find((observation) => observation.trial === trial);
}
