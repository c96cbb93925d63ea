import { resolve } from 'node:path';
import type { z } from 'zod';
import type { BodyTemplate } from '../../model/session.ts';
import { FORM_TYPE, type FormField, formBody } from '../form-body.ts';
import { plainText } from '../plain-step.ts';
import type { body, Field } from './schema.ts';

const LANGUAGES: Readonly<Record<string, string>> = {
  json: 'application/json',
  xml: 'application/xml',
  html: 'text/html',
  javascript: 'application/javascript',
};

/** The body of a request and its type; `null`: none is known. Files are seen from `folder`. */
export function bodyOf(
  given: z.infer<typeof body> | null | undefined,
  folder: string,
): { content: BodyTemplate | null; type: string | null } {
  const whole = (content: string, type: string | null) => ({
    content: content === '' ? null : ({ kind: 'text', text: plainText(generated(content)) } as const),
    type: content === '' ? null : type,
  });
  const encoded = (value: string) =>
    value
      .split(/(\{\{.*?\}\})/)
      .map((part) => (part.startsWith('{{') ? part : encodeURIComponent(part)))
      .join('');
  if (given?.mode === 'urlencoded') {
    const form = fields(given.urlencoded).map(({ key, value }) => `${encoded(key)}=${encoded(value)}`);
    return whole(form.join('&'), 'application/x-www-form-urlencoded');
  }
  if (given?.mode === 'graphql') {
    const { query = '', variables = '' } = given.graphql ?? {};
    const asked = `{"query":${JSON.stringify(query)},"variables":${variables.trim() === '' ? '{}' : variables}}`;
    return whole(asked, 'application/json');
  }
  if (given?.mode === 'file' && given.file?.src != null)
    return {
      content: { kind: 'parts', parts: [{ file: resolve(folder, given.file.src), expand: false }] },
      type: 'application/octet-stream',
    };
  if (given?.mode === 'formdata')
    return { content: formBody(fields(given.formdata).map((one) => formField(one, folder))), type: FORM_TYPE };
  return whole(given?.raw ?? '', LANGUAGES[given?.options?.raw?.language ?? ''] ?? null);
}

function formField({ key, value, src }: Field, folder: string): FormField {
  const [file] = [src ?? []].flat();
  if (file === undefined) return { name: key, content: { text: generated(value) } };
  return { name: key, more: `; filename="${file.split(/[\\/]/).at(-1)}"`, content: { file: resolve(folder, file) } };
}

/** Fields that are not switched off. */
export function fields(list: readonly Field[] | null | undefined): Field[] {
  return (list ?? []).filter(({ key, disabled }) => key !== '' && disabled !== true);
}

/** Values that Postman makes up, by what we make up. */
export function generated(text: string): string {
  return text.replace(/\{\{\s*\$(\w+)\s*\}\}/g, (_, name: string) => {
    if (/^(?:guid|randomUUID)$/.test(name)) return '{{$uuid}}';
    if (/^(?:timestamp|isoTimestamp)$/.test(name)) return `{{$${name}}}`;
    if (/^random(?:Int|Price|BankAccount|PhoneNumber)/.test(name)) return '{{$randomInt 0 1000}}';
    if (/email/i.test(name)) return '{{$random.email}}';
    return '{{$random.alphabetic 8}}';
  });
}
