import { type Exchange, isSafe } from '../../model/observation.ts';
import type { RuleId } from '../../model/rule.ts';
import type { Dependency } from '../facts/dependency.ts';
import { isOnDisk } from '../facts/files.ts';

/**
 * The one rule that a dependency breaks. Causes are told apart by experiment: what vanishes under equal boots was made at
 * boot; what comes back after every restart is in a store, and the process that missed it holds a copy; a visitor answered
 * like a stranger has lost the session.
 */
export function causeOf(dependency: Dependency): RuleId {
  const { suspicion, probes } = dependency;
  const ofWork = causeOfWork(dependency);
  if (ofWork !== null) return ofWork;
  if (suspicion.axis === 'successor') return dependency.sinceBoot || isRepaired(dependency) ? 'stale-memory' : 'restart-loss';
  if (isOnDisk(suspicion)) return causeOnDisk(dependency);
  if (suspicion.sources.length === 0) return 'single-instance';
  if (probes['equal-boot'] === 'same' || (dependency.isAsset && dependency.isNamedAtBoot)) return 'boot-identity';
  if (suspicion.moved !== suspicion.step) return causeAmongWrites(dependency);
  if (isSealedByBoot(dependency)) return 'boot-identity';
  if (suspicion.warm.length > 0) return 'stale-memory';
  if (probes.deploy === 'same' && probes.crash === 'same' && probes.config === 'same') return 'stale-memory';
  if (isRevocationMissed(dependency)) return 'stale-memory';
  if (isSession(dependency)) return isKeyMadeAtBoot(dependency) ? 'boot-identity' : 'sticky-session';
  return 'process-memory';
}

/** What work needs or loses that requests have begun; `null`: it is about something else. A worker that needs what an earlier job has left keeps it where a web process may. */
function causeOfWork({ suspicion: { axis, mode }, isCutShort }: Dependency): RuleId | null {
  switch (axis) {
    case 'worker-disk':
      return 'job-handoff';
    case 'enqueuer-death':
      return 'lost-work';
    case 'worker-restart':
      return isCutShort ? 'lost-work' : mode === 'relocate' ? 'local-disk' : 'process-memory';
    case 'two-workers':
      return 'process-memory';
    case 'leftover':
      return 'leftover-run';
    default:
      return null;
  }
}

/** Where earlier steps had to share a process, and whoever reads sees that they did not: the writer has lost its session, or its data. */
function causeAmongWrites(dependency: Dependency): RuleId {
  if (!isSession(dependency)) return 'process-memory';
  return isKeyMadeAtBoot(dependency) ? 'boot-identity' : 'sticky-session';
}

/** An asset that page views have made is one, whatever is in it. What vanishes under equal boots is a key that each boot writes; where nothing was written, the name of the machine is. */
function causeOnDisk(dependency: Dependency): RuleId {
  const { probes, files, suspicion } = dependency;
  if (dependency.isAsset) return 'runtime-assets';
  const isName = suspicion.axis === 'relocation' && files.length === 0;
  if (probes['equal-boot'] === 'same' || isName) return 'boot-identity';
  const isSessionFile = files.length > 0 && files.every(({ kind }) => kind === 'session');
  return isSessionFile || isSession(dependency) ? 'sticky-session' : 'local-disk';
}

/** Where equal boots say nothing (another runtime, or a key that is made with the first request): another process refuses a token that holds the state itself. */
export function isKeyMadeAtBoot({ probes, selfContained }: Dependency): boolean {
  return isUnasked(probes) && selfContained !== null;
}

/** Whether equal boots have nothing to say. */
function isUnasked(probes: Dependency['probes']): boolean {
  return probes['equal-boot'] === 'unclear' || probes['equal-boot'] === 'idle';
}

/**
 * Where reads alone hand out an address (a cursor, a signed link) that is the same whenever one process is asked, and another with each boot,
 * it is made of what is read and of the boot: nobody has stored it. Nor has anybody where it is decoded, and not looked up: the process that made
 * it takes it in another spelling as well.
 */
export function isSealedByBoot({ probes, isNamedAtBoot, sourceMethods }: Dependency): boolean {
  return (
    isUnasked(probes) && (isNamedAtBoot || probes.respelled === 'same') && sourceMethods.length > 0 && sourceMethods.every(isSafe)
  );
}

/** Whether processes could not be made to boot alike, and nothing else tells that it was not made at boot, such as a file that a step wrote. */
export function mayBeOfBoot({ probes, files, suspicion }: Dependency): boolean {
  return probes['equal-boot'] === 'unclear' && !files.some(({ step }) => step !== null && suspicion.sources.includes(step));
}

function isSession(dependency: Dependency): boolean {
  return (
    !isLimit(dependency) && !isAccount(dependency) && dependency.probes['stranger-home'] !== 'same' && dependency.anonymous === true
  );
}

/** Beside a token that holds the state itself, what is missing on another disk is no session: it is the account, or what else was written. */
function isAccount({ selfContained, suspicion }: Dependency): boolean {
  return selfContained !== null && isOnDisk(suspicion);
}

/** A restart that mends what was refused loses nothing: the process had not heard of something since it booted. */
function isRepaired({ expected, actual }: Dependency): boolean {
  return statusOf(expected) >= 400 && statusOf(actual) >= 200 && statusOf(actual) < 400;
}

/** A visitor who should have been turned away was let in. */
function isRevocationMissed({ expected, actual }: Dependency): boolean {
  return [401, 403].includes(statusOf(expected)) && statusOf(actual) >= 200 && statusOf(actual) < 300;
}

/** A limit, a lock or a uniqueness that should have held did not: counters, not sessions. */
function isLimit({ expected, actual }: Dependency): boolean {
  return [409, 423, 429].includes(statusOf(expected)) && statusOf(expected) !== statusOf(actual);
}

/** The status of an answered exchange, else 0. */
function statusOf({ reply }: Exchange): number {
  return reply.outcome === 'answered' ? reply.status : 0;
}
