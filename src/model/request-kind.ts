/** Parts of a path that name one thing among many: numbers, ids, and what the session fills in. */
const NAME = /^(?:\d+|[0-9a-f]{8,}|[0-9a-f-]{32,}|.*\{\{.*\}\}.*|(?=.*\d)[\w-]{16,}(?:\.\w{1,8})?)$/i;

/**
 * A request without what changes from one recording to the next: ids in its path, and the values of its query. `GET /orders/17?page=2`
 * becomes `GET /orders/*?page`.
 */
export function kindOfRequest(request: string): string {
  const [method = '', target = ''] = request.split(/ (.*)/s);
  const [path = '', query] = target.split(/\?(.*)/s);
  const plain = path.split('/').map((part) => (NAME.test(part) ? '*' : part));
  const keys = query === undefined ? [] : query.split('&').map((pair) => pair.split('=')[0]);
  return `${method} ${plain.join('/')}${keys.length === 0 ? '' : `?${keys.sort().join('&')}`}`;
}
