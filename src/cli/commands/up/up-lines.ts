import stringWidth from 'string-width';
import { lineText, unified } from '../../../model/difference.ts';
import type { ShownReply } from '../../../model/finding.ts';
import type { Contradiction, LiveEvent, LiveProcess } from '../../../model/live.ts';
import { eventWords } from '../../../model/live-words.ts';
import { createCanvas } from '../../../report/lines/canvas.ts';
import { signPaints } from '../../../report/lines/difference-lines.ts';
import { count, harmlessText, pad } from '../../../report/text.ts';
import { colorOf, type Terminal, widthOf } from '../../terminal/terminal.ts';

/** Name of lines that are no process's. */
export const OWN = 'router';
/** Lines of an app that are longer are cut on the terminal. */
const MAX_LINE = 2_000;
/** Lines of what two replies differ in. */
const MAX_DIFFERENCE = 12;
/** Characters of a reply. */
const MAX_SHOWN = 160;
/** What the terminal has not taken yet; more is left out, in bytes. */
const MAX_WAITING = 1024 * 1024;

/** Prints lines with the name of whoever wrote them, each in a colour of its own. */
export interface UpLines {
  say(by: string, text: string): void;
  /** In words, if there are any. */
  tell(event: LiveEvent): void;
  /** Prints only the lines of one process from now on; `null`: of all. */
  follow(name: string | null): void;
}

/** `widest`: the longest name that is expected. */
export function upLines(terminal: Terminal, { widest, color }: { widest: string; color: boolean }): UpLines {
  const { stdout } = terminal;
  const { colors } = createCanvas({ width: widthOf(stdout), color: colorOf(stdout, terminal, color) });
  const paints = [colors.cyan, colors.magenta, colors.green, colors.yellow, colors.blue];
  const names: string[] = [];
  let width = Math.max(stringWidth(OWN), stringWidth(widest));
  let followed: string | null = null;
  let left = 0;

  const paintOf = (by: string) => {
    if (by === OWN) return colors.bold;
    if (!names.includes(by)) names.push(by);
    return paints[names.indexOf(by) % paints.length] ?? colors.cyan;
  };
  const print = (by: string, text: string, paint: (text: string) => string) => {
    // A terminal that does not keep up is no reason to fill the memory.
    if (stdout.writableLength > MAX_WAITING) {
      left++;
      return;
    }
    width = Math.max(width, stringWidth(by));
    if (left > 0) stdout.write(`${pad(OWN, width)} | ${count(left, 'line')} left out: the terminal did not keep up\n`);
    left = 0;
    stdout.write(`${paintOf(by)(pad(by, width))} ${colors.dim('|')} ${paint(harmlessText(text, MAX_LINE))}\n`);
  };
  const same = (text: string) => text;
  const say = (by: string, text: string) => print(by, text, by === OWN ? same : colors.dim);
  const tellContradiction = ({ path, one, other, replies, likely }: Contradiction) => {
    print(OWN, `✗ GET ${path} depends on who answers`, colors.red);
    say(OWN, `  ${pad(one, width)}  ${replyWords(replies.one)}`);
    say(OWN, `  ${pad(other, width)}  ${replyWords(replies.other)}`);
    for (const { sign, line } of unified(replies.difference).slice(0, MAX_DIFFERENCE))
      print(OWN, `  ${sign} ${lineText(line)}`, signPaints(colors)[sign]);
    say(OWN, `  likely ${likely.rule}: ${likely.why}`);
  };
  return {
    say,
    follow(name) {
      followed = name;
    },
    tell(event) {
      if (event.kind === 'line') {
        if (followed === null || followed === event.by) print(event.by, event.text, same);
        return;
      }
      if (event.kind === 'contradiction') tellContradiction(event.contradiction);
      if (event.kind === 'note') say(OWN, event.text);
      const words = eventWords(event);
      if (words !== null && 'by' in event) say(event.by, words);
    },
  };
}

/** A reply in a line. */
function replyWords({ status, reason, body, bytes }: ShownReply): string {
  if (status === null) return `no answer: ${reason}`;
  return `${status} ${body === '' && bytes > 0 ? `(${bytes} bytes)` : harmlessText(body, MAX_SHOWN)}`;
}

/** A process in a line. */
export function processWords({ state, pid, restarts, open, memory, written }: LiveProcess): string {
  return [
    state,
    pid === null ? '' : `pid ${pid}`,
    count(restarts, 'restart'),
    `${open} open`,
    memory === null ? '' : `${Math.round(memory / 1024 / 1024)} MB`,
    written === null ? '' : `${count(written.count, 'file')} written`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}
