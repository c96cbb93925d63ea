import type { Capture, Template } from '../../../model/session.ts';
import type { Definition } from './blocks.ts';
import type { HttpEnvironments } from './environments.ts';
import type { Line } from './syntax.ts';

/** A request read so far, as later ones may refer to it. */
export interface NamedRequest {
  readonly name: string | null;
  readonly headers: readonly (readonly [name: string, value: Template])[];
  readonly bodyText: Template | null;
  readonly captures: Capture[];
  /** Names its response handlers set. */
  readonly sets: ReadonlySet<string>;
}

export interface Scope {
  readonly definitions: readonly Definition[];
  /** Values given from outside; they win over the file's own. */
  readonly variables: Readonly<Record<string, string>>;
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  readonly environments: HttpEnvironments;
  readonly dotenv: Readonly<Record<string, string>>;
  /** Requests before the one being read. */
  readonly earlier: readonly NamedRequest[];
  /** Requests that are not played, and why. */
  readonly leftOut: readonly (Pick<NamedRequest, 'name' | 'sets'> & { readonly reason: string })[];
  /** What the scripts above the request set. */
  readonly own: ReadonlySet<string>;
  readonly block: number;
  /** Some script sets variables whose names are not written in it. */
  readonly anythingGoes: boolean;
  /** Names that requests and scripts read. */
  readonly used: Set<string>;
}

/** Names a generated value by its name and column, the same way in every play. */
export type KeyOf = (name: string, column: number) => string;

/** A hole in a line. */
export interface At {
  readonly line: Line;
  readonly column: number;
  readonly keyOf: KeyOf;
  /** File variables being expanded. */
  readonly within: readonly string[];
  /** The line's text before the hole. */
  readonly before: string;
}
