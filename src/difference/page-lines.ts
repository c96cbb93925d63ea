import { attributeOf, type HtmlTag, readHtml } from '../markup/html-tokens.ts';

/** Elements that stand within a line of text. */
const INLINE = new Set(
  'a abbr b bdi bdo cite code data del dfn em font i ins kbd label mark q s samp small span strong sub sup time u var'.split(' '),
);
/** What is inside these is not shown. */
const SILENT = new Set(['style', 'script', 'template', 'noscript']);

/** A page as it is read: a line for each block of text and each field of a form with its value. */
export function pageTexts(html: string): string[] {
  const lines: string[] = [];
  let line = '';
  let silent = 0;
  const end = () => {
    const text = line.replace(/\s+/g, ' ').trim();
    if (text !== '') lines.push(text);
    line = '';
  };
  readHtml(html, {
    open(tag) {
      if (SILENT.has(tag.name)) silent++;
      if (silent > 0) return;
      if (!INLINE.has(tag.name)) end();
      const field = fieldText(tag);
      if (field !== null) lines.push(field);
    },
    close(name) {
      if (SILENT.has(name)) silent = Math.max(0, silent - 1);
      else if (silent === 0 && !INLINE.has(name)) end();
    },
    text(text) {
      if (silent === 0) line += text;
    },
  });
  end();
  return lines;
}

/** A page as it is written: a line for each tag that opens something, and for each text. */
export function pageMarkup(html: string): string[] {
  const lines: string[] = [];
  readHtml(html, {
    open: ({ name, attributes }) =>
      void lines.push(`<${[name, ...attributes.map((one) => `${one.name}="${one.value}"`)].join(' ')}>`),
    text(text) {
      lines.push(
        ...text
          .split('\n')
          .map((line) => line.replace(/\s+/g, ' ').trim())
          .filter((line) => line !== ''),
      );
    },
  });
  return lines;
}

/** What a field of a form holds, in words; `null`: it is none, or what it holds is not shown. */
function fieldText(tag: HtmlTag): string | null {
  if (tag.name === 'option') return attributeOf(tag, 'selected') === undefined ? null : '(selected)';
  if (tag.name !== 'input') return null;
  const type = attributeOf(tag, 'type') ?? 'text';
  const name = attributeOf(tag, 'name') ?? type;
  const value = attributeOf(tag, 'value') ?? '';
  if (/^(?:checkbox|radio)$/.test(type))
    return attributeOf(tag, 'checked') === undefined ? null : `${name}: ${value || 'on'} (checked)`;
  return /^(?:hidden|password|file|image)$/.test(type) || value === '' ? null : `${name}: ${value}`;
}
