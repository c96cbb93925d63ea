import type { Problem } from '../model/evidence.ts';
import type { JournalEntry } from '../model/journal.ts';
import type { SessionEvidence } from './account.ts';
import { leftBehind } from './files.ts';
import { isAsset } from './is-asset.ts';

/** How many steps of a session fetch assets, as its first control shows. */
export function countAssets({ observations }: SessionEvidence): number {
  const control = observations.find(({ schedule, broken }) => schedule.axis === 'control' && broken === null);
  const steps = Math.max(0, ...observations.map(({ exchanges }) => exchanges.length));
  const whole =
    observations.find(({ schedule, exchanges }) => schedule.axis === 'control' && exchanges.length === steps) ?? control;
  return (whole?.exchanges ?? []).filter(isAsset).length;
}

/** What to say of assets that a step makes in every play, and that no finding is about: others make them again, so that nothing is missed. */
export function assetsMade({ session, dependencies, observations }: SessionEvidence, index: number): Problem[] {
  if (dependencies.some(({ cause }) => cause === 'runtime-assets')) return [];
  const controls = observations.filter(
    ({ schedule, broken, journal }) =>
      schedule.axis === 'control' && schedule.variant.kind === 'plain' && broken === null && journal !== null,
  );
  const made = controls.map((control) => leftBehind(control));
  const madeBy = (files: ReadonlyMap<number, readonly JournalEntry[]>, step: number) => (files.get(step) ?? []).filter(isMadeAsset);
  return [...(made[0]?.keys() ?? [])].flatMap((step) => {
    const [first, ...more] = madeBy(made[0] ?? new Map(), step);
    if (first === undefined || !made.every((files) => madeBy(files, step).length > 0)) return [];
    const { method = '', target = '' } = session.steps[step] ?? {};
    return [
      {
        session: index,
        step,
        code: 'assets-at-runtime',
        message: `step ${step + 1} "${method} ${target}" makes assets while the app serves: ${first.path}${more.length === 0 ? '' : ` and ${more.length} more`}`,
        hint: 'Other processes make them again, so nothing is missed; but the first visitor of each waits. Compile them in the build stage.',
      },
    ];
  });
}

function isMadeAsset({ kind, path }: JournalEntry): boolean {
  return kind === 'asset' || (kind === 'cache' && /\/assets?\//.test(path));
}
