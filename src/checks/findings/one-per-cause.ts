import type { RuleId } from '../../model/rule.ts';
import type { Difference } from '../../oracle/compare/expectation.ts';
import { isOnDisk } from '../facts/files.ts';
import type { Facts } from '../rules/define-rule.ts';

type Dependencies = Facts['dependencies'];

/**
 * One cause is one finding. What is found about a file that an earlier finding of the same rule names is added to that one, and so is what
 * is found about a visitor's session, or a key that signs it, at steps that an earlier finding of it keeps together already, and that what one
 * process holds alone (a session, a record) is not ended by another: a log-out, a deletion.
 */
export function onePerCause(dependencies: Dependencies): Dependencies {
  const kept: Dependencies[number][] = [];
  for (const dependency of dependencies) {
    const at = kept.findIndex(
      (other) =>
        (other.cause === dependency.cause && (isSameFile(other, dependency) || isSameSession(other, dependency))) ||
        isUndone(other, dependency),
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

/**
 * Whether a process that was given something shows it although another was told to end it, and it is what an earlier finding has shown to be in
 * that process alone: where the first is mended, so is this.
 */
function isUndone(one: One, other: One): boolean {
  const [first, second] = [one.suspicion, other.suspicion];
  const isHeld = first.axis === 'sibling' && second.axis === 'sibling' && one.probes.deploy === 'different';
  const hasIt = first.sources.length > 0 && first.sources.every((source) => second.warm.includes(source));
  return isHeld && hasIt && one.differences.some((lost) => other.differences.some((kept) => isSameThing(lost, kept)));
}

/** Whether something that one place of a reply has lost is what it still shows there. */
function isSameThing(lost: Difference, kept: Difference): boolean {
  if (lost.path !== kept.path) return false;
  const missing = wordsBeyond(lost.expected, lost.actual);
  return [...wordsBeyond(kept.actual, kept.expected)].some((word) => missing.has(word));
}

/** Words of a text that another does not have; what is another for every visitor counts as one. */
function wordsBeyond(text: string, other: string): Set<string> {
  const wordsIn = (value: string) =>
    (value.match(/[\p{L}\p{N}_-]+/gu) ?? []).map((word) => (/\d/.test(word) && word.length > 7 ? '#' : word));
  const known = new Set(wordsIn(other));
  return new Set(wordsIn(text).filter((word) => !known.has(word) && word !== 'nothing' && word !== 'null'));
}

function stepsOf({ suspicion: { sources, step, affected } }: One): number[] {
  return [...sources, step, ...affected];
}
