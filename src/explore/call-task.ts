import { kindOfRequest } from '../model/request-kind.ts';
import { isUnsafe, type Visit } from './asked.ts';
import { called, mended } from './call.ts';
import { RANK, type Task } from './frontier.ts';
import type { Operation } from './operation.ts';
import { answeredAsLook, refusalOf } from './refusal.ts';
import { slowness } from './slow.ts';
import { mayPass, type Tour } from './tour.ts';
import { asWords } from './values.ts';

const MAX_TRIES = 3;

/** Calling what a description, a script or the source of an app names. */
export function callTask(tour: Tour, operation: Operation): Task {
  const { method, path, name, asks = false } = operation;
  const address = kindOfRequest(`${method} ${path.replace(/\{[^}]*\}/g, '*')}`);
  const route = name === undefined ? address : `${address} (${name})`;
  const run = async () => {
    const request = called(operation, tour);
    if ('unknown' in request) return `nothing is known for {${request.unknown}}`;
    if (isUnsafe(request) && !asks && tour.hasWritten(route)) return null;
    const done = await tried(tour, operation);
    if (done === null) return 'it was not answered';
    const { sent, last } = done;
    sent.refused ??= await slowness(tour, sent);
    if (sent.refused !== null) return sent.refused;
    tour.refused.delete(route);
    if (isUnsafe(sent.asked) && !asks) await tour.written(sent, last, route);
    if (rankOf(operation) <= RANK.login) await tour.cameIn();
    return null;
  };
  return {
    key: route,
    route,
    rank: rankOf(operation),
    depth: 1,
    isWrite: !asks && !/^(?:GET|HEAD|QUERY)$/.test(method),
    mayPass,
    run,
  };
}

/** Asks, and again as the refusal says. */
async function tried(tour: Tour, operation: Operation): Promise<{ sent: Visit; last: Visit } | null> {
  let wanted = operation;
  for (let tries = 1; ; tries++) {
    const request = called(wanted, tour);
    const done = 'unknown' in request ? null : await tour.ask(request, 1);
    if (done === null) return null;
    done.sent.refused =
      refusalOf(done.sent, done.last, null) ?? answeredAsLook(done.sent, { visits: tour.visitor.visits, id: tour.who.id });
    const better = done.sent.refused === null || tries === MAX_TRIES ? null : mended(wanted, done.last.reply);
    if (better === null) return done;
    wanted = better;
  }
}

/** Who comes in first, then things are made, looked at, changed. */
function rankOf({ method, path, body, name, asks }: Operation): number {
  if (asks === true) return RANK.operation;
  const words = name === undefined ? path.toLowerCase() : `/${asWords(name).replaceAll(' ', '-')}`;
  const asksWho = body?.fields.some((field) => /pass/i.test(field.name)) ?? false;
  if (/log-?out|sign-?out/.test(words)) return RANK.logout;
  if (method === 'DELETE' || /\/(?:delete|remove|clear|reset|empty)\b/.test(words)) return RANK.delete;
  if (method === 'POST' && /sign-?up|register/.test(words)) return RANK.signup;
  if (method === 'POST' && /log-?in|sign-?in|\/sessions?$|\/tokens?$|authenticate/.test(words)) return RANK.login;
  if (method === 'POST' && asksWho) return RANK.signup;
  return method === 'PUT' || method === 'PATCH' ? RANK.edit : RANK.operation;
}
