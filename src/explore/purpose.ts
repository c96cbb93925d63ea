import type { Form } from './form.ts';
import type { Link } from './page.ts';
import { asWords } from './values.ts';

/** What a link or a form is for, as a visitor guesses from its words. */
export type Purpose = 'signup' | 'login' | 'search' | 'add' | 'edit' | 'upload' | 'delete' | 'logout' | 'read';

const LOGOUT = /\b(?:log|sign) ?(?:out|off)\b|\blogoff\b|\bend session\b/;
const DELETE = /\b(?:delete|remove|destroy|trash|discard|clear|empty|cancel|unsubscribe|deactivate|close account)\b/;
const SIGNUP = /\b(?:sign ?up|register|registration|create (?:an? |your )?(?:new )?account|join|enroll?)\b/;
const LOGIN = /\b(?:log ?in|sign ?in|authenticate)\b/;
const EDIT = /\b(?:edit|update|change|rename|modify|save changes)\b/;
/** Links that change something although they are only followed. */
const ACTS =
  /\b(?:add|buy|vote|upvote|downvote|like|unlike|follow|unfollow|toggle|complete|increment|decrement|checkout|reset|approve|publish|mark|save|subscribe|favou?rite)\b/;

/** What a form is for. `page`: the address that shows it. */
export function purposeOfForm({ controls, method, label, text, action }: Form, page: string): Purpose {
  const words = asWords(`${label} ${action}`);
  const around = `${words} ${asWords(page)}`;
  const passwords = controls.filter(({ type }) => type === 'password').length;
  if (LOGOUT.test(words)) return 'logout';
  if (method === 'DELETE' || (DELETE.test(words) && passwords === 0)) return 'delete';
  if (passwords > 1 || (passwords === 1 && SIGNUP.test(around) && !LOGIN.test(asWords(label)))) return 'signup';
  if (passwords === 1) return LOGIN.test(around) || !SIGNUP.test(text.toLowerCase()) ? 'login' : 'signup';
  if (controls.some(({ type }) => type === 'file')) return 'upload';
  if (method === 'GET') return 'search';
  if (/^(?:PUT|PATCH)$/.test(method) || EDIT.test(words)) return 'edit';
  if (LOGIN.test(words) && controls.some(({ name }) => /user|name|mail/i.test(name))) return 'login';
  return 'add';
}

/** What a link is for. `acts`: following it changes something, although it is a read. */
export function purposeOfLink({ address, text }: Link): { purpose: Purpose; acts: boolean } {
  const path = asWords(address.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/[?#].*$/s, ''));
  const query = asWords(/\?(?:.*&)?(?:action|do|op|cmd)=([^&#]*)/.exec(address)?.[1] ?? '');
  const words = `${asWords(text)} ${path} ${query}`;
  if (LOGOUT.test(words)) return { purpose: 'logout', acts: true };
  if (DELETE.test(`${path} ${query}`)) return { purpose: 'delete', acts: true };
  if (SIGNUP.test(words)) return { purpose: 'signup', acts: false };
  if (LOGIN.test(words)) return { purpose: 'login', acts: false };
  const last = path.split(' ').at(-1) ?? '';
  // `/notes/add` shows a form, `/cart/add/5` and `/cart/add?id=5` do it.
  const acts = (ACTS.test(path) && (/\d/.test(last) || /[?&][\w-]*id=/.test(address))) || ACTS.test(query);
  return { purpose: 'read', acts };
}
