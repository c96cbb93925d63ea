import type { Ignore } from './config.ts';
import { isRead, type SentRequest } from './observation.ts';

/** Whether the reply to a request is not judged, and whether by the user's word or by default; `null`: it is. */
export function ignorer({ paths, reads }: Ignore): (request: Pick<SentRequest, 'method' | 'target'>) => 'named' | 'default' | null {
  const isNamed = pathMatcher(paths);
  return ({ method, target }) => (isNamed(target) ? 'named' : isRead(method) && reads.includes(pathOf(target)) ? 'default' : null);
}

/** Whether a request target's path matches one of the patterns; `*` stands for any part of a segment, `**` for anything. */
export function pathMatcher(patterns: readonly string[]): (target: string) => boolean {
  const tests = patterns.map((pattern) => globTest(pattern, '/'));
  return (target) => tests.some((test) => test.test(pathOf(target)));
}

function pathOf(target: string): string {
  return target.split('?')[0] ?? '';
}

/** Whether a field's path (`body.items[0].id`) matches one of the patterns; array indexes may be left out or written `[*]`. */
export function fieldMatcher(patterns: readonly string[]): (path: string) => boolean {
  const tests = patterns.map((pattern) => globTest(pattern.replace(/^body\.\$/, 'body').replace(/\[\*?\d*\]/g, ''), '.'));
  return (path) => tests.some((test) => test.test(path.replace(/\[\d+\]/g, '')));
}

function globTest(pattern: string, separator: '/' | '.'): RegExp {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? `[^${separator}]*` : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`);
}
