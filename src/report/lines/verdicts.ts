import stringWidth from 'string-width';
import type { Report, Verdict } from '../../model/report.ts';
import { count, cut, fold, pad } from '../text.ts';
import type { Canvas } from './canvas.ts';

/** A verdict for every clause of factor VI; clauses that nothing was found out about share a line. */
export function clauseLines(canvas: Canvas, { clauses, rules, findings }: Report): string[] {
  const { colors } = canvas;
  const audited = clauses.filter(({ verdict }) => verdict.kind !== 'not-applicable');
  const others = clauses.filter(({ verdict }) => verdict.kind === 'not-applicable');
  const said = ({ clause, verdict }: (typeof clauses)[number]) => {
    if (verdict.kind !== 'fail') return words(verdict);
    return `fail: ${namesOf(findings.filter((one) => one.level !== 'note' && one.clauses.includes(clause)))}`;
  };
  const isScript = rules.some(({ id, verdict }) => id === 'leftover-run' && verdict.kind !== 'not-applicable');
  const notes = audited.map(said);
  const room = Math.max(0, ...notes.map((note) => stringWidth(note)));
  return [
    colors.bold('Factor VI'),
    ...audited.map(({ clause, title, verdict }, at) => {
      const width = canvas.width - 7 - room - 2;
      return `  ${mark(canvas, verdict)} ${clause} ${pad(cut(title, width), width)}  ${paint(canvas, verdict)(notes[at] ?? '')}`.trimEnd();
    }),
    ...notAudited(
      canvas,
      others.map(({ clause }) => clause),
      { rules, isScript },
    ),
  ];
}

function notAudited(
  { width, colors }: Canvas,
  clauses: readonly string[],
  { rules, isScript }: { rules: Report['rules']; isScript: boolean },
): string[] {
  const isLeftOut = (...ids: readonly string[]) =>
    rules.every(({ id, verdict }) => !ids.includes(id) || verdict.kind === 'not-applicable');
  const ofDisk = isLeftOut('local-disk') ? ['disk'] : [];
  const ofJobs = isLeftOut('job-handoff', 'lost-work') ? ['jobs'] : [];
  const said = ofDisk.length > 0 ? 'what C2 C3 C4 C5 say of' : 'what C4 C5 say of';
  const more = isScript ? [] : [...ofDisk, ...ofJobs];
  const parts = [
    ...(clauses.length === 0 ? [] : [clauses.join(' ')]),
    ...(more.length === 0 ? [] : [`${said} ${more.join(' and ')}`]),
  ];
  if (parts.length === 0) return [];
  const text = `not audited: ${parts.join(', and ')}`;
  return fold(text, width - 4).map((line, index) => colors.dim((index === 0 ? '  - ' : '    ') + line));
}

/** Findings by their ids, as `replay` takes them. */
function namesOf(findings: Report['findings']): string {
  const ids = findings.map(({ id }) => id);
  return ids.length > MOST_NAMES ? count(ids.length, 'finding') : ids.join(', ');
}

/** A clause names so many findings; of more it gives the number. */
const MOST_NAMES = 3;

/** A verdict for every rule, with the number of times it was exercised or why there is none: a reason that several share is given once. */
export function ruleLines(canvas: Canvas, { rules }: Report): string[] {
  const width = Math.max(0, ...rules.map(({ id }) => id.length)) + 2;
  const reasonOf = ({ verdict }: Report['rules'][number]) => ('reason' in verdict ? `${words(verdict)}: ${verdict.reason}` : null);
  const shared = (rule: Report['rules'][number]) => {
    const reason = reasonOf(rule);
    const others = reason === null ? [] : rules.filter((other) => reasonOf(other) === reason);
    if (others.length < 2) return null;
    return { isFirst: others[0] === rule, ids: others.map(({ id }) => id), reason: rule.verdict };
  };
  return [
    canvas.colors.bold('Rules'),
    ...rules.flatMap((rule) => {
      const { id, level, verdict } = rule;
      const group = shared(rule);
      if (group !== null) {
        if (!group.isFirst) return [];
        const why = 'reason' in group.reason ? group.reason.reason : '';
        const text = `${group.ids.join(', ')}: ${words(group.reason)}${group.reason.kind === 'inconclusive' ? ', as' : ':'} ${why}`;
        return fold(text, canvas.width - 4, { max: 6 }).map(
          (line, index) => (index === 0 ? `  ${mark(canvas, verdict)} ` : '    ') + paint(canvas, verdict)(line),
        );
      }
      const isNote = level === 'note' && verdict.kind === 'fail';
      const said = isNote ? `noted: ${count(verdict.findings, 'finding')}` : words(verdict);
      const text = 'reason' in verdict ? `${said}: ${verdict.reason}` : said;
      const lines = fold(text, canvas.width - 4 - width, { max: 3 }).map(isNote ? canvas.colors.dim : paint(canvas, verdict));
      const sign = isNote ? canvas.colors.dim('·') : mark(canvas, verdict);
      return lines.map((line, index) => (index === 0 ? `  ${sign} ${pad(id, width)}` : pad('', 4 + width)) + line);
    }),
  ];
}

function words(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'pass':
      return `pass × ${verdict.exercised}`;
    case 'fail':
      return `fail: ${count(verdict.findings, 'finding')}`;
    case 'inconclusive':
      return 'inconclusive';
    case 'not-applicable':
      return 'not audited';
  }
}

function mark({ colors }: Canvas, { kind }: Verdict): string {
  return { pass: colors.green('✓'), fail: colors.red('✗'), inconclusive: colors.yellow('?'), 'not-applicable': colors.dim('-') }[
    kind
  ];
}

function paint({ colors }: Canvas, { kind }: Verdict): (text: string) => string {
  return { pass: colors.dim, fail: colors.red, inconclusive: colors.yellow, 'not-applicable': colors.dim }[kind];
}
