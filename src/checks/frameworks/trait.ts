import type { CodeChange, Finding } from '../../model/finding.ts';
import { type Exchange, header } from '../../model/observation.ts';
import type { RuleId } from '../../model/rule.ts';

/** What is known of a framework: how it shows itself, and the lines that mend it. */
export interface Trait {
  readonly framework: string;
  readonly rules: readonly RuleId[];
  /** Whether an exchange of the session bears its mark. */
  readonly shows?: (exchange: Exchange) => boolean;
  /** Name of a package of it: that the app has it does not say that it is to blame. */
  readonly uses?: RegExp;
  readonly fix: string;
  /** The same as lines of code, where there are some that are always these. */
  readonly change?: Pick<CodeChange, 'file' | 'lines'>;
  /** Where it keeps what is meant; in memory, or made at boot, unless it is said. */
  readonly through?: readonly Finding['through'][];
  /** Others bear the same mark: the fix is given under a condition. */
  readonly shared?: true;
}

type Mark = (exchange: Exchange) => boolean;

const replied = (exchange: Exchange) => (exchange.reply.outcome === 'answered' ? exchange.reply : null);
export const setsCookie = (pattern: RegExp) => (exchange: Exchange) =>
  replied(exchange)?.headers.some(([name, value]) => name === 'set-cookie' && pattern.test(value)) ?? false;
export const sendsHeader = (pattern: RegExp) => (exchange: Exchange) =>
  replied(exchange)?.headers.some(([name]) => pattern.test(name)) ?? false;
export const says = (name: string, pattern: RegExp) => (exchange: Exchange) =>
  pattern.test(header(replied(exchange)?.headers ?? [], name) ?? '');
export const writes = (pattern: RegExp) => (exchange: Exchange) =>
  pattern.test(replied(exchange)?.body.text.slice(0, 20_000) ?? '');
export const asks = (pattern: RegExp) => (exchange: Exchange) => pattern.test(exchange.request.target);
export const both = (one: Mark, other: Mark) => (exchange: Exchange) => one(exchange) && other(exchange);

export const SESSION: readonly RuleId[] = ['sticky-session', 'restart-loss'];
export const KEY: readonly RuleId[] = ['boot-identity'];
export const DATA: readonly RuleId[] = ['process-memory', 'stale-memory', 'restart-loss'];
export const ANYWHERE: readonly Finding['through'][] = ['memory', 'disk'];
