import { SERVICE_NAMES } from '../model/service.ts';
import type { TestBed } from './test-bed.ts';

const TABLE = new RegExp(`^(${SERVICE_NAMES.join('|')}):(.+)$`);

/** What is in a table, or under keys that begin so, as one text with an entry on each line; `null`: it names none. */
export async function rowsOf({ services }: Pick<TestBed, 'services'>, name: string): Promise<string | null> {
  const [, service, table = ''] = TABLE.exec(name) ?? [];
  const found = services.find((one) => one.name === service);
  if (found === undefined) return null;
  const { entries } = await found.look();
  const own = [...entries].filter(([key]) => key.startsWith(`${table}:`) || key.startsWith(`public.${table}:`) || key === table);
  return own
    .map(([, { text }]) => text)
    .sort()
    .join('\n');
}
