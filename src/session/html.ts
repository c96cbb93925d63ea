import { type DefaultTreeAdapterTypes, parse } from 'parse5';

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

/** An element of a page, with its attributes by lower-case name. */
export interface PageElement {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** All elements of a page with one of the given tag names, in document order. */
export function elements(html: string, tags: ReadonlySet<string>): PageElement[] {
  const found: PageElement[] = [];
  // An explicit stack: a hostile page may be nested deeper than calls can be.
  const open: Node[] = [parse(html)];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isElement(node) && tags.has(node.tagName)) {
      found.push({ tag: node.tagName, attributes: new Map(node.attrs.map(({ name, value }) => [name, value])) });
    }
    const children = 'content' in node ? node.content.childNodes : 'childNodes' in node ? node.childNodes : [];
    for (let index = children.length - 1; index >= 0; index--) open.push(children[index] as Node);
  }
  return found;
}

/** Whether an element has all the attributes with these values. */
export function matches(element: PageElement, wanted: readonly (readonly [attribute: string, value: string])[]): boolean {
  return wanted.every(([name, value]) => element.attributes.get(name) === value);
}

function isElement(node: Node): node is Element {
  return 'tagName' in node;
}
