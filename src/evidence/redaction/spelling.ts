const DAY_MS = 24 * 60 * 60 * 1000;

/** Whether a text is nothing but the present time, to a day: Unix time in seconds or milliseconds, or a date. */
export function tellsTheTime(text: string): boolean {
  const moment = /^\d{10}$/.test(text) ? Number(text) * 1000 : /^\d{13}$/.test(text) ? Number(text) : dateOf(fromUrl(text));
  return Math.abs(moment - Date.now()) < DAY_MS;
}

function dateOf(text: string): number {
  return /^"?(?:\d{4}-\d\d-\d\d[T ]|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )/.test(text)
    ? Date.parse(text.replaceAll('"', ''))
    : Number.NaN;
}

/** Whether the secret carries its content with it (JSON in base64, as a JWT or a signed cookie does), so that no store is needed to read it. */
export function tellsItself(secret: string): boolean {
  return /(^|[^A-Za-z0-9])eyJ[A-Za-z0-9_-]{6,}/.test(secret);
}

/** Secrets as they were before they were written in a URL or in JSON, so that one secret has one mark. */
export function unwritten(mark: (secret: string) => string): (written: string) => string {
  return (written) => mark(written.includes('\\') ? fromJson(written) : fromUrl(written));
}

function fromJson(written: string): string {
  try {
    return String(JSON.parse(`"${written}"`));
  } catch {
    return written;
  }
}

function fromUrl(written: string): string {
  if (!/%[0-9a-f]{2}/i.test(written)) return written;
  try {
    return decodeURIComponent(written.replaceAll('+', ' '));
  } catch {
    return written;
  }
}
