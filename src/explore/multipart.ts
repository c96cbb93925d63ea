import type { Asked } from './asked.ts';
import type { Identity } from './identity.ts';

/** A field of a form, filled in. */
export interface Filled {
  readonly name: string;
  readonly value: string;
  readonly file: { readonly name: string; readonly type: string } | null;
}

const BOUNDARY = 'share-nothing-form';

/** A small file, of a type that is taken there. `accept`: types and endings, as an input of HTML has them. */
export function fileFor({ name, accept }: { name: string; accept: string }, { id }: Identity): Filled {
  const isImage = /image|picture|photo|avatar|logo|\.(?:svg|png|jpe?g|gif|webp)/i.test(`${accept} ${name}`);
  if (isImage) {
    const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><title>Tea ${id}</title><rect width="8" height="8"/></svg>`;
    return { name, value: picture, file: { name: `tea-${id}.svg`, type: 'image/svg+xml' } };
  }
  if (/csv/i.test(accept)) return { name, value: `name,amount\nTea ${id},1\n`, file: { name: `tea-${id}.csv`, type: 'text/csv' } };
  if (/json/i.test(accept))
    return { name, value: `{"name":"Tea ${id}"}`, file: { name: `tea-${id}.json`, type: 'application/json' } };
  return { name, value: `A note of tea ${id}\n`, file: { name: `tea-${id}.txt`, type: 'text/plain' } };
}

/** The body that sends them (RFC 7578). */
export function multipart(fields: readonly Filled[]): NonNullable<Asked['body']> {
  const parts = fields.map(({ name, value, file }) => {
    const rest = file === null ? '' : `; filename="${file.name}"\r\nContent-Type: ${file.type}`;
    return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name.replaceAll('"', '%22')}"${rest}\r\n\r\n${value}\r\n`;
  });
  return { type: `multipart/form-data; boundary=${BOUNDARY}`, text: `${parts.join('')}--${BOUNDARY}--\r\n` };
}
