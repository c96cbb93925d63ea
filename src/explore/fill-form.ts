import { localTarget } from '../session/play/redirect.ts';
import type { Asked } from './asked.ts';
import type { Control, Form } from './form.ts';
import type { Identity } from './identity.ts';
import { type Filled, fileFor, multipart } from './multipart.ts';
import { collectionOf, thingOf } from './operation.ts';
import type { Purpose } from './purpose.ts';
import { valueFor } from './values.ts';

/** The request that a form makes, filled in as a person would; `null` if it leads to another site. `page`: the address that shows it. */
export function filled(
  form: Form,
  { page, who, title, purpose }: { page: string; who: Identity; title: string; purpose: Purpose },
): Asked | null {
  const action = localTarget(form.action === '' ? page : form.action, page, []);
  if (action === null) return null;
  const thing = thingOf(collectionOf(action));
  const fields = fieldsOf(form, who, { thing, isEdit: purpose === 'edit' });
  if (form.method === 'GET') {
    const query = new URLSearchParams(fields.map(({ name, value }): [string, string] => [name, value])).toString();
    const path = action.replace(/\?.*$/s, '');
    return { title, method: 'GET', target: query === '' ? path : `${path}?${query}`, headers: [], body: null };
  }
  const common = { title, method: 'POST', target: action, headers: [] };
  if (form.enctype === 'multipart/form-data') return { ...common, body: multipart(fields) };
  const pairs = fields.map(({ name, value }): [string, string] => [name, value]);
  return { ...common, body: { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(pairs).toString() } };
}

function fieldsOf({ controls, submit }: Form, who: Identity, { thing, isEdit }: { thing: string; isEdit: boolean }): Filled[] {
  const plain = (name: string, value: string): Filled => ({ name, value, file: null });
  const chosen = new Set<string>();
  const fields = controls.flatMap((control): Filled[] => {
    const { name, type, value } = control;
    if (name === '') return [];
    if (type === 'radio') {
      const own = controls.filter((other) => other.type === 'radio' && other.name === name);
      const wanted = own.find(({ checked }) => checked) ?? own[0];
      if (control !== wanted || chosen.has(name)) return [];
      chosen.add(name);
      return [plain(name, value || 'on')];
    }
    if (type === 'checkbox') return isTicked(control) ? [plain(name, value || 'on')] : [];
    if (type === 'hidden') return [plain(name, value)];
    if (type === 'file') return [fileFor(control, who)];
    if (type === 'select') return [plain(name, value || valueFor(control, who, thing))];
    // What stands there already is meant to be kept, but for texts that are edited.
    if (value !== '' && /^(?:number|range|date|time|color|month|week|datetime-local)$/.test(type)) return [plain(name, value)];
    if (value !== '' && (!isEdit || isIdentity(control) || isIssued(control))) return [plain(name, value)];
    return [plain(name, valueFor(control, who, thing))];
  });
  return submit === null ? fields : [...fields, plain(submit.name, submit.value)];
}

function isTicked({ checked, required, name, label = '' }: Control): boolean {
  return checked || required || /agree|accept|terms|consent|privacy/i.test(`${name} ${label}`);
}

/** Who somebody is, as a form of his own account shows it. */
function isIdentity({ type, name }: Control): boolean {
  return type === 'email' || /user|login|mail/i.test(name);
}

/** What the app has made, and wants to have back. */
function isIssued({ name, value }: Control): boolean {
  return /token|csrf|nonce|key|hash|version|_id$/i.test(name) || /^[0-9a-f-]{16,}$/i.test(value);
}
