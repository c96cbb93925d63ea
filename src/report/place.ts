import type { CodeChange, Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';

/** Where a finding is shown in a file. */
export interface Place {
  /** Relative to the given folder, with slashes; absolute where it lies outside. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** The line of the session that a finding is about; of one that is about no step: the beginning of the first session. */
export function placeOf({ step, location }: Finding, { sessions }: Report, folder: string): Place {
  const file = step === null ? (sessions[0]?.file ?? '') : location.file;
  return { file: within(folder, file), line: Math.max(1, step === null ? 1 : location.line) };
}

/** A path relative to a folder that it lies in; else as it is. */
function within(folder: string, path: string): string {
  const plain = path.replaceAll('\\', '/');
  const base = folder.replaceAll('\\', '/').replace(/\/$/, '');
  return plain.startsWith(`${base}/`) ? plain.slice(base.length + 1) : plain;
}

/** What a change of code is for, and where it is customarily made. */
export function changeTitle({ file, framework }: CodeChange): string {
  return `${file}, for ${framework}`;
}

/** A change of code as plain lines; none where there is none. */
export function changeTexts(change: CodeChange | null): readonly string[] {
  return change === null ? [] : [changeTitle(change), ...change.lines];
}

/** A finding in a sentence: which step answers wrongly, and when. */
export function sentence({ step, expected, actual, title }: Finding): string {
  const subject = step === null ? '' : `Step ${step.number} ${step.request}: `;
  return `${title}. ${subject}${actual.reply} ${actual.when}; expected ${expected.reply}, as ${expected.when}.`;
}
