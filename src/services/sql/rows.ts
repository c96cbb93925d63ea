import { createHash } from 'node:crypto';
import { expiryOfRow } from '../expiry.ts';
import { MAX_TEXT, type StoreEntry } from '../service.ts';

/** Rows read of one table. */
export const MAX_ROWS = 200;
/** Larger rows are not read. */
export const MAX_ROW_BYTES = 64 * 1024;

/** A row as an entry of its store, by the name of its table and its primary key; where it has none, by what is in it. */
export function rowEntry(
  table: string,
  keys: readonly string[],
  row: Readonly<Record<string, unknown>>,
): [key: string, entry: StoreEntry] {
  const text = JSON.stringify(row);
  const digest = createHash('sha256').update(text).digest('hex');
  const name = keys.length === 0 ? digest.slice(0, 12) : keys.map((key) => String(row[key])).join(',');
  const entry = { type: 'row', text: text.slice(0, MAX_TEXT), bytes: Buffer.byteLength(text), digest, expiry: expiryOfRow(row) };
  return [`${table}:${name}`, entry];
}
