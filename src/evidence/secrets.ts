/** Of longer secrets, this much is enough to know them by. */
const MAX_PREFIX = 64;
/** What ends a secret of which only the beginning is compared. */
const ENDS_TOKEN = /[\s"'<>;,&\\]/;

export interface SecretsOptions {
  /** Shorter secrets are not remembered. */
  readonly least: number;
  /** Longer ones are not remembered either. */
  readonly most?: number;
  /** They are only found as whole words: they might be part of any. */
  readonly words?: boolean;
}

/** Secrets met so far, found again in any text in time linear in its length, however many they are (after Karp and Rabin, 1987). */
export class Secrets {
  readonly #least: number;
  readonly #most: number;
  readonly #words: boolean;
  /** BASE to the power of one less than the number of characters hashed. */
  readonly #top: number;
  readonly #known = new Set<string>();
  /** By the hash of their first characters: the beginnings themselves, and how long they are, longest first. */
  readonly #buckets = new Map<number, { readonly heads: Set<string>; lengths: number[] }>();

  constructor({ least, most = Number.POSITIVE_INFINITY, words = false }: SecretsOptions) {
    this.#least = least;
    this.#most = most;
    this.#words = words;
    this.#top = Array.from({ length: least - 1 }).reduce<number>((power) => Math.imul(power, BASE), 1);
  }

  /** Remembers a secret, also as it is written in URLs, in JSON and in HTML. Too short ones are not remembered. */
  add(secret: string): void {
    if (secret.length < this.#least || secret.length > this.#most || this.#known.has(secret)) return;
    this.#known.add(secret);
    for (const form of new Set([secret, encoded(secret), inJson(secret), inHtml(secret)])) this.#addHead(form.slice(0, MAX_PREFIX));
  }

  #addHead(head: string): void {
    const hash = this.#hashOf(head);
    const bucket = this.#buckets.get(hash) ?? { heads: new Set<string>(), lengths: [] };
    this.#buckets.set(hash, bucket);
    bucket.heads.add(head);
    if (!bucket.lengths.includes(head.length)) bucket.lengths = [...bucket.lengths, head.length].sort((a, b) => b - a);
  }

  /** The text with every secret in it replaced. */
  replace(text: string, by: (secret: string, start: number, end: number) => string): string {
    if (this.#buckets.size === 0 || text.length < this.#least) return text;
    const parts: string[] = [];
    let copied = 0;
    let hash = this.#hashOf(text);
    for (let at = 0; at + this.#least <= text.length; ) {
      const end = this.#endOfSecret(text, at, hash);
      const next = end === -1 ? at + 1 : end;
      if (end !== -1) {
        parts.push(text.slice(copied, at), by(text.slice(at, end), at, end));
        copied = end;
      }
      hash = next === at + 1 ? this.#roll(hash, text, at) : this.#hashOf(text, next);
      at = next;
    }
    return copied === 0 ? text : parts.join('') + text.slice(copied);
  }

  /** Where the secret that begins at a place ends; -1 if none does. */
  #endOfSecret(text: string, at: number, hash: number): number {
    const bucket = this.#buckets.get(hash);
    const length = bucket?.lengths.find((one) => bucket.heads.has(text.slice(at, at + one)) && this.#mayEnd(text, at, at + one));
    if (length === undefined) return -1;
    let end = at + length;
    if (length === MAX_PREFIX) while (end < text.length && !ENDS_TOKEN.test(text[end] ?? '')) end++;
    return end;
  }

  #mayEnd(text: string, start: number, end: number): boolean {
    return !this.#words || !(WORD.test(text[start - 1] ?? '') || WORD.test(text[end] ?? ''));
  }

  #hashOf(text: string, at = 0): number {
    let hash = 0;
    for (let index = at; index < at + this.#least; index++) hash = (Math.imul(hash, BASE) + text.charCodeAt(index)) | 0;
    return hash;
  }

  /** The hash of the window one further, from that of the window at a place. */
  #roll(hash: number, text: string, at: number): number {
    const without = (hash - Math.imul(text.charCodeAt(at), this.#top)) | 0;
    return (Math.imul(without, BASE) + text.charCodeAt(at + this.#least)) | 0;
  }
}

const BASE = 16_777_619;
const WORD = /[\p{L}\p{N}]/u;

function encoded(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret;
  }
}

function inJson(secret: string): string {
  return JSON.stringify(secret).slice(1, -1);
}

function inHtml(secret: string): string {
  return secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
