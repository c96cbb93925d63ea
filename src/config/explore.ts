import type { ExploreChoice } from '../model/config.ts';
import { milliseconds } from '../model/duration.ts';
import { DEFAULTS } from './defaults.ts';
import type { UserConfig } from './schema.ts';

/** How the app is visited where no session is named; `null`: it need not be. */
export function exploreChoice(given: UserConfig): ExploreChoice | null {
  const { explore = {}, auth } = given;
  if (given.script === true || [given.sessions ?? []].flat().length > 0) return null;
  return {
    steps: explore.steps ?? DEFAULTS.exploreSteps,
    timeMs: milliseconds(explore.time ?? DEFAULTS.exploreTime),
    destructive: explore.destructive ?? true,
    writes: explore.writes ?? false,
    openapi: given.openapi ?? null,
    auth: auth === undefined ? null : readAuth(auth),
  };
}

/** Who visits: `ada:secret` is an account, `Bearer …` a field's value. */
export function readAuth(auth: string): NonNullable<ExploreChoice['auth']> {
  const account = /^([^\s:]+):(\S+)$/.exec(auth);
  return account === null ? { authorization: auth } : { name: account[1] ?? '', password: account[2] ?? '' };
}
