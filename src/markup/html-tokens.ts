import { QuoteType, Tokenizer } from 'htmlparser2';

/** An opening tag. Names are in lower case, values decoded. */
export interface HtmlTag {
  readonly name: string;
  /** In document order; of attributes with one name the first counts. */
  readonly attributes: readonly HtmlAttribute[];
}

export interface HtmlAttribute {
  readonly name: string;
  readonly value: string;
  /** Where the value stands in the page, as written: offsets in UTF-16 units, the quotes left out. */
  readonly start: number;
  readonly end: number;
}

/** Is told what a page consists of, in document order. */
export interface HtmlReader {
  open(tag: HtmlTag): void;
  close?(name: string): void;
  /** A text between tags, decoded; also the content of `script` and `style`. */
  text?(text: string): void;
}

/**
 * Reads a page tag by tag in time linear in its length. No tree is built: a hostile page can make one that is quadratic in the
 * page's length, or deeper than calls can be.
 */
export function readHtml(html: string, reader: HtmlReader): void {
  let texts: string[] = [];
  let name = '';
  let attributes: HtmlAttribute[] = [];
  let attribute = { name: '', pieces: [] as string[], nameEnd: 0 };
  const flush = () => {
    if (texts.length > 0) reader.text?.(texts.join(''));
    texts = [];
  };
  const open = () => reader.open({ name, attributes });
  const tokenizer = new Tokenizer(
    {},
    {
      ontext: (start, end) => void texts.push(html.slice(start, end)),
      ontextentity: (codepoint) => void texts.push(String.fromCodePoint(codepoint)),
      onopentagname: (start, end) => {
        flush();
        name = html.slice(start, end).toLowerCase();
        attributes = [];
      },
      onattribname: (start, end) => {
        attribute = { name: html.slice(start, end).toLowerCase(), pieces: [], nameEnd: end };
      },
      onattribdata: (start, end) => void attribute.pieces.push(html.slice(start, end)),
      onattribentity: (codepoint) => void attribute.pieces.push(String.fromCodePoint(codepoint)),
      onattribend: (quote, after) => {
        const isQuoted = quote === QuoteType.Double || quote === QuoteType.Single;
        const end = isQuoted ? after - 1 : after;
        const start = quote === QuoteType.NoValue ? end : valueStart(html, attribute.nameEnd, isQuoted);
        attributes.push({ name: attribute.name, value: attribute.pieces.join(''), start, end });
      },
      onopentagend: open,
      onselfclosingtag: open,
      onclosetag: (start, end) => {
        flush();
        reader.close?.(html.slice(start, end).toLowerCase());
      },
      oncdata: () => {},
      oncomment: () => {},
      ondeclaration: () => {},
      onprocessinginstruction: () => {},
      onend: flush,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
}

/** The value of a tag's attribute; `undefined` if it has none. */
export function attributeOf({ attributes }: HtmlTag, name: string): string | undefined {
  return attributes.find((attribute) => attribute.name === name)?.value;
}

/** Where a value begins: past the equals sign after its name, and past its quote. */
function valueStart(html: string, nameEnd: number, isQuoted: boolean): number {
  let at = nameEnd;
  while (/[\s=]/.test(html[at] ?? '')) at++;
  return isQuoted ? at + 1 : at;
}
