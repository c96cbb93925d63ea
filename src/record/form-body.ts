import type { BodyTemplate } from '../model/session.ts';
import { plainText } from './plain-step.ts';

/** A field of a form: a text, or a file that is read when it is sent. */
export interface FormField {
  readonly name: string;
  /** Further parameters of its `Content-Disposition`, each with `; ` before it; empty: none. */
  readonly more?: string;
  /** Media type; by default none is said. */
  readonly type?: string | undefined;
  readonly content: { readonly text: string } | { readonly file: string };
}

const BOUNDARY = 'share-nothing-form';
/** The content type of such a body. */
export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** A multipart body (RFC 7578). Paths of files are absolute. */
export function formBody(fields: readonly FormField[]): BodyTemplate {
  const parts: Extract<BodyTemplate, { kind: 'parts' }>['parts'][number][] = [];
  let text = '';
  for (const { name, more = '', type, content } of fields) {
    text += `--${BOUNDARY}\nContent-Disposition: form-data; name="${name}"${more}\n${type === undefined ? '' : `Content-Type: ${type}\n`}\n`;
    if ('file' in content) parts.push({ text: plainText(text) }, { file: content.file, expand: false });
    text = 'file' in content ? '\n' : `${text}${content.text}\n`;
  }
  return { kind: 'parts', parts: [...parts, { text: plainText(`${text}--${BOUNDARY}--\n`) }] };
}
