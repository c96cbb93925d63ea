import { asText, type Globals } from '../script/script.ts';
import type { WireRequest } from './transport.ts';

/** Base64, in either alphabet, of more bytes than ids have: a nonce and a tag of 28 bytes, and something that they seal. */
const SEALED = /[\w+/-]{39,}/g;
const ALPHABETS = [
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
];

/**
 * A request in which sealed texts that were captured are spelled in another way that decodes to the same bytes: the last character of Base64
 * has bits that are not used (RFC 4648, section 3.5). `null`: it sends none that could be.
 */
export function respelled(request: WireRequest, captured: Globals): WireRequest | null {
  const others = new Map(
    [...captured.values()]
      .flatMap((value) => asText(value).match(SEALED) ?? [])
      .flatMap((text): [string, string][] => {
        const other = otherSpelling(text);
        return other === null
          ? []
          : [
              [text, other],
              [encodeURIComponent(text), encodeURIComponent(other)],
            ];
      }),
  );
  const respell = (text: string) => [...others].reduce((all, [one, other]) => all.replaceAll(one, other), text);
  const target = respell(request.target);
  const headers = request.headers.map(([name, value]): [string, string] => [name, respell(value)]);
  const body = request.body === null ? null : Buffer.from(respell(request.body.toString('latin1')), 'latin1');
  const isOther =
    target !== request.target ||
    headers.some(([, value], index) => value !== request.headers[index]?.[1]) ||
    (body !== null && request.body !== null && !body.equals(request.body));
  return isOther ? { ...request, target, headers, body } : null;
}

/** `null`: there is no other, or it is text and no seal. */
function otherSpelling(text: string): string | null {
  const alphabet = ALPHABETS.find((letters) => [...text].every((letter) => letters.includes(letter)));
  // Lower case and digits alone are hexadecimal or other numbers; characters that can be read are no seal.
  if (alphabet === undefined || !/[A-Z]/.test(text) || !/[a-z]/.test(text) || isReadable(text)) return null;
  const isSpare = text.length % 4 === 2 || text.length % 4 === 3;
  const last = alphabet.indexOf(text.at(-1) ?? '');
  return isSpare ? text.slice(0, -1) + alphabet[last ^ 1] : null;
}

function isReadable(text: string): boolean {
  return /^[\x20-\x7e\s]*$/.test(Buffer.from(text, 'base64url').toString('latin1'));
}
