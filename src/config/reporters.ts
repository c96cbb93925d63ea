import { REPORTER_NAMES, type ReporterChoice, type ReporterName } from '../model/config.ts';

/** What prints for people or for the log it runs in: it has no file. */
const PRINTED: readonly ReporterName[] = ['terminal', 'github'];
/** What nobody wants to see in a terminal. */
const SAVED: readonly ReporterName[] = ['html'];
const ONE = new RegExp(`^(${REPORTER_NAMES.join('|')})(?:=(.+))?$`, 's');
/** Commas part reporters where a reporter's name follows: a file's name may hold one. */
const COMMA = new RegExp(`,(?=(?:${REPORTER_NAMES.join('|')})(?:=|,|$))`);

/** The reporters in a text such as `terminal,junit=report.xml`, with files as they were written. Empty if one of them is none. */
export function splitReporters(text: string): ReporterChoice[] {
  const found = text.split(COMMA).map((part): ReporterChoice | null => {
    const [, name, file = null] = ONE.exec(part) ?? [];
    if (name === undefined) return null;
    const choice = { name: name as ReporterName, file };
    return (file === null ? SAVED : PRINTED).includes(choice.name) ? null : choice;
  });
  return found.includes(null) ? [] : found.filter((choice) => choice !== null);
}

/** Whether several of them would write to standard output, which only one program can read. */
export function shareOutput(texts: readonly string[]): boolean {
  const toOutput = texts.flatMap(splitReporters).filter(({ name, file }) => file === null && !PRINTED.includes(name));
  return toOutput.length > 1;
}
