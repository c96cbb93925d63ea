import type { Observation, Reply } from '../../model/observation.ts';
import { describeStep, type Session } from '../../model/session.ts';
import { withAssets } from '../../session/growth/assets.ts';
import { unrollRedirects } from '../../session/growth/unroll.ts';
import type { TestBed } from '../../trials/test-bed.ts';

/** Plays after which a session may have grown. Ten redirects in a row and the assets of assets need fewer. */
const MAX_ROUNDS = 16;

/** How a session grows by the redirects that plays show, and by the assets that pages refer to. */
export interface Growth {
  /** The session with what this play of it has shown; `null`: it is complete, or has grown for long enough. */
  next(session: Session, play: Observation): Session | null;
  /** Says what was left out, should it not have come to its end. */
  report(index: number): void;
}

/** The growth of one session. What is another at every view could make it grow for ever: so it is bounded. */
export function createGrowth(bed: TestBed): Growth {
  const lost = new Set<string>();
  const withAnyAssets = bed.config.rules.includes('runtime-assets');
  let rounds = 0;
  let cut: { session: Session; step: number } | null = null;
  return {
    next(session, { exchanges }) {
      const replies = exchanges.map((exchange): Reply => exchange.reply);
      const grown = unrollRedirects(session, replies) ?? (withAnyAssets ? withAssets(session, replies, lost) : null);
      if (grown === null || rounds < MAX_ROUNDS) {
        if (grown !== null) rounds++;
        return grown;
      }
      const at = grown.steps.findIndex((step, index) => session.steps[index]?.target !== step.target);
      const added = grown.steps[at];
      cut = { session, step: added?.follows ?? added?.asset?.page ?? Math.max(0, at) };
      return null;
    },
    report(index) {
      if (cut === null) return;
      const { session, step } = cut;
      bed.record({
        kind: 'problem',
        session: index,
        step,
        code: 'session-grows',
        message: `step ${describeStep(session, step)} leads to something new at every view: after ${MAX_ROUNDS} plays what came further was left out`,
        hint: 'Nothing need be done if that is meant: a redirect or an asset that is another each time is not compared.',
      });
    },
  };
}
