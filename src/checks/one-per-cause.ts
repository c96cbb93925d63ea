import type { RuleId } from '../model/rule.ts';
import type { Facts } from './define.ts';
import { isOnDisk } from './files.ts';

type Dependencies = Facts['dependencies'];

/**
 * One cause is one finding. What is found about a file that an earlier finding of the same rule names is added to that one, and so is what
 * is found about a visitor's session, or a key that signs it, at steps that an earlier finding of it keeps together already.
 */
export function onePerCause(dependencies: Dependencies): Dependencies {
  const kept: Dependencies[number][] = [];
  for (const dependency of dependencies) {
    const at = kept.findIndex(
      (other) => other.cause === dependency.cause && (isSameFile(other, dependency) || isSameSession(other, dependency)),
    );
    const first = kept[at];
    if (first === undefined) {
      kept.push(dependency);
      continue;
    }
    const known = first.suspicion;
    const { step, affected } = dependency.suspicion;
    const more = [step, ...affected].filter((one) => one !== known.step && !known.affected.includes(one));
    kept[at] = { ...first, suspicion: { ...known, affected: [...known.affected, ...more] } };
  }
  return kept;
}

type One = Dependencies[number];

function isSameFile({ files: [one] }: One, { files: [other] }: One): boolean {
  return one !== undefined && one.path === other?.path;
}

const SESSION: readonly RuleId[] = ['sticky-session', 'boot-identity'];

function isSameSession(one: One, other: One): boolean {
  const inMemory = !isOnDisk(one.suspicion) && !isOnDisk(other.suspicion);
  return SESSION.includes(one.cause) && inMemory && stepsOf(one).some((step) => stepsOf(other).includes(step));
}

function stepsOf({ suspicion: { sources, step, affected } }: One): number[] {
  return [...sources, step, ...affected];
}
