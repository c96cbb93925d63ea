import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { UserError } from '../../../errors.ts';
import {
  type BodyTemplate,
  type Capture,
  type LeftOut,
  type Session,
  type Step,
  type Template,
  templateText,
} from '../../../model/session.ts';
import { refuseTooLong } from '../../bound.ts';
import { isOwnHeader } from '../../play/request.ts';
import { type RawRequest, splitBlocks } from './blocks.ts';
import { bodyStyle, readBodyLines } from './body.ts';
import { readWishes } from './directives.ts';
import { readEnvironments } from './environments.ts';
import { expand } from './expand.ts';
import { asGraphql } from './graphql.ts';
import { handlerCaptures, handlerExpectations, type ReadHandler, readHandler } from './handlers.ts';
import { elsewhere, originOf, portIn } from './origins.ts';
import { readRequestLine } from './request-line.ts';
import type { NamedRequest, Scope } from './scope.ts';
import { type Line, restOf, type SourceText, syntaxError } from './syntax.ts';
import { mergeText, withoutOrigin } from './target.ts';

export interface HttpFileOptions {
  /** Values given from outside; they win over the file's own. */
  readonly variables: Readonly<Record<string, string>>;
  /** For `{{$processEnv NAME}}`. */
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  /** The environment that is chosen of those in files beside the session. */
  readonly httpEnv: string | null;
  /** The app's origins; none: that which most requests name. */
  readonly origins: readonly string[];
}

/** Reads a `.http` or `.rest` file as the REST Client of VS Code and the HTTP Client of JetBrains do. Throws only `UserError`. */
export function parseHttpFile(source: SourceText, options: HttpFileOptions): Session {
  const { requests, definitions } = splitBlocks(source);
  if (requests.length === 0) {
    throw new UserError('session-empty', `${source.name} holds no request`, 'Write at least one, such as `GET /`.');
  }
  refuseTooLong(source.name, requests.length);
  const environments = readEnvironments(source.file, options.httpEnv);
  const scripted = requests.map((raw) => ({ raw, scripts: raw.scripts.map(readHandler), handlers: raw.handlers.map(readHandler) }));
  const scripts = scripted.flatMap((request) => [...request.scripts, ...request.handlers]);
  const common = {
    ...options,
    definitions,
    environments,
    anythingGoes: scripts.some(({ setsOthers }) => setsOthers),
    dotenv: readDotenv(source.file),
  };
  const whole = readDrafts(source, common, { chosen: scripted, leftOut: [] });
  const leftOut = elsewhere(
    source,
    whole.drafts.map(({ origin, step: { line } }) => ({ origin, line })),
    options.origins,
  );
  const { drafts, used } = leftOut.length === 0 ? whole : readDrafts(source, common, without(leftOut, scripted, whole.drafts));
  return {
    name: source.name,
    file: source.file,
    steps: drafts.map((draft) => finish(draft, used)),
    leftOut,
    environment: environments.variables,
  };
}

type Common = Pick<Scope, 'definitions' | 'variables' | 'processEnv' | 'environments' | 'dotenv' | 'anythingGoes'>;

/** The requests of a file that are read, and what is to be said of the others. */
interface Choice {
  readonly chosen: readonly Scripted[];
  readonly leftOut: Scope['leftOut'];
}

/** Reads requests in order, as later ones may refer to earlier ones. `used`: names that requests and scripts read. */
function readDrafts(source: SourceText, common: Common, { chosen, leftOut }: Choice): { drafts: Draft[]; used: Set<string> } {
  const used = new Set(chosen.flatMap((request) => [...request.scripts, ...request.handlers].flatMap(({ reads }) => [...reads])));
  const drafts: Draft[] = [];
  const visitors = new Map<string, number>();
  for (const request of chosen) {
    const own = new Set(request.scripts.flatMap(({ sets }) => [...sets]));
    const scope = { ...common, used, leftOut, own, earlier: drafts, block: request.raw.block };
    drafts.push(readRequest(request, { scope, source, visitors }));
  }
  return { drafts, used };
}

/** The choice without the requests in these lines. */
function without(leftOut: readonly LeftOut[], scripted: readonly Scripted[], drafts: readonly Draft[]): Choice {
  const reasons = new Map(leftOut.map(({ line, reason }) => [line, reason]));
  const reasonOf = (index: number) => reasons.get(drafts[index]?.step.line ?? 0);
  return {
    chosen: scripted.filter((_, index) => reasonOf(index) === undefined),
    leftOut: drafts.flatMap(({ name, sets }, index) => {
      const reason = reasonOf(index);
      return reason === undefined ? [] : [{ name, sets, reason }];
    }),
  };
}

/** A request with the scripts that run before it and on its reply. */
interface Scripted {
  readonly raw: RawRequest;
  readonly scripts: readonly ReadHandler[];
  readonly handlers: readonly ReadHandler[];
}

interface Draft extends NamedRequest {
  readonly origin: string | null;
  readonly step: Omit<Step, 'captures'>;
  readonly handlers: readonly ReadHandler[];
}

interface Reading {
  readonly scope: Scope;
  readonly source: SourceText;
  /** Numbers of visitors by name, in the order of their first requests. */
  readonly visitors: Map<string, number>;
}

function readRequest({ raw: request, scripts, handlers }: Scripted, { scope, source, visitors }: Reading): Draft {
  const { method, url } = readRequestLine(request.url);
  const wishes = readWishes(request.directives, { method: method === 'GRAPHQL' ? 'POST' : method, source });
  const visitor = visitors.get(wishes.visitor) ?? visitors.size;
  visitors.set(wishes.visitor, visitor);
  const { target, scheme, origin } = readTarget(url, scope);
  const written = request.headers.map((line) => readHeader(line, scope));
  const isGraphql =
    method === 'GRAPHQL' ||
    written.some(([name, value]) => /^x-request-type$/i.test(name) && /^graphql$/i.test(templateText(value)));
  const contentType = templateText(written.find(([name]) => /^content-type$/i.test(name))?.[1] ?? []);
  const body = isGraphql ? asGraphql(request.body, scope) : readBodyLines(request.body, scope, bodyStyle(contentType));
  const headers = written.filter(([name]) => !isOwnHeader(name) && !(isGraphql && /^(x-request-type|content-type)$/i.test(name)));
  if (isGraphql) headers.push(['Content-Type', [{ kind: 'text', text: 'application/json' }]]);
  const expectations = wishes.expected === null ? [] : [{ kind: 'status' as const, allowed: wishes.expected }];
  return {
    name: request.name,
    headers,
    bodyText: bodyText(body),
    captures: [],
    sets: new Set([...scripts.flatMap(({ setsGlobal }) => [...setsGlobal]), ...handlers.flatMap(({ sets }) => [...sets])]),
    origin,
    handlers,
    step: {
      name: request.name,
      line: request.url[0]?.place.line ?? 1,
      visitor,
      method: isGraphql ? 'POST' : method,
      target,
      scheme,
      headers,
      body,
      scripts: scripts.map((script) => script.source),
      expectations: [...expectations, ...handlers.flatMap(handlerExpectations)],
      recorded: null,
      followRedirects: wishes.followRedirects,
      useCookies: wishes.useCookies,
      follows: null,
      asset: null,
      echo: null,
      declared: wishes.declared,
      until: wishes.until,
    },
  };
}

/** Captures are complete only when all later requests have been read. */
function finish({ step, captures, handlers }: Draft, used: ReadonlySet<string>): Step {
  const scripted: Capture[] = handlers
    .filter(({ sets, setsOthers }) => sets.size > 0 || setsOthers)
    .flatMap((handler) => handlerCaptures(handler, used));
  return { ...step, captures: [...captures, ...scripted] };
}

function readTarget(url: readonly Line[], scope: Scope): Pick<Step, 'target' | 'scheme'> & Pick<Draft, 'origin'> {
  const expanded = mergeText(url.flatMap((line) => expand(line, scope, { position: 'url' })));
  const [first] = expanded;
  // A URL that begins with a variable begins with an origin, even if its value looks like a folder: `{{host}}` = `web`.
  const isBare = url[0]?.text.startsWith('{{') && first?.kind === 'text' && !/^([a-z][a-z0-9+.-]*:\/\/|[/?#:])/i.test(first.text);
  const scheme = first?.kind === 'text' && /^\s*https:/i.test(first.text) ? 'https' : 'http';
  const whole: Template = isBare ? [{ kind: 'text', text: 'http://' }, ...expanded] : expanded;
  const port = portIn(whole);
  if (url[0] !== undefined && port !== null && port > MAX_PORT)
    throw syntaxError(url[0].source, url[0].place, {
      message: `there is no port ${port}`,
      hint: `Ports end at ${MAX_PORT}. The app gets a port of its own in an audit: \`GET /cart\` is enough.`,
    });
  return { target: withoutOrigin(whole), scheme, origin: originOf(whole) };
}

const MAX_PORT = 65_535;

function readHeader(line: Line, scope: Scope): [string, Template] {
  const [whole, name = ''] = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*:\s*/.exec(line.text) ?? [];
  if (whole === undefined) {
    throw syntaxError(line.source, line.place, {
      message: 'expected a header, `Name: value`',
      hint: 'A blank line must stand between the headers and the body, and `###` between requests.',
    });
  }
  const rest = restOf(line, whole.length);
  if (/^authorization$/i.test(name) && /^digest\s/i.test(rest.text) && !/\busername\s*=/i.test(rest.text))
    throw syntaxError(line.source, rest.place, {
      message: 'Digest authorization is not supported: it needs an answer to what the server asks for',
      hint: 'Take this request out of the session, or sign in with Basic or Bearer.',
    });
  return [name, expand({ ...rest, text: rest.text.trimEnd() }, scope, { position: 'plain' })];
}

function bodyText(body: BodyTemplate | null): Template | null {
  return body?.kind === 'text' ? body.text : null;
}

/** The `.env` file beside the session. */
function readDotenv(file: string): Record<string, string> {
  const path = join(dirname(file), '.env');
  return existsSync(path)
    ? Object.fromEntries(Object.entries(parseEnv(readFileSync(path, 'utf8'))).map(([key, value]) => [key, String(value)]))
    : {};
}
