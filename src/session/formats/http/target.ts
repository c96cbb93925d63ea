import type { Template, TemplatePart } from '../../../model/session.ts';

/** Variables that editors' files commonly hold an origin in; without a value they are dropped, as any origin is. */
const ORIGIN_NAME =
  /^\$?(base[-_]?(ur[li]|path)?|host(name|[-_]?address)?|ur[li]|origin|server([-_]?ur[li])?|api([-_]?(ur[li]|base|host|root))?|root[-_]?ur[li]|endpoint|address|app([-_]?ur[li])?|port|protocol|scheme|domain)$/i;

/** Whether a variable's name says that it holds the origin of URLs. */
export function isOriginName(name: string): boolean {
  return ORIGIN_NAME.test(name);
}

/** The path and query of a URL: scheme, authority and fragment are dropped, since everything goes to the router. */
export function withoutOrigin(url: Template): Template {
  const merged = mergeText(url);
  const [first, ...rest] = merged;
  if (first === undefined) return slash([]);
  if (first.kind !== 'text') return slash(withoutFragment(merged));
  const scheme = /^\s*[a-z][a-z0-9+.-]*:\/\//i.exec(first.text)?.[0];
  const bare =
    scheme === undefined ? /^(localhost|[\w-]+(\.[\w-]+)+|[\w.-]+(?=:\d))(:\d+)?(?=[/?#]|$)/i.exec(first.text)?.[0] : undefined;
  const start: Template = [{ kind: 'text', text: first.text.slice((scheme ?? bare ?? '').length) }, ...rest];
  const port = /^:\d*(?=[/?#]|$)/.exec(first.text)?.[0] ?? '';
  const local =
    scheme !== undefined
      ? afterAuthority(start)
      : port !== ''
        ? [{ kind: 'text' as const, text: first.text.slice(port.length) }, ...rest]
        : start;
  return slash(withoutFragment(local));
}

/** Neighbouring texts made one, empty ones dropped. */
export function mergeText(template: Template): Template {
  const merged: TemplatePart[] = [];
  for (const part of template) {
    const last = merged.at(-1);
    if (part.kind === 'text' && last?.kind === 'text') merged[merged.length - 1] = { kind: 'text', text: last.text + part.text };
    else if (part.kind !== 'text' || part.text !== '') merged.push(part);
  }
  return merged;
}

function afterAuthority(template: Template): Template {
  const [host, path, next] = template;
  // `http://localhost{{path}}`: what follows a whole host begins the path, unless the host goes on behind it.
  const isWhole = host?.kind === 'text' && /^[\w.-]*\w(:\d+)?$/.test(host.text);
  const goesOn = next?.kind === 'text' && !/^[/?#]/.test(next.text);
  if (isWhole && path !== undefined && path.kind !== 'text' && !goesOn) return template.slice(1);
  for (const [index, part] of template.entries()) {
    const end = part.kind === 'text' ? part.text.search(/[/?#]/) : -1;
    if (part.kind === 'text' && end !== -1) return [{ kind: 'text', text: part.text.slice(end) }, ...template.slice(index + 1)];
  }
  return [];
}

function withoutFragment(template: Template): Template {
  const index = template.findIndex((part) => part.kind === 'text' && part.text.includes('#'));
  const part = template[index];
  if (part?.kind !== 'text') return template;
  return [...template.slice(0, index), { kind: 'text', text: part.text.slice(0, part.text.indexOf('#')) }];
}

/** A target starts with a slash, or with a variable that holds all of it. */
function slash(template: Template): Template {
  const clean = mergeText(template);
  const [first] = clean;
  if (first === undefined) return [{ kind: 'text', text: '/' }];
  if (first.kind !== 'text' || first.text.startsWith('/')) return clean;
  return mergeText([{ kind: 'text', text: '/' }, ...clean]);
}
