import { header } from '../model/observation.ts';
import { parseJson } from '../session/play/capture.ts';
import type { Answer } from './asked.ts';
import type { Link } from './page.ts';

const LINK_KEY = /^(?:href|url|uri|link|self|next|location|path|endpoint|.*_?url)$/i;
const MAX_LEAVES = 1000;
const MAX_LINKS = 40;

/** Addresses that a JSON reply, or its Location field, hands out. */
export function linksInJson({ headers, body }: Answer): Link[] {
  const location = header(headers, 'location');
  const links: Link[] = location === undefined ? [] : [{ address: location, text: '' }];
  if (!/\bjson\b/i.test(header(headers, 'content-type') ?? '')) return links;
  const open: { key: string; value: unknown }[] = [{ key: '', value: parseJson(body.text) }];
  for (let seen = 0; open.length > 0 && seen < MAX_LEAVES && links.length < MAX_LINKS; seen++) {
    const { key, value } = open.shift() ?? { key: '', value: null };
    if (typeof value === 'string') {
      const isAddress = /^\/[\w./~-]*(?:\?[\w=&.-]*)?$/.test(value) && value.length > 1;
      if (isAddress || (LINK_KEY.test(key) && /^https?:\/\//.test(value))) links.push({ address: value, text: '' });
    } else if (Array.isArray(value)) open.push(...value.slice(0, 20).map((inner: unknown) => ({ key, value: inner })));
    else if (typeof value === 'object' && value !== null)
      open.push(...Object.entries(value).map(([inner, one]) => ({ key: inner, value: one as unknown })));
  }
  return links;
}
