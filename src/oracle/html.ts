import { type DefaultTreeAdapterTypes, parse } from 'parse5';

type Node = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;

/** Attributes that a visitor can see or follow, by element. Nonces, integrity hashes, classes and data attributes do not count. */
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

const SILENT = new Set(['script', 'style', 'template', 'noscript']);

/** What a page shows and offers, in document order: its visible text, and links, forms and assets with their targets. */
export function htmlTokens(html: string): string[] {
  const tokens: string[] = [];
  walk(parse(html).childNodes, tokens);
  return tokens;
}

function walk(nodes: readonly Node[], tokens: string[]): void {
  for (const node of nodes) {
    if (node.nodeName === '#text' && 'value' in node) {
      const text = node.value.replace(/\s+/g, ' ').trim();
      if (text !== '') tokens.push(text);
    } else if ('tagName' in node) {
      const token = elementToken(node);
      if (token !== null) tokens.push(token);
      if (!SILENT.has(node.tagName)) walk(node.childNodes, tokens);
    }
  }
}

function elementToken(element: Element): string | null {
  const wanted = ATTRIBUTES[element.tagName];
  if (wanted === undefined) return null;
  const shown = element.attrs.filter((attribute) => wanted.includes(attribute.name)).map(({ name, value }) => `${name}="${value}"`);
  return shown.length === 0 ? null : `<${element.tagName} ${shown.join(' ')}>`;
}
