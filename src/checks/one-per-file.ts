import type { Facts } from './define.ts';

type Dependencies = Facts['dependencies'];

/** One cause is one finding: what is found about a file that an earlier finding of the same rule names is added to that one. */
export function onePerFile(dependencies: Dependencies): Dependencies {
  const kept: Dependencies[number][] = [];
  for (const dependency of dependencies) {
    const { cause, files, suspicion } = dependency;
    const at = kept.findIndex((other) => other.cause === cause && files[0] !== undefined && other.files[0]?.path === files[0].path);
    const first = kept[at];
    if (first === undefined) {
      kept.push(dependency);
      continue;
    }
    const known = first.suspicion;
    const more = [suspicion.step, ...suspicion.affected].filter((step) => step !== known.step && !known.affected.includes(step));
    kept[at] = { ...first, suspicion: { ...known, affected: [...known.affected, ...more] } };
  }
  return kept;
}
