import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../../../errors.ts';
import type { BodyTemplate, Template, TemplatePart } from '../../../model/session.ts';
import { expand } from './expand.ts';
import type { Scope } from './scope.ts';
import { errorAt, type Line, restOf, sourceText } from './syntax.ts';
import { mergeText } from './target.ts';

/** Holes, as `split` keeps them. */
const HOLE = /(\{\{(?:(?!\{\{).)*?\}\})/;
const FILE = /^<(@[\w-]*)?\s+(\S.*?)\s*$/;

/** How a body is put together from its lines. */
export type BodyStyle = 'plain' | 'form' | 'multipart' | 'lines';

/** The body's way of being written, by content type. */
export function bodyStyle(contentType: string): BodyStyle {
  if (/urlencoded/i.test(contentType)) return 'form';
  if (/^\s*multipart\//i.test(contentType)) return 'multipart';
  return /ndjson|jsonl|json-seq/i.test(contentType) ? 'lines' : 'plain';
}

/** Reads a body with its file parts; `null` if there is none. Files with variables are read now, so that these are checked. */
export function readBodyLines(lines: readonly Line[], scope: Scope, style: BodyStyle): BodyTemplate | null {
  if (lines.length === 0) return null;
  if (style === 'form' && !lines.some(({ text }) => FILE.test(text))) return { kind: 'text', text: readForm(lines, scope) };
  const parts: ({ text: Template } | { file: string; expand: boolean })[] = [];
  const lineEnd = style === 'multipart' ? '\r\n' : '\n';
  let text: TemplatePart[] = [];
  for (const [index, line] of lines.entries()) {
    const end = index < lines.length - 1 || style === 'multipart' || style === 'lines' ? lineEnd : '';
    const file = FILE.exec(line.text);
    if (file === null) {
      text.push(...expand(line, scope, { position: 'plain' }), { kind: 'text', text: end });
      continue;
    }
    const path = bodyFile(restOf(line, line.text.lastIndexOf(file[2] ?? '')), file[2] ?? '');
    if (file[1] !== undefined) {
      for (const part of expandFile(path, file[1].slice(1), scope)) text.push(part);
      text.push({ kind: 'text', text: end });
    } else {
      parts.push({ text: mergeText(text) }, { file: path, expand: false });
      text = [{ kind: 'text', text: end }];
    }
  }
  if (parts.length === 0) return { kind: 'text', text: mergeText(text) };
  parts.push({ text: mergeText(text) });
  return { kind: 'parts', parts: parts.filter((part) => 'file' in part || part.text.length > 0) };
}

/** Lines of a form are one text; blanks around names and values are layout. */
/** Blanks around the signs of a form that stand in no hole. */
function closeUp(part: string): string {
  return part.startsWith('{{') ? part : part.replace(/(?<! ) *([&=]) */g, '$1');
}

function readForm(lines: readonly Line[], scope: Scope): Template {
  return mergeText(
    lines.flatMap((line) => {
      const start = line.text.length - line.text.trimStart().length;
      const text = line.text.trim().split(HOLE).map(closeUp).join('');
      return expand({ ...restOf(line, start), text }, scope, { position: 'form' });
    }),
  );
}

/** The absolute path of a body file, which must exist. */
export function bodyFile(line: Line, path: string): string {
  const file = resolve(dirname(line.source.file), path);
  if (existsSync(file) && statSync(file).isFile()) return file;
  throw errorAt(line.source, line.place, {
    code: 'session-file-missing',
    message: `there is no file ${path}`,
    hint: `Paths are relative to the session's folder, ${dirname(line.source.file)}.`,
  });
}

function expandFile(file: string, encoding: string, scope: Scope): Template {
  const source = sourceText(file, file, readText(file, encoding));
  return source.lines.flatMap((text, index) => {
    const line = { source, text, place: { line: index + 1, column: 1 } };
    const end = index < source.lines.length - 1 ? [{ kind: 'text' as const, text: '\n' }] : [];
    return [...expand(line, scope, { position: 'plain' }), ...end];
  });
}

function readText(file: string, encoding: string): string {
  try {
    return Buffer.isEncoding(encoding) ? readFileSync(file, encoding) : readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserError('session-file-missing', `${file} cannot be read`, 'Check its permissions.', { cause });
  }
}
