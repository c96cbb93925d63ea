import { inflateRawSync } from 'node:zlib';
import { TRIGRAMS } from './trigrams.ts';

/** Three of the 26 letters, or of the gap around a word. */
export const SIZE = 27 ** 3;
/** From which share of all trigrams of a language on one has the next level, from 0. */
export const LEVELS = [3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3];
/** The mean level of the trigrams of a word. Of random letters, 1 text in 50 of six has it, and 1 in 1000 of twelve. */
const LEAST_OF_WORD = 4.5;
/** Longer words are none. */
const MAX_WORD = 40;

/** Words of the trade, and common ones of English, whose letters are not those of most words. */
const LISTED: ReadonlySet<string> = new Set(
  (
    'api app cfg cgi cmd cpu css csv dll dns env err exe fcgi ftp gif git gmt gnu gzip html http https hub iso jpeg jpg json jwt lib linux log ' +
    'mjs msg mysql nginx npm null num nvm obj pdf pgp php png psql pwd pyc qty rgb rgba rpc rsa sdk sha sku smtp sql src ssh ssl std ' +
    'stderr str svg sys tcp tgz tmp tsx txt udp uid unix uri url urls usd usr utc utf utils uuid vat www xhr xml xsd xss yaml yml ' +
    'zip already alpha always analyze anybody anyone anyway anywhere async autoconf awkward awful bandwidth beyond bgcolor bitmap ' +
    'blobs blockquote boxed boxes bugfix buggy bypass checkbox claim cleanup clipboard column crawl crazy crypto cryptography cycle ' +
    'daemon debug decrypt deploy depth doctype enctype figcaption itemtype maxlength minlength nunjucks signup srcset symfony werkzeug docbook doesn download downloads doubt dummy duplex eclipse ecmascript emoji encrypt ' +
    'everybody everyone exact except excerpt exhibit fastify fifth fifty firefox fixed fixes fixing fixture flaky footnote funny gitlab ' +
    'github gmail goodbye graphql growth gunicorn heavy helpful himself httponly hybrid hypertext import inbox input itself javascript ' +
    'joseph jumps keeps kevin keyboard keygen keynote keyword known knows kubernetes lawyer legacy lifecycle likelihood localhost lookup ' +
    'mailbox markdown maximal maximize maximum maybe mkdir mixed mongodb mutex myself newly nobody nodejs nowrap object objects obtain ' +
    'obvious octopus openssl output owned payload paypal physics pixel pixels posix postgresql printf proxy pseudo publicly python regex ' +
    'regexp rollup rowspan royalty samesite sandbox satisfy segfault shortcut shutdown sizeof smoke snapshot snapshots somebody somehow ' +
    'somewhat spawn sqlite stdin stdout study subject submodule subpath suffix swift symbol symbols symlink sync syntax sysfs tbody ' +
    'tomcat toolbox tough tweak typeof typography ubuntu unusual unzip useful usual utils viewport vehicle watchdog webkit webpack ' +
    'wishlist withdraw withdrawn workflow worldwide would wraps xhtml xmlns yahoo yield youtube yourself'
  ).split(' '),
);

let levels: Uint8Array | null = null;

/**
 * Whether letters are a word, in any language of Latin letters, as far as their trigrams tell (Cavnar and Trenkle, 1994); letters of other
 * scripts are taken for words.
 */
export function isPlainWord(letters: string): boolean {
  const word = folded(letters);
  if (!/^[a-z]+$/.test(word)) return /^(?:(?![a-z])\p{L})+$/u.test(word) && word.length <= MAX_WORD;
  if (LISTED.has(word)) return true;
  if (word.length > MAX_WORD || word.length < 2) return false;
  levels ??= inflateRawSync(Buffer.from(TRIGRAMS, 'base64'));
  const all = places(word);
  let sum = 0;
  for (const place of all) sum += levels[place] ?? 0;
  return sum / all.length >= LEAST_OF_WORD;
}

/** In lower case, without accents. */
export function folded(word: string): string {
  return word
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('æ', 'ae')
    .replaceAll('œ', 'oe')
    .replaceAll('ø', 'o');
}

/** The places in the table of the trigrams of a word in lower case, with the gaps before and after it. */
export function places(word: string): number[] {
  const codes = [0, ...[...word].map((letter) => letter.charCodeAt(0) - 96), 0];
  return codes.slice(2).map((third, at) => ((codes[at] ?? 0) * 27 + (codes[at + 1] ?? 0)) * 27 + third);
}
