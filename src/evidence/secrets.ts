/** Shorter secrets are hidden in their own field only: elsewhere they might be any word. */
const MIN_ANYWHERE = 8;
/** Of longer secrets, this much is enough to know them by. */
const MAX_PREFIX = 64;
/** What ends a secret of which only the beginning is compared. */
const ENDS_TOKEN = /[\s"'<>;,&\\]/;

/** Secrets met so far, found again in any text in time linear in its length, however many they are (after Karp and Rabin, 1987). */
export class Secrets {
  readonly #known = new Set<string>();
  /** By the hash of their first characters: the beginnings themselves, and how long they are, longest first. */
  readonly #buckets = new Map<number, { readonly heads: Set<string>; lengths: number[] }>();

  /** Remembers a secret, also as it is written in URLs. Too short ones are not remembered. */
  add(secret: string): void {
    if (secret.length < MIN_ANYWHERE || this.#known.has(secret)) return;
    this.#known.add(secret);
    for (const form of new Set([secret, encoded(secret)])) this.#addHead(form.slice(0, MAX_PREFIX));
  }

  #addHead(head: string): void {
    const hash = hashOf(head);
    const bucket = this.#buckets.get(hash) ?? { heads: new Set<string>(), lengths: [] };
    this.#buckets.set(hash, bucket);
    bucket.heads.add(head);
    if (!bucket.lengths.includes(head.length)) bucket.lengths = [...bucket.lengths, head.length].sort((a, b) => b - a);
  }

  /** The text with every secret in it replaced. */
  replace(text: string, by: (secret: string) => string): string {
    if (this.#buckets.size === 0 || text.length < MIN_ANYWHERE) return text;
    const parts: string[] = [];
    let copied = 0;
    let hash = hashOf(text);
    for (let at = 0; at + MIN_ANYWHERE <= text.length; ) {
      const end = this.#endOfSecret(text, at, hash);
      const next = end === -1 ? at + 1 : end;
      if (end !== -1) {
        parts.push(text.slice(copied, at), by(text.slice(at, end)));
        copied = end;
      }
      hash = next === at + 1 ? roll(hash, text, at) : hashOf(text, next);
      at = next;
    }
    return copied === 0 ? text : parts.join('') + text.slice(copied);
  }

  /** Where the secret that begins at a place ends; -1 if none does. */
  #endOfSecret(text: string, at: number, hash: number): number {
    const bucket = this.#buckets.get(hash);
    const length = bucket?.lengths.find((one) => bucket.heads.has(text.slice(at, at + one)));
    if (length === undefined) return -1;
    let end = at + length;
    if (length === MAX_PREFIX) while (end < text.length && !ENDS_TOKEN.test(text[end] ?? '')) end++;
    return end;
  }
}

function encoded(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret;
  }
}

const BASE = 16_777_619;
/** BASE to the power of one less than the number of characters hashed. */
const TOP = Array.from({ length: MIN_ANYWHERE - 1 }).reduce<number>((power) => Math.imul(power, BASE), 1);

function hashOf(text: string, at = 0): number {
  let hash = 0;
  for (let index = at; index < at + MIN_ANYWHERE; index++) hash = (Math.imul(hash, BASE) + text.charCodeAt(index)) | 0;
  return hash;
}

/** The hash of the window one further, from that of the window at a place. */
function roll(hash: number, text: string, at: number): number {
  const without = (hash - Math.imul(text.charCodeAt(at), TOP)) | 0;
  return (Math.imul(without, BASE) + text.charCodeAt(at + MIN_ANYWHERE)) | 0;
}
