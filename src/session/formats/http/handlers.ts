import { readFileSync } from 'node:fs';
import type { Capture, Expectation } from '../../../model/session.ts';
import { ANY_NAME } from '../../play/learn-from-reply.ts';
import { bodyFile } from './body.ts';
import { refuseUnparsable } from './script-syntax.ts';
import type { Handler } from './scripts.ts';

/** A script, and what can be said of it without running it. */
export interface ReadHandler {
  readonly source: string;
  /** Names of the variables it sets. */
  readonly sets: ReadonlySet<string>;
  /** Those of them that later requests see as well. */
  readonly setsGlobal: ReadonlySet<string>;
  /** It also sets variables whose names are not written in it. */
  readonly setsOthers: boolean;
  /** Names of the variables it reads. */
  readonly reads: ReadonlySet<string>;
  readonly demands: boolean;
}

/** The code of a script with the names it uses. */
export function readHandler(handler: Handler): ReadHandler {
  const source = handler.kind === 'inline' ? handler.code : readFileSync(bodyFile(handler.path, handler.path.text.trim()), 'utf8');
  refuseUnparsable(source, handler.at);
  const calls = [...source.matchAll(/\.(global|variables)\s*\.\s*(set|get)\s*\(\s*(?:(["'`])([^"'`$]*)\3)?/g)];
  const named = (verb: string, among = /./): Set<string> =>
    new Set(
      calls.flatMap(([, store = '', called, , name]) => (called === verb && among.test(store) && name !== undefined ? [name] : [])),
    );
  return {
    source,
    sets: named('set'),
    setsGlobal: named('set', /global/),
    setsOthers: calls.some(([, , called, , name]) => called === 'set' && name === undefined),
    reads: named('get'),
    demands: /\bclient\s*\.\s*(test|assert)\b/.test(source),
  };
}

/** What the step captures by the handler: only names that something reads, for only those can be missed. */
export function handlerCaptures({ source, sets }: ReadHandler, used: ReadonlySet<string>): Capture[] {
  const names = [...sets].filter((name) => used.has(name));
  return (names.length === 0 ? [ANY_NAME] : names).map((name) => ({ name, from: { kind: 'script', source } }));
}

/** What the handler demands of the reply. */
export function handlerExpectations({ source, demands }: ReadHandler): Expectation[] {
  return demands ? [{ kind: 'script', source }] : [];
}
