import type { SessionSummary } from '../../model/evidence.ts';
import { type RestartMode, slotName } from '../../model/schedule.ts';
import { isKeyMadeAtBoot, isSealedByBoot, mayBeOfBoot } from '../findings/cause.ts';
import { lostIn } from '../findings/why.ts';
import type { Dependency } from './dependency.ts';
import { stepsNamed as steps } from './steps-named.ts';
import { workWhen } from './work-when.ts';

/** Under which condition the step was answered as expected, in words that follow the reply. */
export function expectedWhen(dependency: Dependency, session: SessionSummary): string {
  const { suspicion, expected, sinceBoot, movedBy } = dependency;
  const served = steps(suspicion.sources, session);
  switch (suspicion.axis) {
    case 'worker-disk':
    case 'worker-restart':
    case 'enqueuer-death':
    case 'two-workers':
      return workWhen(dependency, session).expected;
    case 'leftover':
      return 'when it runs again on another machine, with an empty disk';
    case 'successor':
      return sinceBoot ? restartedWhen(dependency, session) : NOT_RESTARTED;
    case 'disk':
      return `when ${expected.by} answers, and sees the disk of the process that served ${served}`;
    case 'relocation':
      return `when ${slotName(0)} was ${suspicion.mode === 'everything' ? RESTARTED.memory : 'restarted'} after ${served}, and kept its disk`;
    case 'wipe':
      return `when ${slotName(0)} still has the files that it wrote while serving ${served}`;
    case 'sibling':
      if (suspicion.sources.length === 0) return `when ${expected.by} runs alone`;
      return suspicion.moved === suspicion.step
        ? `when ${expected.by} answers, which served ${served}`
        : `when ${movedBy.expected} serves ${steps([suspicion.moved], session)}, which served ${served}`;
  }
}

const RESTARTED: Readonly<Record<RestartMode, string>> = {
  deploy: 'stopped (SIGTERM) and started again',
  crash: 'killed (SIGKILL) and started again',
  config: 'restarted with a changed environment',
  relocate: 'restarted elsewhere: an empty disk, another hostname, another port',
  memory: 'killed (SIGKILL) and started again with a changed environment',
  everything: 'killed (SIGKILL) and started elsewhere: an empty disk, another hostname, another port, a changed environment',
};

const NOT_RESTARTED = 'when no process is restarted';

function restartedWhen({ suspicion: { mode, sources, moved, step } }: Dependency, session: SessionSummary): string {
  const until = moved === step ? '' : ` and before ${steps([moved], session)}`;
  return `when ${slotName(0)} was ${RESTARTED[mode ?? 'crash']} after ${steps(sources, session)}${until}`;
}

/** Under which condition it was not. */
export function actualWhen(dependency: Dependency, session: SessionSummary): string {
  const { suspicion, actual, sinceBoot, movedBy } = dependency;
  const warm = suspicion.warm.length === 0 ? '' : `, which had served ${steps(suspicion.warm, session)}`;
  switch (suspicion.axis) {
    case 'worker-disk':
    case 'worker-restart':
    case 'enqueuer-death':
    case 'two-workers':
      return workWhen(dependency, session).actual;
    case 'leftover':
      return dependency.wasKilled
        ? 'when it runs again where it was killed half-way'
        : 'when it runs again on the disk that the first run has left';
    case 'successor':
      return sinceBoot ? NOT_RESTARTED : restartedWhen(dependency, session);
    case 'disk':
      return `when ${actual.by} answers${warm}, and has a disk of its own`;
    case 'relocation':
      return `when ${slotName(0)} was ${RESTARTED[suspicion.mode ?? 'relocate']}`;
    case 'wipe':
      return `when ${slotName(0)} has lost those files, and lives on`;
    case 'sibling':
      return suspicion.sources.length === 0
        ? `when ${actual.by} answers and ${slotName(0)} stands by`
        : suspicion.moved === suspicion.step
          ? `when ${actual.by} answers${warm}`
          : `when ${movedBy.actual} serves ${steps([suspicion.moved], session)}${warm}`;
  }
}

/** What the extra trials said, in words. */
export function observations(dependency: Dependency, session: SessionSummary): string[] {
  const { probes, anonymous, suspicion, sinceBoot } = dependency;
  const told: string[] = [];
  const survives = (['deploy', 'crash', 'config'] as const).filter((mode) => probes[mode] === 'same');
  // A move to another machine is told of as such.
  const lost = lostIn(dependency).flatMap((mode) => (mode === 'deploy' || mode === 'crash' || mode === 'config' ? [mode] : []));
  const within = [...new Set(suspicion.within.flatMap(({ sources }) => sources))].sort((a, b) => a - b);
  const other = within.filter((step) => step !== suspicion.step && !suspicion.sources.includes(step));
  if (other.length > 0)
    told.push(`also kept in it: what ${steps(other, session)} did, which another visit to the same process does not see`);
  if (dependency.replayed.length > 0) told.push(footingTold(dependency, session));
  if (isUnasked(suspicion)) told.push('the audit ended before its cause was asked for: another rule may fit better');
  if (sinceBoot) return ['a process shows what it knew when it booted until it is restarted'];
  const isAmongWrites = suspicion.moved !== suspicion.step;
  if (isAmongWrites) told.push(`whichever process serves step ${suspicion.step + 1}`);
  else if (survives.length > 0)
    told.push(`${suspicion.axis === 'successor' ? 'not lost in' : 'comes back after'} a ${named(survives)}`);
  if (lost.length > 0)
    told.push(
      `${isAmongWrites ? 'also after' : 'lost in'} a ${named(lost)}${isAmongWrites ? ` before step ${suspicion.moved + 1}` : ''}`,
    );
  if (probes['equal-boot'] === 'same') told.push('vanishes when both processes draw the same random values at boot');
  if (isKeyMadeAtBoot(dependency))
    told.push(
      dependency.selfContained === 'carries'
        ? 'the token carries what the visitor sent, and is refused all the same'
        : 'the token grows with what the visitor sends, so it holds the state itself, and is refused all the same',
    );
  else if (isSealedByBoot(dependency))
    told.push(
      dependency.isNamedAtBoot
        ? 'what it asks for is the same whenever one process is asked for it, and another with each boot'
        : 'the process that issued it takes it in another spelling of the same bytes as well, so it decodes it and looks nothing up',
    );
  else if (mayBeOfBoot(dependency))
    told.push('processes could not be made to boot alike: a key made at boot (boot-identity) would look the same');
  if (anonymous === true && probes['stranger-home'] !== 'same') told.push('the visitor is answered like a stranger');
  if (suspicion.subtracted.length > 0)
    told.push(`what else differs in it (${suspicion.subtracted.join(', ')}) has another cause and was left aside`);
  return told;
}

function footingTold({ replayed, suspicion: { mode } }: Dependency, session: SessionSummary): string {
  return mode === null
    ? `also when the visitor is logged in on both: ${steps(replayed, session)} played on each of them`
    : `also when the visitor logs in again: ${steps(replayed, session)} played once more after the restart`;
}

/** Whether it was confirmed, and the audit was cut off before the trials that tell causes apart. */
function isUnasked({ axis, sources, probes }: Dependency['suspicion']): boolean {
  return axis === 'sibling' && sources.length > 0 && probes.length === 0;
}

function named(modes: readonly ('deploy' | 'crash' | 'config')[]): string {
  return modes.map((mode) => (mode === 'config' ? 'config change' : mode)).join(', a ');
}
