import type { Problem } from '../model/evidence.ts';
import type { JournalEntry } from '../model/journal.ts';
import type { Exchange } from '../model/observation.ts';
import type { SessionEvidence } from './account.ts';
import { leftByEvery, watchedControls } from './files.ts';
import { isAsset } from './is-asset.ts';

/** How many steps of a session fetch assets, as its first whole control shows. */
export function countAssets({ session, observations }: SessionEvidence): number {
  const isWhole = (exchanges: readonly Exchange[]) => exchanges.length === session.steps.length;
  const control = observations.find(({ schedule, exchanges }) => schedule.axis === 'control' && isWhole(exchanges));
  return (control?.exchanges ?? []).filter(isAsset).length;
}

/** What to say of assets that a step makes in every play, and that no finding is about: others make them again, so that nothing is missed. */
export function assetsMade({ session, dependencies, observations }: SessionEvidence, index: number): Problem[] {
  if (dependencies.some(({ cause }) => cause === 'runtime-assets')) return [];
  return leftByEvery(watchedControls(observations), isMadeAsset).map(({ step, files: [first, ...more] }) => {
    const { method = '', target = '' } = session.steps[step] ?? {};
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    return {
      session: index,
      step,
      code: 'assets-at-runtime',
      message: `step ${step + 1} "${method} ${target}" makes assets while the app serves: ${first?.path}${others}`,
      hint: 'Other processes make them again, so nothing is missed; but the first visitor of each waits. Compile them in the build stage.',
    };
  });
}

function isMadeAsset({ kind, path }: JournalEntry): boolean {
  return kind === 'asset' || (kind === 'cache' && /\/assets?\//.test(path));
}
