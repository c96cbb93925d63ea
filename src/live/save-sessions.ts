import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Recording } from './recorder.ts';
import { toHar } from './to-har.ts';

export interface SaveOptions {
  /** That is there. */
  readonly folder: string;
  /** The app's. */
  readonly origin: string;
  /** Our name and version. */
  readonly tool: string;
  readonly now: Date;
}

/** A session that was saved. */
export interface SavedSession {
  /** Absolute path. */
  readonly file: string;
  readonly requests: number;
}

/**
 * Writes what each visitor has asked for as a session file that only the user can read: it holds what they sent, passwords too. Throws a
 * UserError if there is nothing to save.
 */
export function saveSessions(recordings: readonly Recording[], { folder, origin, tool, now }: SaveOptions): SavedSession[] {
  const visitors = byVisitor(recordings);
  if (visitors.size === 0)
    throw new UserError('nothing-recorded', 'nobody has asked for anything in the last minutes', 'Visit the app, then save again.');
  const stamp = now
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replaceAll(/[:T]/g, '-');
  return [...visitors].map(([visitor, own]) => {
    const file = join(folder, `${stamp}${visitors.size === 1 ? '' : `-visitor-${visitor}`}.har`);
    writeFileSync(file, toHar(own, { origin, tool }), { mode: 0o600 });
    return { file, requests: own.length };
  });
}

function byVisitor(recordings: readonly Recording[]): Map<number, Recording[]> {
  const visitors = new Map<number, Recording[]>();
  for (const one of recordings) {
    const own = visitors.get(one.visitor) ?? [];
    visitors.set(one.visitor, own);
    own.push(one);
  }
  return visitors;
}
