import type { Headers, Reply } from '../model/observation.ts';
import { localTarget } from '../session/play/redirect.ts';
import { type Asked, get, isUnsafe, pathOf, type Visit } from './asked.ts';
import { callTask } from './call-task.ts';
import { createLists, PREFLIGHT } from './collections.ts';
import { formTask } from './form-task.ts';
import { createFrontier, RANK, type Task } from './frontier.ts';
import type { Identity } from './identity.ts';
import { linksInJson } from './json-links.ts';
import { createKnownIds } from './known-ids.ts';
import { linkTask, visitTask } from './link-task.ts';
import type { Operation } from './operation.ts';
import type { Link } from './page.ts';
import { ledTo, oldReadings, readingsAfter } from './read-again.ts';
import { AS_LOOK, pageOf } from './refusal.ts';
import { callsIn } from './script-calls.ts';
import type { Tour } from './tour.ts';
import { type Credential, createVisitor, type Send, type Visitor } from './visitor.ts';

/** What an exploration is bounded by, and what it may do. */
export interface ExploreOptions {
  readonly send: Send;
  readonly who: Identity;
  /** Sent with every request; `null`: nothing is. */
  readonly credential: Credential | null;
  /** Why nothing that changes something may be sent, in words, asked before each; `null`: it may. */
  readonly mayNotWrite: () => string | null;
  /** Requests of the session that is to come of it, redirects and assets left out. */
  readonly steps: number;
  /** How long it may look around, in milliseconds. */
  readonly timeMs: number;
  /** Whether deletions are sent. */
  readonly destructive: boolean;
  /** Operations that the app's descriptions and its source name, in the order they are to be asked for. */
  readonly operations: readonly Operation[];
  readonly signal: AbortSignal;
}

const MAX_DEPTH = 5;
/** Of links beside each other that only differ in their last part, so many are followed. */
const MAX_ALIKE = 3;
const MAX_SCRIPTS = 10;
/** After so many reads what changes something is preferred. */
const READS_IN_A_ROW = 8;
const CLOSING_READS = 5;
/** So many requests are sent at most for each that the session may have: what is refused is none of it. */
const REQUESTS_PER_STEP = 8;
/** So often what was refused is tried again, when more is known. */
const MAX_ROUNDS = 3;

/** One visit to an app that nobody has described to us: where it leads, step by step. */
export class Exploration implements Tour {
  readonly who: Identity;
  readonly visitor: Visitor;
  readonly ids = createKnownIds();
  readonly missed = new Map<string, string>();
  readonly refused = new Map<string, string>();
  readonly writes: string[] = [];
  /** Where operations were found that came to be asked for. */
  readonly from = new Set<string>();
  readsOnly: string | null = null;
  bound: string | null = null;
  readonly #options: ExploreOptions;
  readonly #frontier = createFrontier();
  readonly #deadline: number;
  readonly #alike = new Map<string, number>();
  readonly #scripts = new Set<string>();
  readonly #lists = createLists((method, target) => this.#aside(method, target));

  constructor(options: ExploreOptions) {
    this.#options = options;
    this.who = options.who;
    this.#deadline = performance.now() + options.timeMs;
    this.visitor = createVisitor(options.send, options.credential);
  }

  /** Looks around until a bound is met or nothing is left. */
  async run(): Promise<void> {
    const { steps, destructive, operations } = this.#options;
    this.#frontier.add(visitTask(this, get('/', 'Home'), { rank: RANK.entry, depth: 0, isWrite: false }));
    for (const operation of operations) this.#addOperation(operation);
    await this.#exhaust({ most: RANK.edit }, steps - CLOSING_READS);
    await this.#readOnceMore(CLOSING_READS);
    if (destructive) await this.#exhaust({ most: RANK.delete }, steps);
    await this.#readAfterRedirect();
    await this.#exhaust({ most: RANK.logout, least: RANK.logout }, steps + 2);
    for (const { task, why } of this.#frontier.left()) {
      const isRefused = task.isWrite && why !== null && /^[45]\d\d/.test(why);
      if (isRefused) this.refused.set(task.route, why);
      else this.missed.set(task.route, why ?? this.#reasonFor(task));
    }
  }

  hasWritten(route: string): boolean {
    return this.writes.some((one) => one === route || one.startsWith(`${route} `));
  }

  async ask(asked: Asked, depth: number): Promise<{ sent: Visit; last: Visit } | null> {
    const at = this.visitor.visits.length;
    const last = await this.visitor.ask(asked);
    const sent = this.visitor.visits[at];
    if (last === null || sent === undefined) return null;
    for (const visit of this.visitor.visits.slice(at)) this.ids.learn(visit);
    if (last.reply.status < 400 && !last.isLost) await this.#look(last, depth);
    return { sent, last };
  }

  async written(sent: Visit, last: Visit, what: string): Promise<void> {
    this.writes.push(what);
    const { again, deleted } = readingsAfter(this.visitor.visits, { sent, last, id: this.who.id });
    for (const asked of again) await this.ask(asked, MAX_DEPTH);
    const done = deleted === null ? null : await this.ask(deleted, MAX_DEPTH);
    if (done !== null) done.sent.isGone = done.sent === done.last && [404, 410].includes(done.last.reply.status);
  }

  async cameIn(): Promise<void> {
    this.#frontier.retry();
    const first = this.visitor.visits.find(({ reply }) => reply.status < 400);
    if (first !== undefined && this.visitor.visits.at(-1)?.asked.target !== first.asked.target) await this.ask(first.asked, 1);
  }

  #reasonFor({ isWrite, rank }: Task): string {
    if (isWrite && this.readsOnly !== null) return 'it changes something';
    if (rank === RANK.delete && !this.#options.destructive) return 'deletes are left out';
    return this.bound ?? 'it never came to it';
  }

  /** Does everything of these ranks, while the bounds allow it; what was refused once more, when more is known. */
  async #exhaust({ most, least = 0 }: { most: number; least?: number }, steps: number): Promise<void> {
    for (let rounds = 0; rounds < MAX_ROUNDS; rounds++) {
      const known = this.ids.size + this.writes.length;
      const next = () => this.#frontier.next({ most, least, writes: this.#hasReadEnough() });
      for (let task = next(); task !== null; task = next()) {
        this.#options.signal.throwIfAborted();
        const bound = this.#boundMet(steps);
        if (bound !== null) {
          this.bound ??= bound;
          this.#frontier.putBack(task);
          return;
        }
        await this.#do(task);
      }
      if (this.ids.size + this.writes.length === known) return;
      this.#frontier.retry();
    }
  }

  async #do(task: Task): Promise<void> {
    if (task.isWrite) this.readsOnly ??= this.#options.mayNotWrite();
    if (task.isWrite && this.readsOnly !== null) {
      this.missed.set(task.route, 'it changes something');
      return;
    }
    const why = await task.run();
    if (why === null) return;
    if (task.mayPass(why) || why.startsWith('nothing is known')) this.#frontier.park(task, why);
    else if (task.isWrite && why !== AS_LOOK) this.refused.set(task.route, why);
    else this.missed.set(task.route, why);
  }

  /** What would be steps of a session. */
  #kept(): readonly Visit[] {
    return this.visitor.visits.filter(({ isHop, refused, reply }) => !isHop && refused === null && reply.status < 400);
  }

  /** Whether it only read for a while: a session of reads alone would show nothing that is lost. */
  #hasReadEnough(): boolean {
    const kept = this.#kept();
    const written = kept.findLastIndex(({ asked }) => isUnsafe(asked));
    return kept.length - 1 - written >= READS_IN_A_ROW;
  }

  #boundMet(steps: number): string | null {
    const { timeMs } = this.#options;
    if (performance.now() > this.#deadline) return `--explore-time ${timeMs / 1000}s was over`;
    const { visits } = this.visitor;
    if (visits.length >= this.#options.steps * REQUESTS_PER_STEP) return `${visits.length} requests were sent`;
    return this.#kept().length >= steps ? `--explore-steps ${this.#options.steps} was reached` : null;
  }

  /** Takes up whatever a reply leads to. */
  async #look(visit: Visit, depth: number): Promise<void> {
    const { target } = visit.asked;
    const page = pageOf(visit);
    if (page === null) {
      for (const link of linksInJson(visit.reply)) this.#addLink(link, { at: target, depth });
      const { addresses, operations } = await this.#lists.learn(visit);
      for (const address of addresses) this.#addLink({ address, text: '' }, { at: target, depth: 1 });
      for (const one of operations) this.#addOperation(one);
      return;
    }
    for (const form of page.forms) {
      const task = formTask(this, form, { page: target, depth });
      if (task !== null) this.#frontier.add(task);
    }
    for (const link of page.links) this.#addLink(link, { at: target, depth });
    for (const { method, address } of page.calls) {
      const local = localTarget(address, target, []);
      const body = method === 'GET' || method === 'DELETE' ? null : { type: 'form' as const, fields: [] };
      if (local !== null) this.#addOperation({ method, path: pathOf(local), query: [], body, title: '', from: 'scripts' });
    }
    const codes = [...page.scripts];
    for (const address of page.sources) codes.push(await this.#script(localTarget(address, target, [])));
    for (const operation of codes.flatMap(callsIn)) this.#addOperation(operation);
  }

  /** The text of a script of the app's own; each is fetched once, and is no step. */
  async #script(target: string | null): Promise<string> {
    if (target === null || this.#scripts.has(target) || this.#scripts.size >= MAX_SCRIPTS) return '';
    this.#scripts.add(target);
    const reply = await this.#aside('GET', target);
    return reply.outcome === 'answered' && reply.status === 200 ? reply.body.text : '';
  }

  /** Asks for what is no step of the session. */
  #aside(method: string, target: string): Promise<Reply> {
    const headers: Headers = [['host', 'localhost'], ['accept', '*/*'], ...(method === 'OPTIONS' ? PREFLIGHT : [])];
    return this.#options.send({ method, target, headers, body: null });
  }

  #addLink(link: Link, { at, depth }: { at: string; depth: number }): void {
    const target = localTarget(link.address, at, []);
    const task = target === null || depth >= MAX_DEPTH ? null : linkTask(this, link, { target, depth });
    if (target === null || task === null) return;
    const path = pathOf(target);
    const siblings = `${path.replace(/[^/]+\/?$/, '')} ${pathOf(at)}`;
    const alike = this.#alike.get(siblings) ?? 0;
    if (path.split('/').length > 2 && alike >= MAX_ALIKE && task.rank === RANK.visit) return;
    if (this.#frontier.add(task)) this.#alike.set(siblings, alike + 1);
  }

  #addOperation(operation: Operation): void {
    if (this.#frontier.add(callTask(this, operation)) && operation.from !== 'scripts') this.from.add(operation.from);
  }

  /** Reads again what shows the last write by itself. */
  async #readOnceMore(most: number): Promise<void> {
    for (const asked of oldReadings(this.visitor.visits).slice(0, most)) {
      if (performance.now() > this.#deadline) return;
      await this.ask(asked, MAX_DEPTH);
    }
  }

  /** Before a logout the page is asked for by itself that the last write led to: what only a redirect shows may be how it went, once. */
  async #readAfterRedirect(): Promise<void> {
    const shown = ledTo(this.visitor.visits);
    const leaves = this.#frontier.left().some(({ task }) => task.rank === RANK.logout);
    if (leaves && shown !== null) await this.ask(shown, MAX_DEPTH);
  }
}
