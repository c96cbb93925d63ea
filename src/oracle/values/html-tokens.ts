import { attributeOf, type HtmlTag, readHtml } from '../../markup/html-tokens.ts';
import { parseJson } from './parse-json.ts';
import type { Value } from './value.ts';

/** Attributes that a visitor can see or follow, by element. Nonces, integrity hashes and classes do not count. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  area: ['href'],
  form: ['action', 'method'],
  iframe: ['src'],
  img: ['src', 'alt'],
  input: ['type', 'name', 'value', 'checked', 'disabled'],
  button: ['name', 'value', 'disabled'],
  link: ['rel', 'href'],
  meta: ['name', 'property', 'http-equiv', 'content'],
  option: ['value', 'selected'],
  script: ['src'],
  select: ['name'],
  source: ['src', 'srcset'],
  textarea: ['name'],
};

/** What is inside these is not shown. */
const SILENT = new Set(['style', 'template', 'noscript']);
/** An assignment to a variable at the beginning of a script: `window.__STATE__ =`. */
const ASSIGNMENT = /^\s*(?:(?:var|let|const)\s+)?[\w.$[\]"']{1,200}\s*=(?!=)/;

/**
 * What a page shows, offers and tells its scripts, in document order: its visible text, links, forms and assets with their
 * targets as texts; what inline scripts and `data-` attributes hold as `{ script }` and `{ data }`, structured where it is JSON.
 */
export function htmlTokens(html: string): Value[] {
  const tokens: Value[] = [];
  let silent = 0;
  let inScript = false;
  readHtml(html, {
    open(tag) {
      if (SILENT.has(tag.name)) silent++;
      if (silent > 0) return;
      inScript = tag.name === 'script';
      const token = tagToken(tag);
      if (token !== null) tokens.push(token);
      for (const { name, value } of tag.attributes) {
        const data = name.startsWith('data-') ? parseJson(value) : undefined;
        if (typeof data === 'object' && data !== null) tokens.push({ data });
      }
    },
    close(name) {
      if (SILENT.has(name) && silent > 0) silent--;
      if (name === 'script') inScript = false;
    },
    text(text) {
      if (silent > 0 || text.trim() === '') return;
      tokens.push(inScript ? { script: scriptState(text) } : text.replace(/\s+/g, ' ').trim());
    },
  });
  return tokens;
}

/** The texts of a page as a visitor reads it. */
export function visibleTexts(html: string): string[] {
  return htmlTokens(html).filter((token) => typeof token === 'string');
}

/** What a script holds: the JSON that it is or assigns, else its text. */
function scriptState(script: string): Value {
  const whole = parseJson(script);
  if (whole !== undefined) return whole;
  const assigned = ASSIGNMENT.exec(script)?.[0];
  if (assigned === undefined) return script.trim();
  const value = parseJson(script.slice(assigned.length).trim().replace(/;$/, ''));
  return typeof value === 'object' && value !== null ? value : script.trim();
}

function tagToken(tag: HtmlTag): string | null {
  const wanted = Object.hasOwn(ATTRIBUTES, tag.name) ? ATTRIBUTES[tag.name] : undefined;
  if (wanted === undefined) return null;
  const met = new Set<string>();
  const shown = tag.attributes.filter(({ name }) => wanted.includes(name) && met.size < met.add(name).size);
  if (shown.length === 0 || (tag.name === 'meta' && isNonce(tag))) return null;
  return `<${tag.name} ${shown.map(({ name, value }) => `${name}="${value}"`).join(' ')}>`;
}

function isNonce(tag: HtmlTag): boolean {
  return /nonce/i.test(attributeOf(tag, 'name') ?? attributeOf(tag, 'property') ?? '');
}
