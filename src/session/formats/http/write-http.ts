import { dirname, isAbsolute, relative } from 'node:path';
import { kindOfRequest } from '../../../model/request-kind.ts';
import type { BodyTemplate, Capture, CaptureSource, Session, Step, Template } from '../../../model/session.ts';
import { templateText } from '../../../model/session.ts';
import { escaped } from '../escaped.ts';

/** A text of a session that is another in every play, or is given from outside. */
export interface Written {
  readonly name: string;
  /** What it was when the session was recorded, in each way that it may be spelled. */
  readonly texts: readonly string[];
  /** What the file says of it, as `{{$random.hexadecimal 8}}`; `null`: it is given with `--var`. */
  readonly value: string | null;
}

export interface WriteOptions {
  /** What each step is called, for people; `null`: by its request. */
  readonly titles?: readonly (string | null)[];
  readonly variables?: readonly Written[];
  /** Lines of comment at the top. */
  readonly preface?: readonly string[];
  /** What variables that are given from outside are given with; by default `--var`. */
  readonly given?: string;
}

/** For the preface of a session that we have made. */
export const HOW_TO_PLAY = 'Keep it beside the app, change it, and play it: share-nothing check --session FILE';

/** What a browser adds to every request, and what the player sends by itself. */
const SILENT_HEADER =
  /^(?:user-agent|sec-.*|dnt|cache-control|pragma|upgrade-insecure-requests|priority|accept-language|accept-encoding|referer|cookie|content-length|origin|x-forwarded-.*)$/i;
const LONG = 90;

/** A session as a `.http` file that reads as one that a person wrote, and plays as the session does. */
export function writeHttp(session: Session, { titles = [], variables = [], preface = [], given: by }: WriteOptions = {}): string {
  const hops = new Set(session.steps.flatMap((_, index) => (isHop(session.steps, index) ? [index] : [])));
  const names = namesFor(session.steps, titles);
  const references = new Map<string, string>();
  const blocks = session.steps.flatMap((step, index) => {
    const name = names[index] ?? `step${index + 1}`;
    const lines = step.captures.flatMap((capture) => {
      if (capture.from.kind === 'script') return [];
      const { expression, script } = referenceTo(capture, name, references.size);
      references.set(capture.name, expression);
      return script === null ? [] : [script];
    });
    const own = step.captures.flatMap(({ from }) => (from.kind === 'script' ? [from.source] : []));
    const scripts = [...(lines.length === 0 ? [] : [lines.join('\n')]), ...own];
    const isNamed = step.captures.length > lines.length + own.length;
    if (hops.has(index)) return [];
    const fill = (template: Template) => filledIn(template, { references, variables });
    const isFollowed = hops.has(index + 1);
    return [
      blockOf(step, {
        title: titleOf(step, titles[index] ?? null),
        name: isNamed ? name : null,
        scripts,
        isFollowed,
        fill,
        file: session.file,
      }),
    ];
  });
  // What was looked for in the requests, and stands in none of them, need not be told.
  const used = variables.filter(({ name, texts }) => texts.length === 0 || blocks.some((block) => block.includes(`{{${name}}}`)));
  const given = used
    .filter(({ value }) => value === null)
    .map(({ name }) => `# ${name} is given from outside: ${by ?? `--var ${name}=…`}`);
  const set = used.flatMap(({ name, value }) => (value === null ? [] : [`@${name} = ${value}`]));
  const head = [...preface.map((line) => `# ${line}`.trimEnd()), ...given, ...(set.length === 0 ? [] : ['', ...set])];
  return `${[head.join('\n').trim(), ...blocks].filter((part) => part !== '').join('\n\n')}\n`;
}

/** Whether a step only follows the redirect of the one before, and nothing is taken from it. */
function isHop(steps: readonly Step[], index: number): boolean {
  const [before, step] = [steps[index - 1], steps[index]];
  if (before === undefined || step === undefined || step.method !== 'GET' || step.captures.length > 0) return false;
  const to = before.recorded?.redirect ?? null;
  return to !== null && kindOfRequest(`GET ${templateText(step.target).replace(/\?.*$/s, '')}`) === `GET ${to}`;
}

interface Block {
  readonly title: string;
  /** What later steps call it; `null`: none does. */
  readonly name: string | null;
  /** What runs on its reply. */
  readonly scripts: readonly string[];
  readonly isFollowed: boolean;
  /** Absolute path of the file that is written. */
  readonly file: string;
  readonly fill: (template: Template) => string;
}

function blockOf(step: Step, { title, name, scripts, isFollowed, file, fill }: Block): string {
  const isRedirect = step.recorded?.redirect != null && !isFollowed;
  const status = step.recorded?.status ?? 200;
  const type = fill(step.headers.find(([field]) => /^content-type$/i.test(field))?.[1] ?? []);
  const body = step.body === null ? null : bodyOf(step.body, { type, file, fill });
  return [
    `### ${title}`,
    ...(name === null ? [] : [`# @name ${name}`]),
    ...(step.visitor === 0 ? [] : [`# @visitor ${step.visitor + 1}`]),
    ...(isRedirect && !step.followRedirects ? ['# @no-redirect'] : []),
    ...(status >= 400 && (step.method !== 'GET' || step.expectations.length > 0) ? [`# @expect ${status}`] : []),
    ...(step.until === null ? [] : [`# @until ${step.until.text} within ${Math.ceil(step.until.withinMs / 1000)}s`]),
    ...step.scripts.flatMap((script) => scriptLines('<', script)),
    `${step.method} ${fill(step.target).replace(/\{\{.*?\}\}| /g, (piece) => (piece === ' ' ? '%20' : piece))}`,
    ...step.headers.filter(([field]) => !SILENT_HEADER.test(field)).flatMap(([field, value]) => headerLine(field, fill(value))),
    ...(body === null ? [] : ['', body]),
    ...scripts.flatMap((script) => ['', ...scriptLines('>', script)]),
  ].join('\n');
}

function scriptLines(mark: '<' | '>', script: string): string[] {
  return [`${mark} {%`, ...script.split('\n').map((line) => `  ${line}`.trimEnd()), '%}'];
}

/** Of what a browser accepts the first. */
function headerLine(field: string, value: string): string[] {
  const name = field.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
  if (/^accept$/i.test(field)) return value.startsWith('*/*') ? [] : [`${name}: ${value.split(',', 1)[0]?.split(';', 1)[0] ?? ''}`];
  return [`${name}: ${value}`];
}

/** Files are named as seen from the session's own. */
function bodyOf(body: BodyTemplate, { type, file, fill }: { type: string } & Pick<Block, 'file' | 'fill'>): string {
  if (body.kind === 'text') return bodyText(fill(body.text), type);
  const parts = body.parts.map((part) =>
    'text' in part ? fill(part.text).replaceAll('\r\n', '\n') : `< ${nearPath(relative(dirname(file), part.file))}`,
  );
  return parts.join('').replace(/\n+$/, '');
}

function nearPath(path: string): string {
  return path.startsWith('..') || isAbsolute(path) ? path : `./${path}`;
}

/** A short JSON text in one line, a longer one in several; a long form a field a line. */
function bodyText(text: string, type: string): string {
  const lines = text.replaceAll('\r\n', '\n').replace(/\n+$/, '');
  if (/urlencoded/i.test(type)) return lines.length <= LONG ? lines : lines.replaceAll('&', '\n&');
  if (!/\bjson\b/i.test(type) || lines.length <= LONG) return lines;
  try {
    return JSON.stringify(JSON.parse(lines), null, 2);
  } catch {
    return lines;
  }
}

/** How later steps name a value, and the line of script that keeps it, where no name can. */
function referenceTo(
  { from, name: captured }: Capture,
  step: string,
  count: number,
): { expression: string; script: string | null } {
  const direct = selectorOf(from);
  if (direct !== null) return { expression: `${step}.response.${direct}`, script: null };
  const variable = variableFor(captured, count);
  return { expression: variable, script: `client.global.set("${variable}", ${codeOf(from)});` };
}

function selectorOf(from: CaptureSource): string | null {
  if (from.kind === 'json') return /^[^{}]*$/.test(from.path) ? `body.${from.path}` : null;
  if (from.kind === 'header' && from.pattern === undefined) return `headers.${from.name}`;
  if (from.kind !== 'html') return null;
  const conditions = from.match.map(([name, value]) => (/['{}\]]/.test(value) ? null : `[@${name}='${value}']`));
  if (conditions.includes(null)) return null;
  return `body.//${from.tag}${conditions.join('')}${from.nth === 0 ? '' : `[${from.nth + 1}]`}/@${from.attribute}`;
}

function codeOf(from: CaptureSource): string {
  const first = (pattern: string, text: string) => `(/${pattern.replace(/(?<!\\)\//g, '\\/')}/.exec(${text}) ?? [])[1]`;
  switch (from.kind) {
    case 'header':
      return first(from.pattern ?? '(.*)', `response.headers.valueOf("${from.name}") ?? ""`);
    case 'cookie':
      return first(`(?:^|\\n)${escaped(from.name)}=([^;\\n]*)`, 'response.headers.valuesOf("set-cookie").join("\\n")');
    case 'pattern':
      return first(from.pattern, 'typeof response.body === "string" ? response.body : JSON.stringify(response.body)');
    case 'html': {
      const [[name, value] = ['name', '']] = from.match;
      const [known, wanted] = [`\\b${name}=["']?${escaped(value)}["']?`, `\\b${from.attribute}=["']([^"']*)["']`];
      return first(`<${from.tag}\\b(?=[^>]*${known})[^>]*?${wanted}`, 'response.body');
    }
    case 'json':
      return `jsonPath(response.body, ${JSON.stringify(from.path)})`;
    default:
      return 'response.status';
  }
}

/** `3.items.id` is `items_id`. */
function variableFor(name: string, count: number): string {
  const words = name
    .replace(/^\d+\.?/, '')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return /^[A-Za-z]/.test(words) ? `${words}_${count + 1}` : `value_${count + 1}`;
}

function filledIn(
  template: Template,
  { references, variables }: { references: ReadonlyMap<string, string>; variables: readonly Written[] },
): string {
  const plain = (text: string) =>
    variables
      .flatMap(({ name, texts }) => texts.map((found) => ({ name, found })))
      .reduce((known, { name, found }) => known.replaceAll(found, `{{${name}}}`), text);
  return template
    .map((part) => {
      if (part.kind === 'text') return plain(part.text);
      if (part.kind === 'generated') return templateText([part]);
      return `{{${references.get(part.name) ?? part.name}}}`;
    })
    .join('');
}

function titleOf({ method, target, name }: Step, title: string | null): string {
  const plain = (title ?? name ?? `${method} ${templateText(target)}`).replace(/\s+/g, ' ').replace(/[{}#]/g, '').trim();
  return plain.slice(0, 80) || method;
}

/** A name for each step that is one of a variable, and of no other step. */
function namesFor(steps: readonly Step[], titles: readonly (string | null)[]): string[] {
  const taken = new Set<string>();
  return steps.map((step, index) => {
    const words = titleOf(step, titles[index] ?? null)
      .replace(/^(?:GET|POST|PUT|PATCH|DELETE) /, '')
      .replace(/[^A-Za-z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase())
      .slice(0, 30);
    const isFirstPage = templateText(step.target) === '/';
    const unnamed = isFirstPage ? 'home' : `step${index + 1}`;
    const base = /^[A-Za-z]/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : unnamed;
    let name = base;
    for (let count = 2; taken.has(name); count++) name = `${base}${count}`;
    taken.add(name);
    return name;
  });
}
