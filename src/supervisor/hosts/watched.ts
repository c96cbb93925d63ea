import { join } from 'node:path';
import { type Hands, keep, takeBack } from './checkpoint.ts';
import type { Disk } from './host.ts';
import { newSince, type Tree, takeSnapshot } from './snapshot.ts';

/** What a disk tells of the folders that it is made from, all of it against how they are now. `folder`: where checkpoints are kept. */
export async function watch(
  trees: readonly Tree[],
  { folder, hands }: { folder: string; hands: Hands },
): Promise<Pick<Disk, 'snapshot' | 'checkpoint' | 'revert'>> {
  const pristine = await takeSnapshot(trees);
  const snapshot = async () => {
    const now = await takeSnapshot(trees);
    return { ...now, files: new Map(newSince(pristine, now)) };
  };
  let kept = 0;
  return {
    snapshot,
    checkpoint: async () => keep(await snapshot(), join(folder, `kept-${++kept}`)),
    revert: async (checkpoint, { unless }) => takeBack(await snapshot(), checkpoint, { hands, unless }),
  };
}
