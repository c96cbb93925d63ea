import type { Seen } from './seen.ts';
import type { Shape } from './shape.ts';

/** A text with the parts that may differ between plays marked. */
export type TextTemplate = readonly TextPart[];

export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  /** The same value as one seen earlier in the same play. */
  | { readonly kind: 'seen'; readonly label: string }
  /** A value that is new here; later parts may refer to it by the label. */
  | FreshPart
  /** A moment or a span of time: never compared. */
  | { readonly kind: 'time' };

export interface FreshPart {
  readonly kind: 'fresh';
  readonly label: string;
  readonly shapes: ReadonlySet<Shape>;
  readonly extent: Extent;
}

/** How far a fresh value reaches: a run of word characters, or anything to the end. */
export type Extent = 'run' | 'rest';

/** What is known of a play while its texts are compared. */
export interface Known {
  readonly seen: Seen;
  /** Labels whose values are bound to a process: they match anything. */
  readonly wild: ReadonlySet<string>;
}

/** The value that a part stands for in a play; `undefined`: any. */
export function knownValue(part: Extract<TextPart, { kind: 'text' | 'seen' }>, { seen, wild }: Known): string | undefined {
  if (part.kind === 'text') return part.text;
  return wild.has(part.label) ? undefined : seen.get(part.label);
}

/** The very text that a template demands; `null` if a part of it may be anything. */
export function knownText(template: TextTemplate, known: Known): string | null {
  const parts = template.map((part) => (part.kind === 'text' || part.kind === 'seen' ? knownValue(part, known) : undefined));
  return parts.every((part) => part !== undefined) ? parts.join('') : null;
}

/** The text that a template demands, as far as it is known: fresh parts by their shape, `‹uuid›`. */
export function renderTemplate(template: TextTemplate, known: Known): string {
  return template
    .map((part) => {
      if (part.kind === 'time') return '‹time›';
      if (part.kind === 'fresh') return `‹${[...part.shapes].join(' or ')}›`;
      return knownValue(part, known) ?? '‹any›';
    })
    .join('');
}
