import type { Arm, Replay } from '../../../replay.ts';
import { type Canvas, edges, labelled } from '../../../report/lines/canvas.ts';
import { cut, harmless, pad } from '../../../report/text.ts';

/** Both runs of a minimal pair side by side, step by step, then the replies that differ in full. */
export function replayLines(canvas: Canvas, replay: Replay): string[] {
  const { finding, passing, failing, reproduced } = harmless(replay);
  const { colors } = canvas;
  const steps = Math.max(passing.steps.length, failing.steps.length);
  const rows = Array.from({ length: steps }, (_, index) => ({ left: passing.steps[index], right: failing.steps[index] }));
  const number = String(steps).length + 1;
  const request = Math.min(
    Math.floor(canvas.width * 0.3),
    Math.max(4, ...rows.map(({ left, right }) => (left ?? right)?.request.length ?? 0)),
  );
  const half = Math.floor((canvas.width - number - request - 8) / 2);
  const cell = (step: Step | undefined) => pad(cut(step === undefined ? '-' : `${step.by}  ${step.reply}`, half), half);
  const head = `  ${pad('', number)} ${pad('', request)}  `;
  const differing = rows.filter(({ left, right }) => left?.differs === true || right?.differs === true);
  return [
    ...edges(canvas, `${colors.bold(finding.rule)}   ${finding.title}`, colors.dim(finding.id)),
    `${head}${colors.green(pad(`expected  ${passing.schedule}`, half))}  ${colors.red(`actual  ${failing.schedule}`)}`,
    ...rows.map(({ left, right }, index) => {
      const mark = left?.differs === true || right?.differs === true ? colors.red('✗') : ' ';
      return `${mark} ${pad(String(index + 1), number)} ${pad(cut((left ?? right)?.request ?? '', request), request)}  ${cell(left)}  ${cell(right)}`.trimEnd();
    }),
    ...differing
      .slice(0, 3)
      .flatMap(({ left, right }) => [
        '',
        ...labelled(canvas, 'expected', `${left?.by ?? ''}  ${left?.reply ?? '-'}`, { indent: 2, gap: 10 }),
        ...labelled(canvas, 'actual', `${right?.by ?? ''}  ${right?.reply ?? '-'}`, { indent: 2, gap: 10 }),
      ]),
    '',
    reproduced ? colors.bold(colors.red('reproduced')) : colors.bold(colors.yellow('not reproduced')),
  ];
}

type Step = Arm['steps'][number];
