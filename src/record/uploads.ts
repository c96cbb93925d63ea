import { isUtf8 } from 'node:buffer';
import { mkdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { Recording } from '../live/recorder.ts';
import type { BodyTemplate, Session, Template } from '../model/session.ts';
import { mergeText } from '../session/formats/http/target.ts';
import { writeWhole } from './write-whole.ts';

/** Something that was sent and is no text, such as a photo. */
interface Upload {
  /** What stands for it where it was sent. */
  readonly marker: string;
  /** What its sender called it; hostile text. */
  readonly name: string;
  readonly content: Buffer;
}

/** A file of a session, to be written. */
export interface SessionFile {
  /** Absolute path. */
  readonly file: string;
  readonly content: Buffer;
}

const NEW_LINE = Buffer.from('\r\n');
const MARKER = /(share-nothing-upload-\d+-\d+-)/;

/**
 * A recording with markers in place of what is no text. A multipart body (RFC 7578) is taken apart; any other is one file. `id` tells
 * it from others.
 */
export function textOnly(recording: Recording, id: number): { recording: Recording; uploads: readonly Upload[] } {
  const { request, body } = recording;
  if (isText(body)) return { recording, uploads: [] };
  const uploads: Upload[] = [];
  const mark = (content: Buffer, name: string): Buffer => {
    const marker = `share-nothing-upload-${id}-${uploads.length}-`;
    uploads.push({ marker, name, content });
    return Buffer.from(marker);
  };
  const type = String(request.headers['content-type'] ?? '');
  const boundary = /^multipart\/.*?\bboundary="?([^\s";]+)/i.exec(type)?.[1];
  const text =
    boundary === undefined
      ? mark(body, `upload.${/^image\/(\w+)/i.exec(type)?.[1] ?? 'bin'}`)
      : Buffer.concat([
          ...partsOf(body, boundary).flatMap(({ head, content }) => [
            Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
            isText(content) ? content : mark(content, /\bfilename="([^"]*)"/i.exec(head)?.[1] ?? 'upload.bin'),
            NEW_LINE,
          ]),
          Buffer.from(`--${boundary}--\r\n`),
        ]);
  return { recording: { ...recording, body: text }, uploads };
}

/** The session with files in place of markers. They lie in a folder beside it, under the names that they had. */
export function withFiles(session: Session, uploads: readonly Upload[]): { session: Session; files: readonly SessionFile[] } {
  const folder = `${session.file.replace(/\.\w+$/, '')}-files`;
  const files: SessionFile[] = [];
  const fileFor = ({ name, content }: Upload): SessionFile => {
    const same = files.find((one) => one.content.equals(content));
    if (same !== undefined) return same;
    const plain = plainName(name);
    const end = extname(plain);
    let file = join(folder, plain);
    for (let count = 2; files.some((one) => one.file === file); count++)
      file = join(folder, `${plain.slice(0, plain.length - end.length)}-${count}${end}`);
    files.push({ file, content });
    return { file, content };
  };
  const byMarker = new Map(uploads.map((upload) => [upload.marker, upload]));
  const steps = session.steps.map((step) => {
    if (step.body?.kind !== 'text') return step;
    const pieces = step.body.text.flatMap((part): ({ text: Template } | { file: string; expand: boolean })[] => {
      if (part.kind !== 'text') return [{ text: [part] }];
      return part.text.split(MARKER).map((piece) => {
        const upload = byMarker.get(piece);
        return upload === undefined ? { text: [{ kind: 'text', text: piece }] } : { file: fileFor(upload).file, expand: false };
      });
    });
    return pieces.some((piece) => 'file' in piece) ? { ...step, body: joined(pieces) } : step;
  });
  return { session: { ...session, steps }, files };
}

/** Writes the files of a session, in folders that are made. */
export function keepFiles(files: readonly SessionFile[]): void {
  for (const { file, content } of files) {
    mkdirSync(join(file, '..'), { recursive: true });
    writeWhole(file, content, { mode: 0o600 });
  }
}

function joined(pieces: readonly ({ text: Template } | { file: string; expand: boolean })[]): BodyTemplate {
  const parts: ({ text: Template } | { file: string; expand: boolean })[] = [];
  for (const piece of pieces) {
    const last = parts.at(-1);
    if ('text' in piece && last !== undefined && 'text' in last)
      parts[parts.length - 1] = { text: mergeText([...last.text, ...piece.text]) };
    else parts.push(piece);
  }
  return { kind: 'parts', parts };
}

function isText(content: Buffer): boolean {
  return isUtf8(content) && !content.includes(0);
}

function plainName(name: string): string {
  const plain = basename(name.replaceAll('\\', '/'))
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(-80);
  return plain === '' ? 'upload' : plain;
}

function partsOf(body: Buffer, boundary: string): { head: string; content: Buffer }[] {
  const line = Buffer.from(`--${boundary}`);
  const found: { head: string; content: Buffer }[] = [];
  for (let at = body.indexOf(line); at !== -1; ) {
    const next = body.indexOf(line, at + line.length);
    if (next === -1) break;
    // Between two boundaries, without the line ends that belong to these.
    const part = body.subarray(at + line.length + NEW_LINE.length, next - NEW_LINE.length);
    const end = part.indexOf('\r\n\r\n');
    if (end !== -1) found.push({ head: part.subarray(0, end).toString('utf8'), content: part.subarray(end + 4) });
    at = next;
  }
  return found;
}
