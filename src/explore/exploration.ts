import { kindOfRequest } from '../model/request-kind.ts';
import { localTarget } from '../session/play/redirect.ts';
import { type Asked, get, isUnsafe, pathOf, type Visit, wordsOf } from './asked.ts';
import { called, mended } from './call.ts';
import { filled } from './fill-form.ts';
import { createFrontier, RANK, type Task } from './frontier.ts';
import type { Identity } from './identity.ts';
import { linksInJson } from './json-links.ts';
import { createKnownIds } from './known-ids.ts';
import { collectionOf, type Operation } from './operation.ts';
import type { Form, Link } from './page.ts';
import { purposeOfForm, purposeOfLink } from './purpose.ts';
import { keyOfForm, pageOf, refusalOf } from './refusal.ts';
import { callsIn } from './script-calls.ts';
import { createVisitor, type Send } from './visitor.ts';

/** What an exploration is bounded by, and what it may do. */
export interface ExploreOptions {
  readonly send: Send;
  readonly who: Identity;
  /** Sent with every request; `null`: nothing is. */
  readonly authorization: string | null;
  /** Why nothing that changes something may be sent, in words, asked before each; `null`: it may. */
  readonly mayNotWrite: () => string | null;
  /** Requests of the session that is to come of it, redirects and assets left out. */
  readonly steps: number;
  /** How long it may look around, in milliseconds. */
  readonly timeMs: number;
  /** Whether deletions are sent. */
  readonly destructive: boolean;
  /** Operations that a description or the app's source names, in the order they are to be asked for. */
  readonly operations: readonly Operation[];
  readonly signal: AbortSignal;
}

const MAX_DEPTH = 5;
/** Of links beside each other that only differ in their last part, so many are followed. */
const MAX_ALIKE = 3;
const MAX_SCRIPTS = 10;
const CLOSING_READS = 5;

/** One visit to an app that nobody has described to us: where it leads, step by step. */
export class Exploration {
  readonly #options: ExploreOptions;
  readonly #frontier = createFrontier();
  readonly #ids = createKnownIds();
  readonly #deadline: number;
  readonly #alike = new Map<string, number>();
  readonly #scripts = new Set<string>();
  readonly #forms = new Map<string, Form>();
  readonly visitor: ReturnType<typeof createVisitor>;
  readonly missed = new Map<string, string>();
  readonly refused: { what: string; why: string }[] = [];
  readonly writes: string[] = [];
  readonly from = new Set<string>();
  readsOnly: string | null = null;
  bound: string | null = null;

  constructor(options: ExploreOptions) {
    this.#options = options;
    this.#deadline = performance.now() + options.timeMs;
    this.visitor = createVisitor(options.send, options.authorization);
  }

  /** Looks around until a bound is met or nothing is left. */
  async run(): Promise<void> {
    this.#frontier.add(this.#visit(get('/', 'Home'), { rank: RANK.entry, depth: 0, isWrite: false }));
    for (const operation of this.#options.operations) this.#addOperation(operation);
    await this.#exhaust(RANK.edit, this.#options.steps - CLOSING_READS);
    await this.#readOnceMore(CLOSING_READS);
    if (this.#options.destructive) await this.#exhaust(RANK.delete, this.#options.steps);
    await this.#exhaust(RANK.logout, this.#options.steps + 2);
    for (const { task, why } of this.#frontier.left()) this.missed.set(task.route, why ?? this.#reasonFor(task));
  }

  #reasonFor({ isWrite, rank }: Task): string {
    if (isWrite && this.readsOnly !== null) return 'it changes something';
    if (rank === RANK.delete && !this.#options.destructive) return 'deletes are left out';
    return this.bound ?? 'it never came to it';
  }

  /** Does everything of at most this rank, while the bounds allow it. */
  async #exhaust(rank: number, steps: number): Promise<void> {
    for (let task = this.#frontier.next(rank); task !== null; task = this.#frontier.next(rank)) {
      this.#options.signal.throwIfAborted();
      const bound = this.#boundMet(steps);
      if (bound !== null) {
        this.bound ??= bound;
        this.#frontier.park(task, bound);
        return;
      }
      if (task.isWrite) this.readsOnly ??= this.#options.mayNotWrite();
      if (task.isWrite && this.readsOnly !== null) {
        this.#frontier.park(task, 'it changes something');
        continue;
      }
      const why = await task.run();
      if (why !== null) this.#frontier.park(task, why);
    }
  }

  #boundMet(steps: number): string | null {
    const { timeMs } = this.#options;
    if (performance.now() > this.#deadline) return `--explore-time ${timeMs / 1000}s was over`;
    const kept = this.visitor.visits.filter(({ isHop, refused, reply }) => !isHop && refused === null && reply.status < 400);
    return kept.length >= steps ? `--explore-steps ${this.#options.steps} was reached` : null;
  }

  /** Asks, and looks at what came. Gives what was sent and what was answered last; `null`: nothing was. */
  async #ask(asked: Asked, depth: number): Promise<{ sent: Visit; last: Visit } | null> {
    const at = this.visitor.visits.length;
    const knew = this.visitor.isKnown;
    const last = await this.visitor.ask(asked);
    const sent = this.visitor.visits[at];
    if (last === null || sent === undefined) return null;
    for (const visit of this.visitor.visits.slice(at)) this.#ids.learn(visit);
    if (last.reply.status < 400) await this.#look(last, depth);
    if (this.visitor.isKnown && !knew) this.#frontier.retry();
    return { sent, last };
  }

  /** Takes up whatever a reply leads to. */
  async #look(visit: Visit, depth: number): Promise<void> {
    const { target } = visit.asked;
    const page = pageOf(visit);
    if (page === null) {
      for (const link of linksInJson(visit.reply)) this.#addLink(link, { at: target, depth });
      return;
    }
    for (const form of page.forms) this.#addForm(form, { at: target, depth });
    for (const link of page.links) this.#addLink(link, { at: target, depth });
    for (const { method, address } of page.calls) {
      const local = localTarget(address, target, []);
      if (local !== null) this.#addCall({ method, path: pathOf(local) });
    }
    const codes = [...page.scripts];
    for (const address of page.sources) codes.push(await this.#script(localTarget(address, target, [])));
    for (const operation of codes.flatMap(callsIn)) this.#addOperation(operation);
  }

  #addCall({ method, path }: { method: string; path: string }): void {
    const body = method === 'GET' || method === 'DELETE' ? null : { type: 'form' as const, fields: [] };
    this.#addOperation({ method, path, query: [], headers: [], body, title: '', from: 'scripts' });
  }

  /** The text of a script of the app's own; each is fetched once, and is no step. */
  async #script(target: string | null): Promise<string> {
    if (target === null || this.#scripts.has(target) || this.#scripts.size >= MAX_SCRIPTS) return '';
    this.#scripts.add(target);
    const reply = await this.#options.send({
      method: 'GET',
      target,
      headers: [
        ['host', 'localhost'],
        ['accept', '*/*'],
      ],
      body: null,
    });
    return reply.outcome === 'answered' && reply.status === 200 ? reply.body.text : '';
  }

  #addLink(link: Link, { at, depth }: { at: string; depth: number }): void {
    const target = localTarget(link.address, at, []);
    if (
      target === null ||
      depth >= MAX_DEPTH ||
      /\.(?:css|js|mjs|map|png|jpe?g|gif|svg|webp|ico|woff2?|ttf|pdf|zip)$/i.test(pathOf(target))
    )
      return;
    const { purpose, acts } = purposeOfLink({ ...link, address: target });
    const siblings = `${pathOf(target).replace(/[^/]+\/?$/, '')} ${at}`;
    const alike = this.#alike.get(siblings) ?? 0;
    const rank =
      purpose === 'signup'
        ? RANK.signup
        : purpose === 'login'
          ? RANK.login
          : purpose === 'delete'
            ? RANK.delete
            : purpose === 'logout'
              ? RANK.logout
              : RANK.visit;
    if (pathOf(target).split('/').length > 2 && alike >= MAX_ALIKE && rank === RANK.visit) return;
    const title = /^[\p{L}\p{N} '’&-]{2,40}$/u.test(link.text) ? link.text : wordsOf(target);
    if (this.#frontier.add(this.#visit(get(target, title), { rank, depth: depth + 1, isWrite: acts })))
      this.#alike.set(siblings, alike + 1);
  }

  #visit(asked: Asked, { rank, depth, isWrite }: Pick<Task, 'rank' | 'depth' | 'isWrite'>): Task {
    const route = kindOfRequest(`${asked.method} ${asked.target}`);
    return {
      key: route,
      route,
      rank,
      depth,
      isWrite,
      run: async () => {
        const visited = await this.#ask(asked, depth);
        if (visited === null) return 'it was not answered';
        const { sent, last } = visited;
        const refusal = refusalOf(sent, last, null);
        if (refusal !== null) {
          sent.refused = refusal;
          if (/^40[13]/.test(refusal) && !this.visitor.isKnown) return refusal;
          this.missed.set(route, refusal);
        } else if (isWrite) await this.#written(sent, last);
        return null;
      },
    };
  }

  #addForm(form: Form, { at, depth }: { at: string; depth: number }): void {
    const purpose = purposeOfForm(form, at);
    const action = localTarget(form.action === '' ? at : form.action, at, []);
    if (action === null) return;
    const key = `form ${keyOfForm({ ...form, action })}`;
    const route = kindOfRequest(`${form.method} ${pathOf(action)}`);
    const rank =
      { signup: RANK.signup, login: RANK.login, edit: RANK.edit, upload: RANK.edit, delete: RANK.delete, logout: RANK.logout }[
        purpose as string
      ] ?? RANK.visit;
    const what = `${route}${form.label === '' ? '' : ` (${form.label})`}`;
    if (form.captcha) {
      this.missed.set(what, 'it asks for a captcha');
      return;
    }
    this.#forms.set(key, form);
    this.#frontier.add({
      key,
      route,
      rank,
      depth,
      isWrite: form.method !== 'GET',
      run: () => this.#submit({ key, page: at, purpose, what, depth }),
    });
  }

  async #submit({
    key,
    page,
    purpose,
    what,
    depth,
  }: {
    key: string;
    page: string;
    purpose: string;
    what: string;
    depth: number;
  }): Promise<string | null> {
    let shown = this.visitor.visits.at(-1);
    if (shown?.asked.target !== page) shown = (await this.#ask(get(page, wordsOf(page)), depth))?.last;
    const forms = shown === undefined ? [] : (pageOf(shown)?.forms ?? []);
    const fits = (one: Form) => `form ${keyOfForm({ ...one, action: localTarget(one.action || page, page, []) ?? '' })}` === key;
    const form = forms.find(fits) ?? this.#forms.get(key);
    const title =
      form === undefined || form.label === ''
        ? `${purpose.charAt(0).toUpperCase()}${purpose.slice(1)}: ${wordsOf(page).toLowerCase()}`
        : form.label;
    const asked = form === undefined ? null : filled(form, { page, who: this.#options.who, title });
    const done = asked === null ? null : await this.#ask(asked, depth);
    if (done === null) return 'it was not answered';
    const { sent, last } = done;
    sent.refused = refusalOf(sent, last, form ?? null);
    if (sent.refused !== null) this.refused.push({ what, why: sent.refused });
    else if (isUnsafe(sent.asked)) {
      await this.#written(sent, last, what);
      if (purpose === 'signup' || purpose === 'login') await this.#cameIn();
    }
    return null;
  }

  /** Somebody who is known now sees more: what was refused, and where he came in. */
  async #cameIn(): Promise<void> {
    this.#frontier.retry();
    const [first] = this.visitor.visits;
    if (first !== undefined && this.visitor.visits.at(-1)?.asked.target !== first.asked.target) await this.#ask(first.asked, 1);
  }

  #addOperation(operation: Operation): void {
    const { method, path } = operation;
    const route = kindOfRequest(`${method} ${path.replace(/\{[^}]*\}/g, '*')}`);
    if (operation.from !== 'scripts') this.from.add(operation.from);
    const isWrite = !/^(?:GET|HEAD|QUERY)$/.test(method);
    this.#frontier.add({ key: route, route, rank: rankOf(operation), depth: 1, isWrite, run: () => this.#call(operation, route) });
  }

  async #call(operation: Operation, route: string): Promise<string | null> {
    const request = called(operation, { who: this.#options.who, ids: this.#ids });
    if ('unknown' in request) return `nothing is known for {${request.unknown}}`;
    if (isUnsafe(request) && this.writes.some((one) => one === route || one.startsWith(`${route} `))) return null;
    let done = await this.#ask(request, 1);
    for (let better: Operation | null = operation, tries = 0; done !== null && tries < 3; tries++) {
      done.sent.refused = refusalOf(done.sent, done.last, null);
      better = done.sent.refused === null || better === null ? null : mended(better, done.last.reply);
      const again = better === null ? null : called(better, { who: this.#options.who, ids: this.#ids });
      if (again === null || 'unknown' in again) break;
      done = await this.#ask(again, 1);
    }
    if (done === null) return 'it was not answered';
    const { sent, last } = done;
    sent.refused = refusalOf(sent, last, null);
    if (sent.refused === null) {
      if (isUnsafe(sent.asked)) await this.#written(sent, last, route);
      return null;
    }
    if (/^40[13]/.test(sent.refused) && !this.visitor.isKnown) return sent.refused;
    if (isUnsafe(sent.asked)) this.refused.push({ what: route, why: sent.refused });
    else this.missed.set(route, sent.refused);
    return null;
  }

  /** What was written is read: where it was sent to, and where it is listed. */
  async #written(sent: Visit, last: Visit, what = kindOfRequest(`${sent.asked.method} ${sent.asked.target}`)): Promise<void> {
    this.writes.push(what);
    const own = pathOf(sent.asked.target);
    const lists = [own, collectionOf(own.replace(/\/[^/]*\d[^/]*(?=\/|$)/g, '/{id}')), own.replace(/\/[^/]+\/?$/, '')];
    const reads = this.visitor.visits.filter(
      ({ asked, reply }) => !isUnsafe(asked) && reply.status < 400 && lists.includes(pathOf(asked.target)),
    );
    const read = reads.at(-1);
    if (read !== undefined && last.asked.target !== read.asked.target) await this.#ask({ ...read.asked, headers: [] }, MAX_DEPTH);
  }

  /** What was read before the last write is read again, the oldest first. */
  async #readOnceMore(most: number): Promise<void> {
    const { visits } = this.visitor;
    const isWritten = ({ asked, refused }: Visit) => refused === null && isUnsafe(asked);
    const written = visits.findLastIndex(isWritten);
    if (written === -1) return;
    const fresh = new Set(visits.slice(written).map(({ asked }) => asked.target));
    const old = visits
      .slice(0, written)
      .filter(
        ({ asked, reply, refused }) =>
          asked.method === 'GET' && refused === null && reply.status === 200 && !fresh.has(asked.target),
      );
    const targets = [...new Map(old.map(({ asked }) => [asked.target, asked])).values()];
    for (const asked of targets.slice(0, most)) {
      if (performance.now() > this.#deadline) return;
      await this.#ask({ ...asked, headers: [] }, MAX_DEPTH);
    }
  }
}

/** Who comes in first, then things are made, looked at, changed. */
function rankOf({ method, path, body }: Operation): number {
  const words = path.toLowerCase();
  const asksWho = body?.fields.some(({ name }) => /pass/i.test(name)) ?? false;
  if (/log-?out|sign-?out/.test(words)) return RANK.logout;
  if (method === 'DELETE' || /\/(?:delete|remove|clear|reset|empty)\b/.test(words)) return RANK.delete;
  if (method === 'POST' && /sign-?up|register/.test(words)) return RANK.signup;
  if (method === 'POST' && /log-?in|sign-?in|\/sessions?$|\/tokens?$|authenticate/.test(words)) return RANK.login;
  if (method === 'POST' && asksWho) return RANK.signup;
  return method === 'PUT' || method === 'PATCH' ? RANK.edit : RANK.operation;
}
