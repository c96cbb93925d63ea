import type { Until } from './until.ts';

/** What one visitor (or several) does: ordered steps, as read from a file. */
export interface Session {
  /** Short name for reports: the file's name. */
  readonly name: string;
  /** Absolute path of the file it came from. */
  readonly file: string;
  readonly steps: readonly Step[];
  /** What the file holds and is not played. */
  readonly leftOut: readonly LeftOut[];
  /** Variables that came from the environment it is played in. */
  readonly environment: readonly EnvironmentVariable[];
}

/** A variable of an environment file beside the session. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
  /** It was kept where secrets are. */
  readonly isPrivate: boolean;
}

/** A request of a session's file that is not played. */
export interface LeftOut {
  /** 1-based line in the file; for formats without lines, the entry's ordinal. */
  readonly line: number;
  /** Why, in words that follow the number of such requests: `to another origin, https://cdn.example`. */
  readonly reason: string;
}

/** One request of a session. */
export interface Step {
  /** The user's own name for it, if any. */
  readonly name: string | null;
  /** 1-based line in the session's file; for formats without lines, the entry's ordinal. */
  readonly line: number;
  /** Which visitor sends it, 0-based. */
  readonly visitor: number;
  readonly method: string;
  /** Path and query, such as `/cart?x={{id}}`; never an origin. A followed redirect is a step of its own, see `follows`. */
  readonly target: Template;
  /** Scheme of the URL it was written or recorded with. `https`: it is played as behind a router that ends TLS. */
  readonly scheme: 'http' | 'https';
  readonly headers: readonly (readonly [name: string, value: Template])[];
  readonly body: BodyTemplate | null;
  /** Scripts of the session's author that run before it is sent (JetBrains convention); they set variables. */
  readonly scripts: readonly string[];
  /** Values this step's reply gives to later steps. */
  readonly captures: readonly Capture[];
  /** What the session's author demands of the reply. A control that breaks one ends the audit. */
  readonly expectations: readonly Expectation[];
  /** The reply when the session was recorded; `null`: it was written. */
  readonly recorded: Recorded | null;
  /** Whether a redirect reply is followed; the hops become steps once a control has shown them. */
  readonly followRedirects: boolean;
  /** Whether the visitor's cookie jar is used. */
  readonly useCookies: boolean;
  /** For a step made from a redirect: the 0-based index of the step whose `Location` it requests; else `null`. */
  readonly follows: number | null;
  /** For a step made from what a page refers to: the 0-based index of the step that got the page, and which of its references it is; else `null`. */
  readonly asset: { readonly page: number; readonly key: string } | null;
  /** For a read of the session that is asked once more at its end, to see what writes have left: the 0-based index of that read; else `null`. */
  readonly echo: number | null;
  /** What its author says of it; `null`: nothing. */
  readonly declared: Declared | null;
  /** What it waits for, asking again; `null`: its first reply counts. */
  readonly until: Until | null;
}

/** `read`: it changes nothing, whatever its method. `unread`: it is meant that nothing shows what it did. */
export type Declared = 'read' | 'unread';

/** Whether a step is one of the session's own: it neither fetches an asset nor asks once more what another one asks. */
export function isOwn({ asset, echo }: Pick<Step, 'asset' | 'echo'>): boolean {
  return asset === null && echo === null;
}

/** What a recorded reply leads to expect. */
export interface Recorded {
  readonly status: number;
  /** Path that it redirected to, without what names one thing among many. */
  readonly redirect: string | null;
  /** Kind of its content, in words; `null`: its type names none. */
  readonly content: string | null;
}

/** A text with holes. */
export type Template = readonly TemplatePart[];

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  /** A captured or file-level variable, by name. `as`: how its value is written here, if not as it is. */
  | { readonly kind: 'variable'; readonly name: string; readonly as?: 'url' | 'json' | 'unescaped' }
  /** A generated value, new in every play: `uuid`, `randomInt 1 100`, `timestamp`, … as written after the `$`. */
  | { readonly kind: 'generated'; readonly name: string; readonly args: readonly string[]; readonly key: string };

export type BodyTemplate =
  | { readonly kind: 'text'; readonly text: Template }
  /** Parts in order; a file part is read from disk at every play. */
  | {
      readonly kind: 'parts';
      readonly parts: readonly ({ readonly text: Template } | { readonly file: string; readonly expand: boolean })[];
    };

/** Takes a value out of a reply. */
export interface Capture {
  /** The variable it sets. */
  readonly name: string;
  readonly from: CaptureSource;
}

export type CaptureSource =
  | { readonly kind: 'status' }
  /** `pattern`: the first group of a regular expression applied to the field's value, in place of the whole. */
  | { readonly kind: 'header'; readonly name: string; readonly pattern?: string }
  | { readonly kind: 'cookie'; readonly name: string }
  /** A path such as `$.items[0].id`; `$` alone is the whole body. */
  | { readonly kind: 'json'; readonly path: string }
  /** The first group of a regular expression applied to the body's text. */
  | { readonly kind: 'pattern'; readonly pattern: string }
  /** A form field, meta tag or link of an HTML body: CSS-like `input[name=csrf]@value` split in two. */
  | {
      readonly kind: 'html';
      readonly tag: string;
      readonly attribute: string;
      readonly match: readonly (readonly [attribute: string, value: string])[];
      readonly nth: number;
    }
  /** A response-handler script of the session's author (JetBrains convention); sets any number of variables. */
  | { readonly kind: 'script'; readonly source: string };

export type Expectation =
  | { readonly kind: 'status'; readonly allowed: readonly number[] }
  /** A response-handler script with `client.test`/`client.assert` calls. */
  | { readonly kind: 'script'; readonly source: string };

/** The steps as a person names them: `3 "GET /cart"`. */
export function describeStep(session: Session, index: number): string {
  const step = session.steps[index];
  if (step === undefined) return `${index + 1}`;
  return `${index + 1} "${step.method} ${templateText(step.target)}"`;
}

/** The template as it was written, with `{{name}}` for each hole. */
export function templateText(template: Template): string {
  return template
    .map((part) =>
      part.kind === 'text'
        ? part.text
        : part.kind === 'variable'
          ? `{{${part.name}}}`
          : `{{$${[part.name, ...part.args].join(' ')}}}`,
    )
    .join('');
}
