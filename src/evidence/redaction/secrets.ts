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
  /** They are found as they were given, and in no other spelling or with another end. */
  readonly exact?: boolean;
}

/** Secrets met so far, found again in any text in time linear in its length, however many they are (after Karp and Rabin, 1987). */
export class Secrets {
  readonly #least: number;
  readonly #most: number;
  readonly #words: boolean;
  readonly #exact: boolean;
  /** BASE to the power of one less than the number of characters hashed. */
  readonly #top: number;
  readonly #known = new Set<string>();
  /** By the hash of their first characters: the beginnings themselves, and how long they are, longest first. */
  readonly #buckets = new Map<number, { readonly heads: Set<string>; lengths: number[] }>();
  /** By the beginning of a longer one: how it goes on. */
  readonly #tails = new Map<string, string[]>();

  constructor({ least, most = Number.POSITIVE_INFINITY, words = false, exact = false }: SecretsOptions) {
    this.#least = least;
    this.#most = most;
    this.#words = words;
    this.#exact = exact;
    this.#top = Array.from({ length: least - 1 }).reduce<number>((power) => Math.imul(power, BASE), 1);
  }

  /** Remembers a secret, also as it is written in URLs, in JSON, in HTML and in Base64. Too short ones are not remembered. */
  add(secret: string): void {
    if (secret.length < this.#least || secret.length > this.#most || this.#known.has(secret)) return;
    this.#known.add(secret);
    for (const form of this.#exact ? [secret] : spellings(secret)) this.#addForm(form);
  }

  #addForm(form: string): void {
    if (form.length < this.#least) return;
    const head = form.slice(0, MAX_PREFIX);
    this.#addHead(head);
    if (form.length <= MAX_PREFIX) return;
    const tails = this.#tails.get(head) ?? [];
    if (tails.length < MAX_TAILS) this.#tails.set(head, [...tails, form.slice(MAX_PREFIX)]);
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
    if (length < MAX_PREFIX) return end;
    const tails = this.#tails.get(text.slice(at, end)) ?? [];
    const tail = tails.find((one) => text.startsWith(one, at + length));
    if (tail !== undefined || this.#exact) return end + (tail?.length ?? 0);
    while (end < text.length && !ENDS_TOKEN.test(text[end] ?? '')) end++;
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

/** Texts that begin alike are told apart up to so many. */
const MAX_TAILS = 16;
/** Longer secrets are not looked for in Base64. */
const MAX_WRAPPED = 1024;

/** How a secret is written in other places. */
function spellings(secret: string): Set<string> {
  const url = encoded(secret);
  const json = inJson(secret);
  const plain = [secret, url, url.replaceAll('%20', '+'), formEncoded(url), json, json.replaceAll('/', '\\/'), asciiJson(json)];
  return new Set([...plain, ...inHtml(secret), ...(secret.length > MAX_WRAPPED ? [] : inBase64(secret))]);
}

function encoded(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret;
  }
}

/** As forms are encoded (WHATWG URL, 5): of all signs only `*-._` stay. */
function formEncoded(url: string): string {
  return url.replaceAll('%20', '+').replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function inJson(secret: string): string {
  return JSON.stringify(secret).slice(1, -1);
}

function asciiJson(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function inHtml(secret: string): string[] {
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [html, html.replaceAll('"', '&quot;').replaceAll("'", '&#39;'), html.replaceAll('"', '&#34;').replaceAll("'", '&#x27;')];
}

/** Wherever in a text in Base64 it begins: its first and last characters depend on what stands beside it. */
function inBase64(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const middles = [0, 1, 2].map((skip) => {
    const from = (3 - skip) % 3;
    return bytes.subarray(from, from + Math.floor((bytes.length - from) / 3) * 3).toString('base64');
  });
  return middles
    .filter(({ length }) => length >= MIN_WRAPPED)
    .flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]);
}

/** Fewer characters of Base64 might stand anywhere. */
const MIN_WRAPPED = 8;
