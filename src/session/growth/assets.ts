import { readHtml } from '../../markup/html-tokens.ts';
import { header, type Reply } from '../../model/observation.ts';
import { type Session, type Step, templateText } from '../../model/session.ts';
import { localTarget } from '../play/redirect.ts';

/** An address that a page, a style sheet or a script refers to, at the app itself. */
export interface Reference {
  /** Path and query. */
  readonly target: string;
  /** Names it in any copy of the page, whatever it is called there: how it is referred to, and which of several such it is. */
  readonly key: string;
}

/** How something is referred to: by a page's links, images and scripts, by styles, by a script that imports a module, by a source map's name. */
type Kind = 'link' | 'image' | 'script' | 'style' | 'module' | 'map';

/** An address as it is written. */
interface Mention {
  readonly kind: Kind;
  readonly address: string;
}

type Answer = Extract<Reply, { outcome: 'answered' }>;

/** More of a session are not asked for: they would cost more than they could show. */
const MAX_ASSETS = 20;
const LINKS = /(?:^|\s)(?:stylesheet|icon|apple-touch-icon|preload|modulepreload|manifest)(?:\s|$)/i;
const IMAGE = /\.(?:png|jpe?g|gif|svg|webp|avif|ico)$/i;
/** Attributes that hold an address, by element. */
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  script: ['src'],
  img: ['src'],
  source: ['src'],
  video: ['poster'],
};

/**
 * The session with a step at its end for every asset that its pages refer to and that has none yet, and without those that were not
 * answered; `null` if that changes nothing. `lost` collects the latter. To be called after each control, as style sheets and scripts
 * refer to others again.
 */
export function withAssets(session: Session, replies: readonly Reply[], lost: Set<string>): Session | null {
  const kept: Step[] = [];
  /** What is kept: its place by its old one, and which reference it is, by the path from the page that the session names. */
  const places = new Map<number, number>();
  const names = new Map<number, string>();
  const nameOf = (page: number, key: string) => `${names.get(page) ?? page} ${key}`;
  for (const [index, step] of session.steps.entries()) {
    const { asset } = step;
    const name = asset === null ? String(index) : nameOf(asset.page, asset.key);
    names.set(index, name);
    if (asset !== null && !isFetched(replies[index])) {
      lost.add(name);
      continue;
    }
    places.set(index, kept.length);
    kept.push(asset === null ? step : { ...step, asset: { ...asset, page: places.get(asset.page) ?? asset.page } });
  }
  const own = kept.filter(({ asset }) => asset === null);
  const paths = new Set(own.map(({ target }) => pathOf(templateText(target))));
  const known = new Set([...names.values(), ...lost]);
  const added: Step[] = [];
  for (const [index, step] of session.steps.entries()) {
    const [reply, page] = [replies[index], places.get(index)];
    if (page === undefined || step.method !== 'GET' || step.echo !== null || !isFetched(reply)) continue;
    for (const { target, key } of references(reply, templateText(step.target))) {
      const isNew = !known.has(nameOf(index, key)) && !paths.has(pathOf(target));
      paths.add(pathOf(target));
      if (isNew && kept.length - own.length + added.length < MAX_ASSETS) added.push(assetStep(step, { target, page, key }));
    }
  }
  return added.length === 0 && kept.length === session.steps.length ? null : { ...session, steps: [...kept, ...added] };
}

/** What a reply refers to, in order. `at`: the target that it answered. Of images only those that are called like files. */
export function references(reply: Answer, at: string): Reference[] {
  const type = header(reply.headers, 'content-type') ?? '';
  const { text } = reply.body;
  const addresses = /\bhtml\b/i.test(type)
    ? inPage(text)
    : /\bcss\b/i.test(type)
      ? [...inStyles(text), ...sourceMap(text)]
      : /\b(?:java|ecma)script\b/i.test(type)
        ? [...inScript(text), ...sourceMap(text)]
        : [];
  const counts = new Map<Kind, number>();
  const targets = new Set<string>();
  return addresses.flatMap(({ kind, address }) => {
    const target = localTarget(address, at, []);
    if (target === null || targets.has(target)) return [];
    targets.add(target);
    const place = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, place);
    return [{ target, key: `${kind} ${place}` }];
  });
}

function inPage(html: string): Mention[] {
  const found: Mention[] = [];
  const mention = (kind: Kind, address: string) => {
    if (address.trim() !== '') found.push({ kind, address });
  };
  let inside = '';
  readHtml(html, {
    open({ name, attributes }) {
      inside = name;
      const value = (wanted: string) => attributes.find((attribute) => attribute.name === wanted)?.value;
      if (name === 'link' && LINKS.test(value('rel') ?? '')) mention('link', value('href') ?? '');
      for (const attribute of ADDRESSES[name] ?? []) {
        const address = value(attribute) ?? '';
        if (name === 'script') mention('script', address);
        else if (IMAGE.test(pathOf(address))) mention('image', address);
      }
      if (name === 'img' || name === 'source') for (const address of inSrcset(value('srcset') ?? '')) mention('image', address);
    },
    close() {
      inside = '';
    },
    text(text) {
      if (inside === 'style') found.push(...inStyles(text));
      if (inside === 'script') found.push(...inScript(text));
    },
  });
  return found;
}

function inSrcset(text: string): string[] {
  return text
    .split(',')
    .map((candidate) => candidate.trim().split(/\s/, 1)[0] ?? '')
    .filter((address) => IMAGE.test(pathOf(address)));
}

function inStyles(text: string): Mention[] {
  const pattern =
    /url\(\s{0,9}(?:"([^"\n]{1,500})"|'([^'\n]{1,500})'|([^)"'\s]{1,500}))\s{0,9}\)|@import\s{1,9}(?:"([^"\n]{1,500})"|'([^'\n]{1,500})')/gi;
  return [...text.matchAll(pattern)].map((match) => ({
    kind: 'style',
    address: match.slice(1).find((group) => group !== undefined) ?? '',
  }));
}

/** Modules that a script imports by path. */
function inScript(text: string): Mention[] {
  const pattern = /\b(?:from|import)\s{0,9}\(?\s{0,9}(?:"([./][^"\n]{0,500})"|'([./][^'\n]{0,500})')/g;
  return [...text.matchAll(pattern)].map(([, double, single]) => ({ kind: 'module', address: double ?? single ?? '' }));
}

function sourceMap(text: string): Mention[] {
  return [...text.slice(-2000).matchAll(/[#@]\s?sourceMappingURL=([^\s*]{1,500})/g)].map(([, address = '']) => ({
    kind: 'map',
    address,
  }));
}

function isFetched(reply: Reply | undefined): reply is Answer {
  return reply?.outcome === 'answered' && reply.status === 200;
}

function pathOf(target: string): string {
  return target.replace(/[?#].*$/s, '');
}

function assetStep({ line, visitor, scheme }: Step, { target, ...asset }: { target: string } & NonNullable<Step['asset']>): Step {
  return {
    name: null,
    line,
    visitor,
    method: 'GET',
    target: [{ kind: 'text', text: target }],
    scheme,
    headers: [],
    body: null,
    scripts: [],
    captures: [],
    expectations: [],
    recorded: null,
    followRedirects: false,
    useCookies: true,
    follows: null,
    asset,
    echo: null,
    declared: null,
    until: null,
  };
}
