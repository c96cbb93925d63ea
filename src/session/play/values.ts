import { asText, type Globals } from '../script/script.ts';
import { generate, isTimely, lengthened, type Sources } from './generate.ts';
import { atJsonPath } from './json-path.ts';
import type { Values } from './template.ts';

/**
 * The generated values of one play: one for each key, drawn when first needed. `generated` holds those that were drawn, not those that
 * tell the time.
 */
export function createGenerator({ lengthenBy = 0, ...sources }: Sources & { readonly lengthenBy?: number | undefined }): Pick<
  Values,
  'generate'
> & {
  readonly generated: Readonly<Record<string, string>>;
} {
  const known = new Map<string, string>();
  const generated: Record<string, string> = {};
  return {
    generated,
    generate(part) {
      const drawn =
        known.get(part.key) ?? lengthened(part.name, generate(part.name, part.args, sources), { by: lengthenBy, ...sources });
      known.set(part.key, drawn);
      if (!isTimely(part.name)) generated[part.key] = drawn;
      return drawn;
    },
  };
}

/** Generated values, and variables as they stand in the first of the stores that has them. */
export function valuesOf({ generate }: Pick<Values, 'generate'>, stores: readonly Globals[]): Values {
  return {
    generate,
    variable(name) {
      for (const store of stores) {
        const value = store.get(name) ?? within(store, name);
        if (value !== undefined && value !== null) return asText(value);
      }
      return undefined;
    },
  };
}

/** A member of an object that a script has stored: `{{user.name}}`. */
function within(globals: Globals, name: string): unknown {
  const [, root = '', path = ''] = /^([\w-]+)([.[].*)$/s.exec(name) ?? [];
  return atJsonPath(globals.get(root), path === '' ? '$' : `$${path}`);
}
