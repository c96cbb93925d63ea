import { type Behind, byMode } from '../../model/coverage.ts';
import { isAssetStep, type Suspicion } from '../../model/evidence.ts';
import type { Exchange } from '../../model/observation.ts';
import type { BehindReport } from '../../model/report.ts';
import { dependencyId } from '../findings/id.ts';
import { hasPair } from './has-pair.ts';
import type { SessionEvidence } from './session-evidence.ts';

/** Whether a step was judged apart from an earlier one once the sources of findings were played on every process. */
export function isPartedBehind(behind: Behind | null, first: number, step: number): boolean {
  if (behind === null || behind.refused !== null) return false;
  const { footing, pairs, pinned } = behind;
  return !hasPair(pinned, first, step) && (footing.includes(first) || hasPair(pairs, first, step));
}

/** Whether the sources of a finding were played on every process, so that it hides nothing there. */
export function isMet(behind: Behind | null, { sources }: Suspicion): boolean {
  return behind !== null && behind.refused === null && sources.every((source) => behind.footing.includes(source));
}

/** What was played behind findings of a session, in words and numbers. Steps are from 1. */
export function describeBehind(evidence: SessionEvidence): BehindReport | null {
  const { session, coverage, dependencies } = evidence;
  const behind = coverage?.behind ?? null;
  if (coverage === null || behind === null) return null;
  const { footing, pairs, diskPairs, restarts, pinned, suspicions } = behind;
  const about = dependencies.filter(({ suspicion }) => suspicions.includes(suspicion.number));
  if (about.length === 0) return null;
  const own = coverage.judged.filter((step) => !isAssetStep(session, step));
  const free = own.flatMap((j) =>
    Array.from({ length: j }, (_, i) => i).filter((i) => !footing.includes(i) && !hasPair(pinned, i, j)),
  );
  return {
    findings: about.map(({ suspicion, cause }) => dependencyId(cause, session, suspicion)),
    footing: footing.map((step) => step + 1),
    refused: refusal(evidence, behind),
    pairs: pairs.length,
    pairsOf: free.length,
    diskPairs: diskPairs === null ? null : diskPairs.length,
    restarts: byMode((mode) => restarts[mode].length),
  };
}

/** Why the footing could not be played on every process; `null`: it could. */
function refusal({ session, observations }: SessionEvidence, { refused, footing }: Behind): string | null {
  if (refused === null) return null;
  const named = (step: number) => `step ${step + 1} "${session.steps[step]?.method} ${session.steps[step]?.target}"`;
  const trial = observations.find((one) => one.trial === refused.trial);
  const control = observations.find(({ schedule: { axis, variant } }) => axis === 'control' && variant.kind === 'plain');
  const other = trial?.replays.find(({ exchange }) => answer(exchange) !== answer(control?.exchanges[exchange.step]));
  if (other !== undefined) {
    const { step } = other.exchange;
    return `${named(step)}, played a second time, is answered ${answer(other.exchange)} and not ${answer(control?.exchanges[step])}`;
  }
  const played = footing.map((step) => step + 1).join(', ');
  return `${named(refused.step)} is answered otherwise in a second visit to the same process, although step ${played} was played there too`;
}

function answer(exchange: Exchange | undefined): string {
  return exchange?.reply.outcome === 'answered' ? String(exchange.reply.status) : 'nothing';
}
