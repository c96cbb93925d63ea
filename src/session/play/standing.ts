import type { Globals } from '../script/script.ts';
import { createJar, type Jar } from './jar.ts';

/** What visitors have from the app at one place: cookies by visitor, variables, and what earlier steps left. */
export interface Standing<Past> {
  readonly jars: Map<number, Jar>;
  readonly globals: Globals;
  readonly past: (Past | undefined)[];
}

/** Cookies that a reply to a request for `target` set for a visitor. */
export interface SetCookies {
  readonly visitor: number;
  readonly target: string;
  readonly lines: readonly string[];
}

/**
 * What visitors have from the app, by place: a place is a process in one of its lives, or a visit to one. What steps of the footing were given
 * stays at the place that gave it; what all other steps were given is theirs everywhere.
 */
export interface Standings<Past> {
  /** What visitors have at a place. */
  at(place: string): Standing<Past>;
  /** Hands what `step` left at a place on to the others, unless it is of the footing. `before`: the variables that it found. */
  share(place: string, step: number, left: { readonly before: Globals; readonly cookies: SetCookies }): void;
}

/** Nothing has been given so far. `footing`: steps that are played at every place. */
export function createStandings<Past>(footing: readonly number[]): Standings<Past> {
  const common = emptyStanding<Past>();
  const places = new Map<string, Standing<Past>>();
  /** Names of cookies that the footing sets: whoever renews them, they are of their place. */
  const own = new Set<string>();
  return {
    at(place) {
      // With nothing to stand on all places are one.
      if (footing.length === 0) return common;
      const known = places.get(place) ?? copyOf(common);
      places.set(place, known);
      return known;
    },
    share(place, step, { before, cookies: { visitor, target, lines } }) {
      const from = places.get(place);
      if (from === undefined) return;
      if (footing.includes(step)) {
        for (const line of lines) own.add(nameIn(line));
        return;
      }
      const changed = [...from.globals].filter(([name, value]) => before.get(name) !== value);
      const shared = lines.filter((line) => !own.has(nameIn(line)));
      for (const other of [common, ...places.values()]) {
        if (other === from) continue;
        for (const [name, value] of changed) other.globals.set(name, value);
        const left = from.past[step];
        if (left !== undefined) other.past[step] = left;
        jarOf(other, visitor).store(target, shared);
      }
    },
  };
}

/** The cookies of a visitor. */
export function jarOf({ jars }: Pick<Standing<unknown>, 'jars'>, visitor: number): Jar {
  const jar = jars.get(visitor) ?? createJar();
  jars.set(visitor, jar);
  return jar;
}

function emptyStanding<Past>(): Standing<Past> {
  return { jars: new Map(), globals: new Map(), past: [] };
}

function copyOf<Past>({ jars, globals, past }: Standing<Past>): Standing<Past> {
  return {
    jars: new Map([...jars].map(([visitor, jar]) => [visitor, jar.copy()])),
    globals: new Map(globals),
    past: [...past],
  };
}

function nameIn(setCookie: string): string {
  return setCookie.split('=', 1)[0]?.trim() ?? '';
}
