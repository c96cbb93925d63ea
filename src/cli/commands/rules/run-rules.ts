import { RULES } from '../../../checks/index.ts';
import { nearest } from '../../../config/nearest.ts';
import { UserError } from '../../../errors.ts';
import type { RuleMeta } from '../../../model/rule.ts';
import { packaged } from '../../../packaged.ts';
import { type Canvas, createCanvas, labelled } from '../../../report/lines/canvas.ts';
import { cut, pad } from '../../../report/text.ts';
import type { Context } from '../../context.ts';
import { EXIT } from '../../outcome/exit-code.ts';
import { colorOf, widthOf } from '../../terminal/terminal.ts';

/** Prints all rules, or one in full. Promises the exit code. */
export async function runRules(id: string | undefined, { terminal, color }: Context): Promise<number> {
  const { stdout } = terminal;
  const canvas = createCanvas({ width: widthOf(stdout), color: colorOf(stdout, terminal, color()) });
  const lines = id === undefined ? RULES.map((rule) => summary(canvas, rule)) : explanation(canvas, find(id));
  stdout.write(`${lines.join('\n')}\n`);
  return EXIT.ok;
}

function find(id: string): RuleMeta {
  const rule = RULES.find((one) => one.id === id);
  if (rule !== undefined) return rule;
  const ids = RULES.map((one) => one.id);
  const meant = nearest(id, ids);
  throw new UserError(
    'rule-unknown',
    `there is no rule ${id}`,
    `${meant === null ? '' : `Did you mean ${meant}? `}Rules: ${ids.join(', ')}.`,
  );
}

function summary({ width, colors }: Canvas, { id, level, clauses, failureTitle }: RuleMeta): string {
  const left = `${colors.bold(pad(id, 17))} ${pad(level, 10)} ${pad(clauses.join(' '), 6)} `;
  return left + colors.dim(cut(failureTitle, width - 36));
}

function explanation(canvas: Canvas, { id, level, clauses, failureTitle, title, why, fix }: RuleMeta): string[] {
  const line = (label: string, text: string) => labelled(canvas, label, text, { indent: 2, gap: 7 });
  return [
    `${canvas.colors.bold(id)}  ${canvas.colors.dim(`${clauses.join(' ')} · ${level}`)}`,
    ...line('fails', failureTitle),
    ...line('holds', title),
    ...line('why', why),
    ...line('fix', fix),
    ...line('docs', packaged(`docs/rules/${id}.md`)),
  ];
}
