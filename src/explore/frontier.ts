/** Something that could be asked for next. */
export interface Task {
  /** Names its kind: of one kind one is asked for. */
  readonly key: string;
  /** The route, as the report shows it: `POST /cart`. */
  readonly route: string;
  /** What comes first has the lowest. */
  readonly rank: number;
  /** Links that were followed to get there. */
  readonly depth: number;
  /** Whether it changes something. */
  readonly isWrite: boolean;
  /** Whether a refusal in these words may be none once more is known. */
  readonly mayPass: (refusal: string) => boolean;
  /** Says why it could not be asked for now, in words; `null`: it was. */
  readonly run: () => Promise<string | null>;
}

/** Ranks, in the order of a visit. */
export const RANK = {
  entry: 0,
  signup: 1,
  login: 2,
  visit: 3,
  operation: 4,
  edit: 5,
  delete: 8,
  logout: 9,
} as const;

/** What was met and not asked for yet. */
export interface Frontier {
  /** Of a kind that is known already nothing is taken. Says whether it was. */
  add(task: Task): boolean;
  /** The next one of at most this rank, and at least the other; what was added first comes first. `writes`: of those that change something, if there is one. */
  next(bounds: { readonly most: number; readonly least: number; readonly writes: boolean }): Task | null;
  /** What was taken and not asked for. */
  putBack(task: Task): void;
  /** Keeps a task that could not be asked for; it is asked for again once `retry` was called. */
  park(task: Task, why: string): void;
  /** Takes up what was parked. */
  retry(): void;
  /** What is left, with the reason that it was parked for; `null`: it never came to it. */
  left(): readonly { readonly task: Task; readonly why: string | null }[];
}

/** So many kinds are kept in mind: an endless space of links ends there. */
const MAX_KINDS = 500;

/** Nothing met yet. */
export function createFrontier(): Frontier {
  const known = new Set<string>();
  let waiting: Task[] = [];
  let parked: { task: Task; why: string }[] = [];
  const before = (one: Task, other: Task) => one.rank - other.rank || one.depth - other.depth;
  return {
    add(task) {
      if (known.has(task.key) || known.size >= MAX_KINDS) return false;
      known.add(task.key);
      waiting.push(task);
      return true;
    },
    next({ most, least, writes }) {
      const within = waiting.filter(({ rank }) => rank <= most && rank >= least);
      const changing = writes ? within.filter(({ isWrite }) => isWrite) : [];
      const best = (changing.length > 0 ? changing : within).reduce<Task | null>(
        (found, one) => (found === null || before(one, found) < 0 ? one : found),
        null,
      );
      waiting = waiting.filter((one) => one !== best);
      return best;
    },
    putBack: (task) => void waiting.unshift(task),
    park: (task, why) => void parked.push({ task, why }),
    retry() {
      waiting.push(...parked.map(({ task }) => task));
      parked = [];
    },
    left: () => [...parked, ...waiting.map((task) => ({ task, why: null }))],
  };
}
