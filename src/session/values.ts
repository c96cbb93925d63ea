import { generate, isTimely, lengthened, type Sources } from './generate.ts';
import { atJsonPath } from './json-path.ts';
import { asText, type Globals } from './script.ts';
import type { Values } from './template.ts';

/**
 * The values of one play: captured variables as they stand, and one generated value for each key, drawn when first needed.
 * `generated` holds those that were drawn, not those that tell the time.
 */
export function createValues(
  { lengthenBy = 0, ...sources }: Sources & { readonly lengthenBy?: number | undefined },
  globals: Globals,
): Values & { readonly generated: Readonly<Record<string, string>> } {
  const known = new Map<string, string>();
  const generated: Record<string, string> = {};
  return {
    generated,
    variable(name) {
      const value = globals.get(name) ?? within(globals, name);
      return value === undefined || value === null ? undefined : asText(value);
    },
    generate(part) {
      const drawn =
        known.get(part.key) ?? lengthened(part.name, generate(part.name, part.args, sources), { by: lengthenBy, ...sources });
      known.set(part.key, drawn);
      if (!isTimely(part.name)) generated[part.key] = drawn;
      return drawn;
    },
  };
}

/** The values as one request has them, after the scripts above it. */
export function withLocals(values: Values, { globals, locals }: { readonly globals: Globals; readonly locals: Globals }): Values {
  const own = (name: string): unknown => locals.get(name) ?? within(locals, name) ?? globals.get(name) ?? within(globals, name);
  return {
    generate: values.generate,
    variable(name) {
      const value = own(name);
      return value === undefined || value === null ? values.variable(name) : asText(value);
    },
  };
}

/** A member of an object that a script has stored: `{{user.name}}`. */
function within(globals: Globals, name: string): unknown {
  const [, root = '', path = ''] = /^([\w-]+)([.[].*)$/s.exec(name) ?? [];
  return atJsonPath(globals.get(root), path === '' ? '$' : `$${path}`);
}
