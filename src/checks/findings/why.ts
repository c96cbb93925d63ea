import { isSafe } from '../../model/observation.ts';
import { RESTART_MODES, RESTARTS, type RestartMode } from '../../model/schedule.ts';
import type { Dependency } from '../facts/dependency.ts';
import { isOnDisk } from '../facts/files.ts';
import type { Rule } from '../rules/define-rule.ts';

/** What a finding is called, and why it matters, by what was played of it. */
export function proseOf(rule: Rule, dependency: Dependency): { readonly title: string; readonly why: string } {
  const { suspicion } = dependency;
  const isAmongWrites = suspicion.moved !== suspicion.step;
  const amongWrites = isAmongWrites ? rule.amongWrites : undefined;
  const { failureTitle } = (isAmongWrites ? amongWrites : isOnDisk(suspicion) ? rule.onDisk : undefined) ?? rule;
  return { title: failureTitle, why: WHY[rule.id]?.(dependency) ?? (amongWrites ?? rule).why };
}

/** Sentences that hang on what was played. */
const WHY: Partial<Record<Rule['id'], (dependency: Dependency) => string | null>> = {
  'process-memory': (dependency) => {
    if (dependency.suspicion.moved !== dependency.suspicion.step) return null;
    const missing = writesIn(dependency)
      ? 'Another process answers as if the write had never happened'
      : 'Another process has not heard of what the earlier request left';
    return `${missing}${afterwards(dependency, (restart) => `and ${restart} loses it`)}.`;
  },
  'restart-loss': (dependency) => {
    const modes = lostIn(dependency).filter((mode) => !RESTARTS[mode].moves);
    if (modes.length === 0) return null;
    const names = modes.map((mode) => PLURALS[mode] ?? '').join(' and ');
    return `${names[0]?.toUpperCase()}${names.slice(1)} restart processes at any time; what is lost or reset then is lost for visitors.`;
  },
  'sticky-session': (dependency) => {
    const { axis } = dependency.suspicion;
    if (axis === 'disk') return 'A process with another disk has never heard of this visitor.';
    if (axis === 'relocation') return 'The same process, restarted elsewhere with another disk, has never heard of this visitor.';
    if (axis === 'wipe') return 'Without the files that it has written, the process has never heard of this visitor.';
    return `Another process has never heard of this visitor${afterwards(dependency, (restart) => `nor has the same one after ${restart}`)}.`;
  },
  'boot-identity': (dependency) => {
    const { axis } = dependency.suspicion;
    const makes =
      axis === 'successor' || axis === 'relocation'
        ? 'Every restart makes its own'
        : `Every process makes its own${afterwards(dependency, (restart) => `and so does the next one after ${restart}`)}`;
    return `${makes}; what visitors were given before is void.`;
  },
  'local-disk': ({ suspicion: { axis } }) => {
    if (axis === 'relocation')
      return 'A restart elsewhere begins with an empty disk: what was written or deleted before is not seen there.';
    if (axis === 'wipe')
      return 'The process goes by files of its own: once they are gone, as after a move to another machine, so is the answer.';
    return 'Other processes have disks of their own: what was written or deleted is not seen there.';
  },
};

/** What mends it, by what was seen of its files. */
export function fixOf(rule: Rule, { files }: Dependency): string {
  if (rule.id !== 'local-disk' || files.length === 0) return rule.fix;
  const uploads = files.filter(({ kind }) => kind === 'upload').length;
  if (uploads === files.length) return 'Keep it in a backing service: uploads in object storage.';
  return uploads === 0 ? 'Keep it in a backing service that all processes share: records in a database.' : rule.fix;
}

/** What restarts that were played did to it, as the end of a sentence. A deploy is what a restart is; of others only what they are called is said. */
function afterwards(dependency: Dependency, say: (restart: string) => string): string {
  const modes = lostIn(dependency);
  if (modes.length === 0) return '';
  const names = modes.map((mode) => NAMES[mode]).join(' or ');
  return `, ${say(modes.includes('deploy') ? 'a restart' : names)}`;
}

const NAMES: Readonly<Record<RestartMode, string>> = {
  deploy: 'a deploy',
  crash: 'a crash',
  config: 'a config change',
  relocate: 'a move to another machine',
  memory: 'a crash with a config change',
  everything: 'the loss of its machine',
};

const PLURALS: Readonly<Partial<Record<RestartMode, string>>> = {
  deploy: 'deploys',
  crash: 'crashes',
  config: 'config changes',
  memory: 'crashes with config changes',
};

/** Restarts that were played just before the step, and lost it. */
export function lostIn({ probes, suspicion }: Dependency): RestartMode[] {
  return RESTART_MODES.filter((mode) => probes[mode] === 'different' || suspicion.mode === mode);
}

/** Whether one of the sources may have written something. */
function writesIn({ suspicion, sourceMethods }: Dependency): boolean {
  return suspicion.sources.length > 0 && sourceMethods.some((method) => !isSafe(method));
}
