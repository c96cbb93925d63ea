import type { TextTemplate } from '../values/template.ts';
import type { Value } from '../values/value.ts';

/** What controls taught us to expect of one part of a reply. */
export type Expected =
  /** The same in every control. */
  | { readonly kind: 'exact'; readonly value: Value }
  /** A text, or a number read as one, with parts that differ between plays. */
  | {
      readonly kind: 'text';
      readonly template: TextTemplate;
      readonly types: ReadonlySet<ScalarType>;
      /** Labels of the visitor's own values that stood somewhere in it in every control, in a part that varies. */
      readonly holds: readonly string[];
    }
  /** A number that tells the time. */
  | { readonly kind: 'time' }
  | {
      readonly kind: 'record';
      readonly fields: ReadonlyMap<string, Expected>;
      /** Members that were there in some controls only. */
      readonly optional: ReadonlySet<string>;
      readonly named: readonly Named[];
      /** Further members may have come, under names that no programmer has given. */
      readonly open: boolean;
    }
  /** Every item, in this order unless the controls showed more than one. */
  | { readonly kind: 'list'; readonly items: readonly Expected[]; readonly anyOrder: boolean }
  /** The list differs between controls: only these items were in all of them. */
  | { readonly kind: 'some'; readonly items: readonly Expected[] }
  /** Varies beyond comparison; only these types were seen. */
  | { readonly kind: 'any'; readonly types: ReadonlySet<string> };

/** A member of a record that every control had, under names of their own. */
export interface Named {
  readonly name: TextTemplate;
  readonly value: Expected;
}

export type ScalarType = 'string' | 'number';

/** A part of a reply that is not what was expected. */
export interface Difference {
  /** `status`, `redirect`, `body.items[0].id`, … */
  readonly path: string;
  /** Cut to a bound. */
  readonly expected: string;
  readonly actual: string;
}

/** A part that controls did not agree on and that is therefore compared by shape or not at all. */
export interface Noise {
  readonly path: string;
  /** `uuid`, `number`, `time`, `order`, … */
  readonly as: string;
}
