import type { EvidenceRecord } from './model/evidence.ts';
import type { Session } from './model/session.ts';
import { describeLeftOut } from './session/origins.ts';
import type { Outside } from './supervisor/hosts/outside.ts';

/** What a session's file holds and is not played. */
export function leftOut(session: Session, index: number): EvidenceRecord[] {
  const what = describeLeftOut(session.leftOut);
  if (what === null) return [];
  const message = `requests that are not played: ${what}`;
  const hint =
    'Where they belong to the visit: name further origins of the app with --origin https://api.example (repeatable); what was not recorded whole needs a new recording.';
  return [{ kind: 'problem', session: index, step: null, code: 'left-out', message, hint }];
}

/** Processes of the app that nobody could end. */
export function leftRunning(pids: readonly number[]): EvidenceRecord {
  return {
    kind: 'problem',
    session: null,
    step: null,
    code: 'left-running',
    message: `${pids.length === 1 ? 'a process' : `${pids.length} processes`} that the app has started could not be ended: ${pids.join(', ')}`,
    hint: `Look at ${pids.length === 1 ? 'it' : 'them'} (ps -fp ${pids.join(',')}) and end ${pids.length === 1 ? 'it' : 'them'} by hand.`,
  };
}

/** Files that were written where disks are not kept apart. */
export function writtenOutside({ files, unfinished }: Outside): EvidenceRecord {
  const [named, more] = [files.slice(0, 10), files.length - 10];
  const rest =
    unfinished.length === 0
      ? ''
      : `; ${unfinished.join(', ')} ${unfinished.length === 1 ? 'was' : 'were'} too large to be looked through`;
  return {
    kind: 'problem',
    session: null,
    step: null,
    code: 'written-outside',
    message: `files outside the copies were written while the audit ran, by the app or by another program: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}${rest}`,
    hint: 'All processes share them, and they stay. Name what is an attached resource: --volume PATH. To have them kept apart, audit where --host overlay runs (share-nothing doctor).',
  };
}
