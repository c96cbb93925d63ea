import { fitsShapes, type Shape, shapeOf, splitTimes } from './shape.ts';

/** A text with the parts that may differ between plays marked. */
export type TextTemplate = readonly TextPart[];

export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  /** The same value as one seen earlier in the same play. */
  | { readonly kind: 'seen'; readonly label: string }
  /** A value that is new here; later parts may refer to it by the label. */
  | { readonly kind: 'fresh'; readonly label: string; readonly shapes: ReadonlySet<Shape>; readonly extent: Extent }
  /** A moment or a span of time: never compared. */
  | { readonly kind: 'time' };

/** How far a fresh value reaches: a run of word characters, or anything to the end. */
export type Extent = 'run' | 'rest';

/** Values seen so far in one play, by label, oldest first. */
export type Seen = Map<string, string>;

/** One control's text and what it had seen before. */
export interface Sample {
  readonly text: string;
  readonly seen: Seen;
  readonly playedAt: string;
}

/** Shorter values are recognised only as whole words: `7` must not be found within `17`. */
const DISTINCTIVE = 6;

/**
 * The template that all samples fit, found by walking them side by side word by word: equal words are text; words that
 * equal a value seen earlier in each play refer to it; the others are fresh and are added to each sample's `seen` under a
 * label made by `mint`.
 */
export function learnText(samples: readonly Sample[], mint: () => string): TextTemplate {
  const pieces = samples.map((sample) => splitTimes(sample.text, sample.playedAt));
  const [first = []] = pieces;
  const aligned = pieces.every(
    (list) => list.length === first.length && list.every((piece, index) => piece.time === first[index]?.time),
  );
  if (!aligned) return learnPlain(samples, mint);
  return first.flatMap((piece, index): TextPart[] => {
    if (piece.time) return [{ kind: 'time' }];
    return [
      ...learnPlain(
        samples.map((sample, control) => ({ ...sample, text: pieces[control]?.[index]?.text ?? '' })),
        mint,
      ),
    ];
  });
}

function learnPlain(samples: readonly Sample[], mint: () => string): TextTemplate {
  const texts = samples.map((sample) => sample.text);
  if (texts.every((text) => text === texts[0])) return texts[0] === '' ? [] : [{ kind: 'text', text: texts[0] ?? '' }];
  const parts: TextPart[] = [];
  let rest = texts;
  while (rest.some((text) => text !== '')) {
    const heads = rest.map(head);
    if (heads.every((word) => word === heads[0])) {
      parts.push({ kind: 'text', text: heads[0] ?? '' });
      rest = drop(rest, heads);
      continue;
    }
    const known = longestSeen(samples, rest);
    if (known !== null) {
      parts.push({ kind: 'seen', label: known });
      rest = drop(
        rest,
        samples.map((sample) => sample.seen.get(known) ?? ''),
      );
      continue;
    }
    const prefix = commonPrefix(heads);
    if (prefix !== '') {
      parts.push({ kind: 'text', text: prefix });
      rest = rest.map((text) => text.slice(prefix.length));
      continue;
    }
    const isRun = heads.every((word) => isWord(word));
    const values = isRun ? heads : rest;
    parts.push(fresh(samples, values, { label: mint(), extent: isRun ? 'run' : 'rest' }));
    rest = drop(rest, values);
  }
  return parts;
}

function fresh(
  samples: readonly Sample[],
  values: readonly string[],
  { label, extent }: { label: string; extent: Extent },
): TextPart {
  for (const [index, sample] of samples.entries()) sample.seen.set(label, values[index] ?? '');
  return { kind: 'fresh', label, shapes: new Set(values.map(shapeOf)), extent };
}

/** The next word, or the next single character that is not part of one. */
function head(text: string): string {
  return /^[\p{L}\p{N}_-]+/u.exec(text)?.[0] ?? String.fromCodePoint(text.codePointAt(0) ?? 0).slice(0, text.length);
}

function isWord(text: string): boolean {
  return /^[\p{L}\p{N}_-]+$/u.test(text);
}

function drop(texts: readonly string[], heads: readonly string[]): string[] {
  return texts.map((text, index) => text.slice(heads[index]?.length ?? 0));
}

/** What all words begin with, up to and with the last `-` or `_`. */
function commonPrefix(words: readonly string[]): string {
  const [first = '', ...others] = words;
  let length = 0;
  while (length < first.length && others.every((word) => word[length] === first[length])) length++;
  const common = first.slice(0, length);
  return common.slice(0, Math.max(common.lastIndexOf('-'), common.lastIndexOf('_')) + 1);
}

/** The label whose value stands next in every sample; of several the one with the longest value, then the oldest. */
function longestSeen(samples: readonly Sample[], rest: readonly string[]): string | null {
  let best: string | null = null;
  let bestLength = 0;
  for (const [label, value] of samples[0]?.seen ?? []) {
    if (value.length <= bestLength || !startsWithValue(rest[0] ?? '', value)) continue;
    const everywhere = samples.every((sample, index) => startsWithValue(rest[index] ?? '', sample.seen.get(label) ?? ''));
    if (!everywhere) continue;
    best = label;
    bestLength = value.length;
  }
  return best;
}

function startsWithValue(text: string, value: string): boolean {
  if (value === '' || !text.startsWith(value)) return false;
  return value.length >= DISTINCTIVE || !/^[\p{L}\p{N}]/u.test(text.slice(value.length));
}

/**
 * Holds a text against a template. On a match the fresh values, by label; else `null`. `wild` labels (values bound to a
 * process, or never seen in this play) match any word.
 */
export function matchText(
  template: TextTemplate,
  text: string,
  { seen, wild }: { seen: Seen; wild: ReadonlySet<string> },
): Map<string, string> | null {
  const fresh: Extract<TextPart, { kind: 'fresh' }>[] = [];
  const source = template.map((part) => {
    if (part.kind === 'text') return escapePattern(part.text);
    if (part.kind === 'time') return '[^]{1,40}?';
    if (part.kind === 'seen') {
      const value = wild.has(part.label) ? undefined : seen.get(part.label);
      return value === undefined ? '[^]*?' : escapePattern(value);
    }
    fresh.push(part);
    return part.extent === 'run' ? '([\\p{L}\\p{N}_-]*)' : '([^]*)';
  });
  const match = new RegExp(`^${source.join('')}$`, 'u').exec(text);
  if (match === null) return null;
  const values = fresh.map((part, index) => [part, match[index + 1] ?? ''] as const);
  if (!values.every(([part, value]) => fitsShapes(value, part.shapes))) return null;
  return new Map(values.map(([part, value]) => [part.label, value]));
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** The text that a template demands, as far as it is known: fresh parts by their shape, `‹uuid›`. */
export function renderTemplate(template: TextTemplate, { seen, wild }: { seen: Seen; wild: ReadonlySet<string> }): string {
  return template
    .map((part) => {
      if (part.kind === 'text') return part.text;
      if (part.kind === 'time') return '‹time›';
      if (part.kind === 'seen') return wild.has(part.label) ? '‹any›' : (seen.get(part.label) ?? '‹any›');
      return `‹${[...part.shapes].join(' or ')}›`;
    })
    .join('');
}
