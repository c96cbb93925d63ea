/** Calls of Postman's scripts, and what they are called in those of JetBrains. */
const SAME: readonly (readonly [pattern: RegExp, code: string])[] = [
  [/\bpm\.response\.json\(\)|\bJSON\.parse\(\s*responseBody\s*\)/g, 'response.body'],
  [
    /\bpm\.response\.text\(\)|\bresponseBody\b/g,
    '(typeof response.body === "string" ? response.body : JSON.stringify(response.body))',
  ],
  [/\bpm\.response\.code\b|\bresponseCode\.code\b/g, 'response.status'],
  [/\bpm\.response\.headers\.get\(/g, 'response.headers.valueOf('],
  [/\bpostman\.getResponseHeader\(/g, 'response.headers.valueOf('],
  [/\bpm\.(?:environment|globals|collectionVariables|variables)\.set\(/g, 'client.global.set('],
  [/\bpostman\.set(?:Environment|Global)Variable\(/g, 'client.global.set('],
  [/\bpm\.(?:environment|globals|collectionVariables|variables)\.get\(/g, 'client.global.get('],
  [/\bpm\.(?:environment|globals|collectionVariables|variables)\.unset\(/g, 'client.global.clear('],
  [/\bpm\.response\.to\.have\.status\((\d{3})\)/g, 'client.assert(response.status === $1)'],
  [/\bpm\.response\.to\.be\.(?:ok|success)\b(?:\(\))?/g, 'client.assert(response.status >= 200 && response.status < 300)'],
  [/\bpm\.expect\(([^()]+(?:\([^()]*\))?)\)\.to\.(?:be\.)?(?:eql|equal|eq)\(([^()]*)\)/g, 'client.assert(($1) === ($2))'],
  [/\bpm\.test\(/g, 'client.test('],
];
const UNKNOWN = /\b(?:pm|postman)\s*\.\s*[\w.]+|\b(?:_|cheerio|CryptoJS|tv4|xml2Json|require)\s*[.(]/;

/** A script of Postman's as one that we play (`code`; `null`: nothing of it can be), and what of it is left out, in words. */
export function handlerOf(script: string): { code: string | null; left: string | null } {
  const known = SAME.reduce((code, [pattern, ours]) => code.replace(pattern, ours), script).trim();
  const unknown = UNKNOWN.exec(known)?.[0];
  if (unknown === undefined) return { code: known, left: null };
  const called = unknown.replace(/\($/, '');
  // Tests are dispensable: what is set in between them is what later requests need.
  const rest = withoutTests(known).trim();
  const isClean = UNKNOWN.exec(rest) === null;
  if (isClean && rest !== '') return { code: rest, left: `tests that use ${called} are left out` };
  return { code: null, left: isClean ? `tests that use ${called} are left out` : `its script is left out, as it uses ${called}` };
}

/** A script without its calls of `client.test`. */
function withoutTests(code: string): string {
  let rest = code;
  for (let start = rest.indexOf('client.test('); start !== -1; start = rest.indexOf('client.test(')) {
    const end = closing(rest, start + 'client.test'.length);
    if (end === -1) return rest;
    rest = rest.slice(0, start) + rest.slice(end + 1).replace(/^\s*;/, '');
  }
  return rest;
}

/** Offset of the parenthesis that closes the one at an offset; -1: none does. */
function closing(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    const sign = code.charAt(at);
    if (/["'`]/.test(sign)) {
      for (at++; at < code.length && code.charAt(at) !== sign; at++) if (code.charAt(at) === '\\') at++;
    } else if (sign === '(') depth++;
    else if (sign === ')' && --depth === 0) return at;
  }
  return -1;
}
