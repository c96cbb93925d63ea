import type { Session } from '../../model/session.ts';
import type { SourceText } from './syntax.ts';
export function parseHar(source: SourceText, _text: string): Session {
  return { name: source.name, file: source.file, steps: [] };
}
