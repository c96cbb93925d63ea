/** What one trial wrote to its disks. Evidence, never a finding by itself. Paths are redacted. */
export interface Journal {
  /** In the order in which they were seen, by path where seen at once. Bounded. */
  readonly entries: readonly JournalEntry[];
  /** There was more than is listed. */
  readonly truncated: boolean;
}

export interface JournalEntry {
  /** 0-based index of the step during which (or before which, since the step before) it was written; `null`: while the process booted. */
  readonly step: number | null;
  /** Name of the process that served the step or booted: `web.1`, after a restart `web.1'`. */
  readonly by: string;
  /** Absolute path as processes see it; a folder that was made has a slash at the end. */
  readonly path: string;
  readonly change: 'created' | 'changed' | 'deleted';
  /** Size afterwards. */
  readonly bytes: number;
  readonly kind: FileKind;
}

/** Whether it is what pages are dressed in: style sheets, scripts, or what compilers of assets keep of them. */
export function isMadeAsset({ kind, path }: JournalEntry): boolean {
  return kind === 'asset' || (kind === 'cache' && /\/assets?\//.test(path));
}

/** What a file is for, as far as its path tells. */
export type FileKind = 'upload' | 'session' | 'database' | 'cache' | 'asset' | 'log' | 'lock' | 'temporary' | 'other';
