import { header, type Reply } from '../../model/observation.ts';
import type { Capture, Session, Step } from '../../model/session.ts';
import { templateText } from '../../model/session.ts';
import { isBodyHeader, redirectedMethod, redirectTarget } from '../play/redirect.ts';
import { wireTarget } from '../play/request.ts';

const MAX_HOPS = 10;

export interface UnrollOptions {
  /** Hosts, besides this machine's names, that mean the app. */
  readonly hosts?: readonly string[];
}

/**
 * The session with a step of its own for every redirect that a control's `replies` showed and that was not followed yet;
 * `null` if there is none, so that the session is complete. To be called after each control until then: a hop's own reply
 * may redirect again, up to ten times. Redirects to other sites, such as an identity provider, are left alone.
 *
 * Editors show the last reply of a chain as the reply of the request, so what the author wants of it moves there: captures
 * from body and status, scripts and expectations. A captured header field or cookie stays where the reply that had it was.
 */
export function unrollRedirects(session: Session, replies: readonly Reply[], { hosts = [] }: UnrollOptions = {}): Session | null {
  const followedAlready = new Set(session.steps.map(({ follows }) => follows));
  const newIndex: number[] = [];
  const steps: Step[] = [];
  for (const [index, step] of session.steps.entries()) {
    newIndex[index] = steps.length;
    const placed = (at: number) => newIndex[at] ?? at;
    const current = {
      ...step,
      follows: step.follows === null ? null : placed(step.follows),
      asset: step.asset === null ? null : { ...step.asset, page: placed(step.asset.page) },
      echo: step.echo === null ? null : placed(step.echo),
    };
    const hop = followedAlready.has(index) || hopsTo(session, index) >= MAX_HOPS ? null : hopAfter(current, replies[index], hosts);
    if (hop === null) {
      steps.push(current);
    } else {
      steps.push(hop.before, { ...hop.after, follows: steps.length });
    }
  }
  return steps.length === session.steps.length ? null : { ...session, steps };
}

/** How many redirects were followed to get to a step. */
function hopsTo(session: Session, index: number): number {
  let hops = 0;
  for (let at = session.steps[index]?.follows ?? null; at !== null; at = session.steps[at]?.follows ?? null) hops++;
  return hops;
}

function hopAfter(step: Step, reply: Reply | undefined, hosts: readonly string[]): { before: Step; after: Step } | null {
  if (!step.followRedirects || reply?.outcome !== 'answered') return null;
  const target = redirectTarget(reply, wireTarget(templateText(step.target)), hosts);
  if (target === null) return null;
  const method = redirectedMethod(step.method, reply.status);
  const bodiless = method !== step.method;
  const stays = ({ from }: Capture) =>
    (from.kind === 'header' && header(reply.headers, from.name.toLowerCase()) !== undefined) || from.kind === 'cookie';
  return {
    before: { ...step, captures: step.captures.filter(stays), expectations: [] },
    after: {
      ...step,
      name: null,
      method,
      target: [{ kind: 'text', text: target }],
      headers: bodiless ? step.headers.filter(([name]) => !isBodyHeader(name)) : step.headers,
      body: bodiless ? null : step.body,
      scripts: [],
      until: null,
      captures: step.captures.filter((capture) => !stays(capture)),
    },
  };
}
