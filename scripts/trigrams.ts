/**
 * Writes src/evidence/redaction/trigrams.ts: how common every three letters in a row are in words of several languages. Give it lists of words, one a
 * line, a file for each language (Debian: wamerican wngerman wfrench wspanish witalian wdutch wportuguese wswedish):
 *
 *     npx jiti scripts/trigrams.ts /usr/share/dict/{american-english,ngerman,french,spanish,italian,dutch,portuguese,swedish}
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { folded, LEVELS, places, SIZE } from '../src/evidence/redaction/plain-words.ts';

const shares = new Float64Array(SIZE);
for (const file of process.argv.slice(2)) {
  const words = new Set(wordsOf(readFileSync(file)).filter((word) => /^[a-z]{3,}$/.test(word)));
  const counts = new Float64Array(SIZE);
  let total = 0;
  for (const place of [...words].flatMap(places)) {
    counts[place] = (counts[place] ?? 0) + 1;
    total++;
  }
  // What is common in one language is common: a word need not be of all.
  for (const [place, count] of counts.entries()) shares[place] = Math.max(shares[place] ?? 0, count / total);
}
const levels = Uint8Array.from(shares, (share) => LEVELS.filter((least) => share >= least).length);
const packed = deflateRawSync(levels, { level: 9 }).toString('base64');
writeFileSync(
  new URL('../src/evidence/redaction/trigrams.ts', import.meta.url),
  `/** Made by \`scripts/trigrams.ts\`: how common each three letters in a row are in words, deflated, in Base64. */\nexport const TRIGRAMS =\n  '${packed}';\n`,
);

function wordsOf(bytes: Buffer): string[] {
  const text = bytes.toString('utf8');
  return (text.includes('\uFFFD') ? bytes.toString('latin1') : text).split(/\r?\n/).map((word) => folded(word.replace(/'s$/, '')));
}
