import { kindOfRequest } from '../model/request-kind.ts';
import { localTarget } from '../session/play/redirect.ts';
import { get, isUnsafe, pathOf, wordsOf } from './asked.ts';
import { filled } from './fill-form.ts';
import type { Form } from './form.ts';
import { RANK, type Task } from './frontier.ts';
import { type Purpose, purposeOfForm } from './purpose.ts';
import { keyOfForm, pageOf, refusalOf } from './refusal.ts';
import type { Tour } from './tour.ts';

const RANKS: Readonly<Record<Purpose, number>> = {
  signup: RANK.signup,
  login: RANK.login,
  search: RANK.visit,
  add: RANK.visit,
  read: RANK.visit,
  edit: RANK.edit,
  upload: RANK.edit,
  delete: RANK.delete,
  logout: RANK.logout,
};

/** Filling a form in and sending it; `null` for one that leads elsewhere, or that only a person can send. `page`: the address that shows it. */
export function formTask(tour: Tour, form: Form, { page, depth }: { page: string; depth: number }): Task | null {
  const action = actionOf(form, page);
  if (action === null) return null;
  const route = kindOfRequest(`${form.method} ${pathOf(action)}`);
  const what = form.label === '' ? route : `${route} (${form.label})`;
  if (form.captcha) {
    tour.missed.set(what, 'it asks for a captcha');
    return null;
  }
  const purpose = purposeOfForm(form, page);
  const key = keyAt(form, page);
  return {
    key,
    route,
    rank: RANKS[purpose],
    depth,
    isWrite: form.method !== 'GET',
    mayPass: () => false,
    run: async () => {
      const shown = await shownAt(tour, { page, depth });
      const own = shown.find((one) => keyAt(one, page) === key) ?? form;
      const title =
        own.label === '' ? `${purpose.charAt(0).toUpperCase()}${purpose.slice(1)}: ${wordsOf(page).toLowerCase()}` : own.label;
      const asked = filled(own, { page, who: tour.who, title, purpose });
      const done = asked === null ? null : await tour.ask(asked, depth);
      if (done === null) return 'it was not answered';
      const { sent, last } = done;
      sent.refused = refusalOf(sent, last, own);
      if (sent.refused !== null) tour.refused.set(what, sent.refused);
      else if (isUnsafe(sent.asked)) {
        await tour.written(sent, last, what);
        if (purpose === 'signup' || purpose === 'login') await tour.cameIn();
      }
      return null;
    },
  };
}

/** The forms of a page as it is now: what it hands out may be good for one request alone. */
async function shownAt(tour: Tour, { page, depth }: { page: string; depth: number }): Promise<readonly Form[]> {
  const before = tour.visitor.visits.at(-1);
  const shown =
    before?.asked.target === page && !isUnsafe(before.asked) ? before : (await tour.ask(get(page, wordsOf(page)), depth))?.last;
  return shown === undefined ? [] : (pageOf(shown)?.forms ?? []);
}

function actionOf({ action }: Form, page: string): string | null {
  return localTarget(action === '' ? page : action, page, []);
}

function keyAt(form: Form, page: string): string {
  return `form ${keyOfForm({ ...form, action: actionOf(form, page) ?? '' })}`;
}
