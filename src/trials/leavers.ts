/** Processes of a trial that leave while the next one gets ready. */
export interface Leavers {
  add(leaving: Promise<void>): void;
  /** Resolves when all of them have left. Throws what went wrong with one. */
  over(): Promise<void>;
}

export function createLeavers(): Leavers {
  let all: Promise<void>[] = [];
  return {
    add(leaving) {
      // What went wrong is told by `over`.
      leaving.catch(() => {});
      all.push(leaving);
    },
    async over() {
      const waited = all;
      all = [];
      await Promise.all(waited);
    },
  };
}
