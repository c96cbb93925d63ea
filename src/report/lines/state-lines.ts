import stringWidth from 'string-width';
import { ranges } from '../../model/ranges.ts';
import type { Report, StateReport } from '../../model/report.ts';
import { cut, fold, pad, within } from '../text.ts';
import type { Canvas } from './canvas.ts';

const MAX_COLUMN = 28;
const LEAST_ROOM = 24;

/** Where each kind of state lives, as a table. */
export function stateLines({ colors, width }: Canvas, { sessions }: Pick<Report, 'sessions'>, cwd: string): string[] {
  const rows = stateRows({ sessions }, cwd);
  if (rows.length === 0) return [];
  const columns = [0, 1].map((column) => Math.min(MAX_COLUMN, Math.max(...rows.map((row) => stringWidth(row[column] ?? '')))));
  return [
    colors.bold('Where state lives'),
    ...rows.flatMap(([what = '', place = '', rest = '']) => {
      const left = `  ${pad(cut(what, columns[0] ?? 0), columns[0] ?? 0)}  ${pad(cut(place, columns[1] ?? 0), columns[1] ?? 0)}  `;
      const room = width - stringWidth(left);
      if (room >= LEAST_ROOM) return [left + colors.dim(cut(rest, room))];
      // A narrow terminal has it in lines of its own.
      return [
        ...fold(`  ${what}: ${place}`, width, { max: 3 }),
        ...fold(rest, width - 4, { max: 2 }).map((line) => `    ${colors.dim(line)}`),
      ];
    }),
  ];
}

/** Rows of the table: what and its steps, its place, and there what with which end. */
export function stateRows({ sessions }: Pick<Report, 'sessions'>, cwd: string): string[][] {
  return sessions.flatMap(({ name, state }) =>
    state.map((one) => {
      const session = sessions.length > 1 ? `${name} ` : '';
      return [
        `${session}${one.what} (${one.steps.length > 1 ? 'steps' : 'step'} ${ranges(one.steps)})`,
        one.place,
        placeWords(one, cwd),
      ];
    }),
  );
}

/** What of a place is known, and when what is there goes. */
function placeWords({ detail, expiry }: Pick<StateReport, 'detail' | 'expiry'>, cwd: string): string {
  const path = within(cwd, detail);
  return [path, expiry ?? ''].filter((part) => part !== '').join(', ');
}
