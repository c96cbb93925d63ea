import { isAssetStep, type Problem } from '../../model/evidence.ts';
import { isMadeAsset } from '../../model/journal.ts';
import type { Exchange } from '../../model/observation.ts';
import { isOnDisk, leftByEvery, watchedControls } from './files.ts';
import { isAsset } from './is-asset.ts';
import type { SessionEvidence } from './session-evidence.ts';

/** How many steps of a session fetch assets, as its first whole control shows. */
export function countAssets({ session, observations }: SessionEvidence): number {
  const isWhole = (exchanges: readonly Exchange[]) => exchanges.length === session.steps.length;
  const control = observations.find(({ schedule, exchanges }) => schedule.axis === 'control' && isWhole(exchanges));
  return (control?.exchanges ?? []).filter(isAsset).length;
}

/** What to say of assets that a step makes in every play, and that no finding is about: others make them again, so that nothing is missed. */
export function assetsMade(evidence: SessionEvidence, index: number): Problem[] {
  const { session, dependencies } = evidence;
  if (dependencies.some(({ cause }) => cause === 'runtime-assets')) return [];
  // What only its own process can serve is a finding, and is not made again by others.
  const missed = new Set(dependencies.filter(({ suspicion }) => isOnDisk(suspicion)).flatMap(({ suspicion }) => suspicion.sources));
  const made = leftByEvery(watchedControls(evidence), isMadeAsset).filter(({ step }) => !missed.has(step));
  const makers = made.map(({ step }) => step);
  const readOnly = whenReadOnly(evidence, makers);
  return made.map(({ step, files: [first, ...more] }) => {
    const { method = '', target = '' } = session.steps[step] ?? {};
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    return {
      session: index,
      step,
      code: 'assets-at-runtime',
      message: `step ${step + 1} "${method} ${target}" makes assets while the app serves: ${first?.path}${others}${step === makers[0] ? readOnly : ''}`,
      hint: 'Other processes make them again, so nothing is missed; but the first visitor of each waits. Compile them in the build stage.',
    };
  });
}

/** What came of the play in which the app could not write to its folder, if it is about assets: the first step that went wrong makes or fetches one. */
function whenReadOnly({ session, observations, resultsOf }: SessionEvidence, makers: readonly number[]): string {
  const played = observations.find(({ schedule, broken }) => schedule.variant.kind === 'read-only' && broken === null);
  if (played === undefined) return '';
  const step = resultsOf(played).findIndex(({ kind }) => kind === 'different');
  const isAbout = makers.includes(step) || (step !== -1 && isAssetStep(session, step));
  if (!isAbout) return '';
  const { reply } = played.exchanges[step] ?? {};
  const answer = reply?.outcome === 'answered' ? `answers ${reply.status}` : 'does not answer';
  return `; where the app's folder is read-only, step ${step + 1} ${answer}`;
}
