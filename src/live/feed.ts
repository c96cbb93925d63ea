import type { LiveEvent, Stamped } from '../model/live.ts';

/** Tells everybody who listens what happens, and whoever comes later what has happened lately. */
export interface Feed {
  tell(event: LiveEvent): void;
  /** In the order it happened; of each kind the last ones. */
  history(): readonly Stamped[];
  /** Returns what ends it. */
  listen(listener: (event: Stamped) => void): () => void;
}

/** How many events of a kind are remembered. */
const KEPT: Readonly<Partial<Record<LiveEvent['kind'], number>>> = { line: 1_000, request: 200, contradiction: 200 };
const KEPT_OF_OTHERS = 200;

/** Nothing has happened yet. */
export function createFeed(): Feed {
  const remembered = new Map<LiveEvent['kind'], Stamped[]>();
  const listeners = new Set<(event: Stamped) => void>();
  return {
    tell(event) {
      const stamped = { ...event, at: Date.now() };
      const own = remembered.get(event.kind) ?? [];
      remembered.set(event.kind, own);
      own.push(stamped);
      const most = KEPT[event.kind] ?? KEPT_OF_OTHERS;
      // Moved together only now and then.
      if (own.length > 2 * most) own.splice(0, own.length - most);
      for (const listener of listeners) listener(stamped);
    },
    history: () =>
      [...remembered].flatMap(([kind, own]) => own.slice(-(KEPT[kind] ?? KEPT_OF_OTHERS))).sort((one, other) => one.at - other.at),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
