import { createLogUpdate } from 'log-update';
import pc from 'picocolors';
import type { Progress } from '../../model/progress.ts';
import { count, cut, harmlessText } from '../../report/text.ts';
import { type Output, widthOf } from './terminal.ts';

/** Shows how an audit gets on: live lines where they can be drawn over, else a line for each phase and each finding. */
export interface ProgressDisplay extends Disposable {
  show(progress: Progress): void;
  /** A line that stays. */
  say(line: string): void;
}

export interface ProgressOptions {
  readonly live: boolean;
  readonly color: boolean;
  /** Milliseconds of a steady clock. */
  readonly clock: () => number;
  /** What is to stay of some news, in lines; `seconds`: since the audit began. */
  readonly tell: (news: Pick<Progress, 'found' | 'reached'>, seconds: number) => readonly string[];
}

const FRAME_MS = 100;
const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const BAR = 24;

/** Progress on `output`; disposing clears what is live. */
export function showProgress(output: Output, options: ProgressOptions): ProgressDisplay {
  return options.live ? liveProgress(output, options) : plainProgress(output, options);
}

function plainProgress(output: Output, { clock, tell }: ProgressOptions): ProgressDisplay {
  const began = clock();
  let last: Progress | null = null;
  return {
    show(progress) {
      const place = placeOf(progress);
      if (last === null || placeOf(last) !== place) output.write(`${place}\n`);
      if (progress.found.length > 0)
        output.write(`${place}: ${count(progress.findings, 'finding')} after ${count(progress.trials, 'trial')}\n`);
      const told = tell(progress, secondsSince(began, clock));
      if (told.length > 0) output.write(block(told));
      last = progress;
    },
    say: (line) => void output.write(`${line}\n`),
    [Symbol.dispose]() {},
  };
}

function liveProgress(output: Output, { color, clock, tell }: ProgressOptions): ProgressDisplay {
  const update = createLogUpdate(output as NodeJS.WritableStream);
  const colors = pc.createColors(color);
  const began = clock();
  let last: Progress | null = null;
  let frame = 0;
  const draw = () => {
    if (last === null) return;
    const { trials, planned, findings } = last;
    const spin = SPINNER[frame++ % SPINNER.length] ?? '';
    const filled = planned === 0 ? 0 : Math.min(BAR, Math.round((BAR * trials) / planned));
    const bar = colors.cyan('━'.repeat(filled)) + colors.dim('━'.repeat(BAR - filled));
    const found = findings === 0 ? colors.dim('no finding so far') : colors.red(`${count(findings, 'finding')} so far`);
    const seconds = secondsSince(began, clock);
    const elapsed = colors.dim(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`);
    update(
      `${colors.cyan(spin)} ${cut(placeOf(last), widthOf(output) - 3)}\n  ${bar} ${trials}${planned > 0 ? `/${planned}` : ''} trials  ${found}  ${elapsed}`,
    );
  };
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();
  return {
    show(progress) {
      const changed = last === null || placeOf(last) !== placeOf(progress) || last.findings !== progress.findings;
      last = progress;
      const told = tell(progress, secondsSince(began, clock));
      if (told.length > 0) {
        update.clear();
        output.write(block(told));
      }
      if (changed) draw();
    },
    say(line) {
      update.clear();
      output.write(`${line}\n`);
      draw();
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      update.clear();
      update.done();
    },
  };
}

function secondsSince(began: number, clock: () => number): number {
  return Math.floor((clock() - began) / 1000);
}

function block(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function placeOf({ phase, session }: Progress): string {
  return harmlessText(session === null ? phase : `${phase} ${session}`, 200);
}
