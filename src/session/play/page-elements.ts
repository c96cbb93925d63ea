import { readHtml } from '../../markup/html-tokens.ts';

/** An element of a page, with its attributes by lower-case name. */
export interface PageElement {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** All elements of a page with one of the given tag names, in document order. */
export function elements(html: string, tags: ReadonlySet<string>): PageElement[] {
  const found: PageElement[] = [];
  readHtml(html, {
    open({ name, attributes }) {
      // Of attributes with one name browsers take the first.
      if (tags.has(name))
        found.push({ tag: name, attributes: new Map(attributes.toReversed().map((one) => [one.name, one.value])) });
    },
  });
  return found;
}

/** Whether an element has all the attributes with these values. */
export function matches(element: PageElement, wanted: readonly (readonly [attribute: string, value: string])[]): boolean {
  return wanted.every(([name, value]) => element.attributes.get(name) === value);
}
