/** Parts of a path that name one thing among many: numbers, ids, and what the session fills in. */
const NAME = /^(?:\d+|[0-9a-f]{8,}|[0-9a-f-]{32,}|.*\{\{.*\}\}.*|(?=.*\d)[\w-]{16,})$/i;

/**
 * A request without what changes from one recording to the next: ids in its path, and the values of its query. `GET /orders/17?page=2`
 * becomes `GET /orders/*?page`.
 */
function kindOfRequest(request: string): string {
  const [method = '', target = ''] = request.split(/ (.*)/s);
  const [path = '', query] = target.split(/\?(.*)/s);
  const plain = path.split('/').map((part) => (NAME.test(part) ? '*' : part));
  const keys = query === undefined ? [] : query.split('&').map((pair) => pair.split('=')[0]);
  return `${method} ${plain.join('/')}${keys.length === 0 ? '' : `?${keys.sort().join('&')}`}`;
}

/**
 * Names a finding over audits, whatever steps and sessions are called and wherever they stand: 16 hexadecimal digits (FNV-1a, 64 bit) of
 * the rule and the kinds of its requests.
 */
export function fingerprint(rule: string, requests: readonly string[]): string {
  let value = 0xcbf29ce484222325n;
  for (const char of [rule, ...requests.map(kindOfRequest)].join('\n'))
    value = BigInt.asUintN(64, (value ^ BigInt(char.codePointAt(0) ?? 0)) * 0x100000001b3n);
  return value.toString(16).padStart(16, '0');
}
