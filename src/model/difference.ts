/** Two replies line by line, as far as they differ, with a few lines around. Hostile text. */
export type DifferenceRow =
  /** Lines that stand beside each other; `null`: the other reply has nothing there. Where no span differs they are equal but for noise. */
  | { readonly kind: 'lines'; readonly expected: Line | null; readonly actual: Line | null }
  /** Lines that were left out here: equal ones, or more that differ than can be shown. */
  | { readonly kind: 'folded'; readonly lines: number; readonly differ: boolean };

/** A line in parts. */
export type Line = readonly Span[];

export interface Span {
  readonly text: string;
  /** The other reply has something else here, and plays alike do not differ in it. */
  readonly differs: boolean;
}

/** The lines of rows for one column: `-` expected, `+` actual, a space where both are alike. */
export function unified(rows: readonly DifferenceRow[]): { readonly sign: '-' | '+' | ' '; readonly line: Line }[] {
  const lines: { sign: '-' | '+' | ' '; line: Line }[] = [];
  let later: { sign: '+'; line: Line }[] = [];
  for (const row of rows) {
    const isChange = row.kind === 'lines' && differs(row);
    // Of lines that follow each other first all that was expected is told, then all that came.
    if (!isChange) {
      lines.push(...later);
      later = [];
    }
    if (row.kind === 'folded') lines.push({ sign: ' ', line: [{ text: foldedWords(row), differs: false }] });
    else if (!isChange) lines.push({ sign: ' ', line: row.expected ?? row.actual ?? [] });
    else {
      if (row.expected !== null) lines.push({ sign: '-', line: row.expected });
      if (row.actual !== null) later.push({ sign: '+', line: row.actual });
    }
  }
  return [...lines, ...later];
}

/** Whether the two lines of a row differ. */
export function differs({ expected, actual }: Extract<DifferenceRow, { kind: 'lines' }>): boolean {
  return expected === null || actual === null || [...expected, ...actual].some((span) => span.differs);
}

/** A line as plain text. */
export function lineText(line: Line): string {
  return line.map(({ text }) => text).join('');
}

/** What a fold stands for. */
export function foldedWords({ lines, differ }: Extract<DifferenceRow, { kind: 'folded' }>): string {
  const noun = lines === 1 ? 'line' : 'lines';
  return differ ? `… ${lines} more ${noun}` : `… ${lines} equal ${noun}`;
}
