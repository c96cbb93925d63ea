import { isClaim } from '../values/claims.ts';
import { type Seen, startsWithValue } from '../values/seen.ts';
import { type Stretch, shapesOf, splitTimes } from '../values/shape.ts';
import type { Extent, TextPart, TextTemplate } from '../values/template.ts';
import { wordAt } from '../values/words.ts';

/** One control's text and what it had seen before. */
export interface TextSample {
  readonly text: string;
  readonly seen: Seen;
  readonly playedAt: string;
}

/**
 * The template that all samples fit, found by walking them side by side word by word: equal words are text; words that
 * equal a value seen earlier in each play refer to it; the others are fresh and are added to each sample's `seen` under a
 * label made by `mint`. A length of time is text where it is the same in all samples.
 */
export function learnText(samples: readonly TextSample[], mint: () => string): TextTemplate {
  const pieces = samples.map((sample) => splitTimes(sample.text, sample.playedAt));
  const [first = []] = pieces;
  const aligned = pieces.every(
    (list) => list.length === first.length && list.every((piece, index) => piece.kind === first[index]?.kind),
  );
  if (!aligned) return new Walk(samples, mint).learn();
  return merged(first.flatMap((piece, index) => learnPiece(samples, { piece, others: pieces.map((list) => list[index]), mint })));
}

function learnPiece(
  samples: readonly TextSample[],
  { piece, others, mint }: { piece: Stretch; others: readonly (Stretch | undefined)[]; mint: () => string },
): TextTemplate {
  if (piece.kind === 'moment') return [{ kind: 'time' }];
  if (others.every((other) => other?.text === piece.text)) return [{ kind: 'text', text: piece.text }];
  if (piece.kind === 'span') return [{ kind: 'time' }];
  return new Walk(
    samples.map((sample, control) => ({ ...sample, text: others[control]?.text ?? '' })),
    mint,
  ).learn();
}

/** Walks texts side by side; each has a place of its own. */
class Walk {
  readonly #samples: readonly TextSample[];
  readonly #mint: () => string;
  readonly #at: number[];
  readonly #parts: TextPart[] = [];

  constructor(samples: readonly TextSample[], mint: () => string) {
    this.#samples = samples;
    this.#mint = mint;
    this.#at = samples.map(() => 0);
  }

  learn(): TextTemplate {
    if (isBase64(this.#samples.map(({ text }) => text)) && this.#known() === null)
      return [
        this.#fresh(
          this.#samples.map(({ text }) => text),
          'rest',
        ),
      ];
    while (this.#samples.some(({ text }, index) => this.#place(index) < text.length)) {
      const { part, taken } = this.#next();
      this.#parts.push(part);
      for (const [index, text] of taken.entries()) this.#at[index] = this.#place(index) + text.length;
    }
    return merged(this.#parts);
  }

  /** The part that comes next, and what of every text it takes up. */
  #next(): { part: TextPart; taken: readonly string[] } {
    const heads = this.#samples.map(({ text }, index) => head(text, this.#place(index)));
    const label = this.#known();
    if (label === null && heads.every((word) => word === heads[0]))
      return { part: { kind: 'text', text: heads[0] ?? '' }, taken: heads };
    if (label !== null) return { part: { kind: 'seen', label }, taken: this.#samples.map(({ seen }) => seen.get(label) ?? '') };
    const prefix = commonPrefix(heads);
    if (prefix !== '') return { part: { kind: 'text', text: prefix }, taken: heads.map(() => prefix) };
    const isRun = heads.every((word) => wordAt(word, 0) !== '');
    const taken = isRun ? heads : this.#samples.map(({ text }, index) => text.slice(this.#place(index)));
    return { part: this.#fresh(taken, isRun ? 'run' : 'rest'), taken };
  }

  #place(sample: number): number {
    return this.#at[sample] ?? 0;
  }

  #fresh(values: readonly string[], extent: Extent): TextPart {
    const label = this.#mint();
    for (const [index, { seen }] of this.#samples.entries()) seen.set(label, values[index] ?? '');
    return { kind: 'fresh', label, shapes: shapesOf(values), extent };
  }

  /** The label whose value stands next in every sample, another one in each: values may begin alike, as addresses do. */
  #known(): string | null {
    const [first, ...others] = this.#samples;
    for (const label of first?.seen.standingAt(first.text, this.#place(0)) ?? []) {
      if (this.#samples.every(({ seen }) => seen.get(label) === first?.seen.get(label))) continue;
      if (!this.#samples.every(({ seen }) => isClaim(label, seen.get(label) ?? ''))) continue;
      const everywhere = others.every(({ text, seen }, index) =>
        startsWithValue(text, this.#place(index + 1), seen.get(label) ?? ''),
      );
      if (everywhere) return label;
    }
    return null;
  }
}

/** Whether all texts are bytes in Base64, and others in each: the signs in it part no words. */
function isBase64(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length && texts.every((text) => text.length % 4 === 0 && BASE64.test(text));
}

const BASE64 = /^(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=[^\d+/]*[\d+/])[A-Za-z\d+/]{8,}={0,2}$/;

/** The next word, or the next single character that is not part of one. */
function head(text: string, at: number): string {
  const word = wordAt(text, at);
  return word === '' && at < text.length ? String.fromCodePoint(text.codePointAt(at) ?? 0) : word;
}

/** What all words begin with, up to and with the last `-` or `_`. */
function commonPrefix(words: readonly string[]): string {
  const [first = '', ...others] = words;
  let length = 0;
  while (length < first.length && others.every((word) => word[length] === first[length])) length++;
  const common = first.slice(0, length);
  return common.slice(0, Math.max(common.lastIndexOf('-'), common.lastIndexOf('_')) + 1);
}

/** The same template with neighbouring texts made one, and words that vary side by side made a phrase, of however many words. */
function merged(all: readonly TextPart[]): TextTemplate {
  const parts = phrases(all);
  const result: TextPart[] = [];
  let texts: string[] = [];
  const flush = () => {
    if (texts.length > 0) result.push({ kind: 'text', text: texts.join('') });
    texts = [];
  };
  for (const part of parts) {
    if (part.kind === 'text') {
      if (part.text !== '') texts.push(part.text);
      continue;
    }
    flush();
    result.push(part);
  }
  flush();
  return result;
}

/** What a few samples happened to have in common is no law: where two words in a row are free, so is their number. */
function phrases(parts: readonly TextPart[]): TextPart[] {
  const result: TextPart[] = [];
  for (const part of parts) {
    const [before, space] = result.slice(-2);
    const last = result.at(-1);
    if (isFreeWord(part) && space?.kind === 'text' && /^\s+$/.test(space.text) && before !== undefined && isFreeWord(before)) {
      result.splice(-2, 2, { ...before, extent: 'rest' });
    } else if (isFreeWord(part) && part.extent === 'rest' && last !== undefined && isFreeWord(last)) {
      // What follows a word and may be anything, or nothing, is one with it.
      result.splice(-1, 1, { ...last, extent: 'rest' });
    } else result.push(part);
  }
  const [only] = result;
  return result.length === 1 && only !== undefined && isFreeWord(only) ? [{ ...only, extent: 'rest' }] : result;
}

function isFreeWord(part: TextPart): part is TextPart & { kind: 'fresh' } {
  return part.kind === 'fresh' && part.shapes.has('text');
}
