import { z } from 'zod';
import { UserError } from '../errors.ts';
import type { Recorder, Recording } from '../live/recorder.ts';
import type { RecordState } from '../model/recording.ts';
import { type Draft, draftOf } from './draft.ts';
import type { PrivateFile } from './private-file.ts';
import { type Saved, saveRecording, sessionText } from './save.ts';

/** What the page of `record` can have done. */
export const recordCommand = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('keep'), id: z.int(), kept: z.boolean() }),
  z.object({ kind: z.literal('clear') }),
  z.object({ kind: z.literal('save') }),
]);
export type RecordCommand = z.infer<typeof recordCommand>;

export interface DeskOptions {
  readonly recorder: Recorder;
  /** Where the app is visited. */
  readonly origin: string;
  /** Absolute path that it is saved as. */
  readonly file: string;
  /** The same as it is shown. */
  readonly shownFile: string;
  readonly privateFile: PrivateFile;
  readonly preface: readonly string[];
  /** Our name and version. */
  readonly tool: string;
  /** Connections that were upgraded so far. */
  readonly upgrades: () => number;
  /** What was saved, in words. */
  readonly describe: (saved: Saved) => string;
}

/** What a person can have done with what is recorded, from the terminal and from the page. */
export interface RecordDesk {
  state(): RecordState;
  run(command: RecordCommand): Promise<void>;
  /** Saves it. Throws a UserError if there is nothing, or it cannot be written. */
  save(): Promise<Saved>;
  /** Whether there is something to play that is not saved as it is. */
  isUnsaved(): boolean;
}

/** So many times as long as a draft has taken, none is made again. */
const PAUSE = 3;

/** A desk for one recording. */
export function createRecordDesk(options: DeskOptions): RecordDesk {
  const { recorder, origin, file, privateFile } = options;
  const ids = new WeakMap<Recording, number>();
  const cleared = new WeakSet<Recording>();
  const choices = new Map<Recording, boolean>();
  let nextId = 1;
  let version = 0;
  let seen = '';
  let changes = 0;
  let saved: { readonly words: string; readonly as: string } | null = null;
  let draft: (Draft & { readonly text: string }) | null = null;
  let nextDraft = 0;
  const idOf = (recording: Recording) => {
    const id = ids.get(recording) ?? nextId++;
    ids.set(recording, id);
    return id;
  };
  const recordings = () => recorder.recordings().filter((one) => !cleared.has(one));
  const stateNow = () => `${recordings().length} ${recorder.missed()} ${options.upgrades()} ${changes}`;
  /** A large recording is looked at less often. */
  const current = (isUrgent: boolean): NonNullable<typeof draft> => {
    const began = performance.now();
    const now = stateNow();
    if (draft !== null && (now === seen || (!isUrgent && began < nextDraft))) return draft;
    const made = draftOf(recordings(), { origin, file, idOf, choices, taken: privateFile.taken });
    const { session, secrets } = made;
    draft = { ...made, text: session === null ? '' : sessionText(session, { secrets, preface: options.preface }) };
    seen = now;
    version++;
    nextDraft = performance.now() + PAUSE * (performance.now() - began);
    return draft;
  };
  const save = async () => {
    const as = current(true);
    const result = await saveRecording({ ...options, draft: as, recordings: recordings() });
    saved = { words: options.describe(result), as: seen };
    version++;
    return result;
  };
  return {
    state() {
      const { text, rows, problem } = current(false);
      return {
        version,
        origin,
        file: options.shownFile,
        rows,
        text,
        missed: recorder.missed(),
        upgrades: options.upgrades(),
        problem,
        saved: saved?.words ?? null,
      };
    },
    async run(command) {
      if (command.kind === 'save') {
        await save();
        return;
      }
      changes++;
      if (command.kind === 'clear') for (const one of recordings()) cleared.add(one);
      else {
        const wanted = recordings().find((one) => idOf(one) === command.id);
        if (wanted === undefined) throw new UserError('not-recorded', 'that request is no longer recorded', 'Load the page again.');
        choices.set(wanted, command.kept);
      }
      current(true);
    },
    save,
    isUnsaved: () => current(true).session !== null && saved?.as !== seen,
  };
}
