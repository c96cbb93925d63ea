import { type Chance, lostByChance } from '../../oracle/effects/chance.ts';
import { type OpenStep, waive } from '../account/open-step.ts';
import type { SessionEvidence } from './session-evidence.ts';

/** A step that shows what a write did in some plays, and not in others. */
interface ByChance extends Chance {
  readonly step: number;
  readonly write: number;
}

/** Steps that one process answers now as if a write had been, and now as if it had not: whatever the placement, chance decides. */
export function keptByChance(evidence: Pick<SessionEvidence, 'session' | 'observations'>): OpenStep[] {
  return byChance(evidence).map(describe);
}

/** What is kept by chance, one for each step that shows it. */
export function byChance({ session, observations }: Pick<SessionEvidence, 'session' | 'observations'>): ByChance[] {
  const plays = observations.filter(({ schedule: { variant } }) => variant.kind === 'chance');
  const trials = [...new Set(plays.map(({ trial }) => trial))].map((trial) => plays.filter((play) => play.trial === trial));
  return session.steps.flatMap((_, step): ByChance[] => {
    for (const visits of trials) {
      const chance = lostByChance(visits, step);
      const write = visits.flatMap(({ schedule: { variant } }) => (variant.kind === 'chance' ? variant.steps : []))[0];
      if (chance !== null && write !== undefined && write < step) return [{ step, write, ...chance }];
    }
    return [];
  });
}

function describe({ step, write, kept, lost, without }: ByChance): OpenStep {
  return {
    step,
    reason: `one process answers it in two ways, also after the same writes: ${kept} of ${kept + lost} plays showed what step ${write + 1} did, and ${lost} were as if it had never been, like all ${without} plays without it`,
    remedy: `Threads or shards inside the process, each with a memory of its own? Keep what step ${write + 1} writes where all of them see it, ${waive(step)}.`,
  };
}
