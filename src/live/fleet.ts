import pLimit from 'p-limit';
import type { ProcessType } from '../model/app.ts';
import type { LiveProcess } from '../model/live.ts';
import type { Target } from '../router/policies.ts';
import { createPlace, type Place, type PlaceOptions } from './place.ts';

/** The processes of one type. */
export interface Fleet {
  readonly type: ProcessType;
  /** Those that can answer. */
  targets(): readonly Target[];
  processes(): readonly LiveProcess[];
  /** Starts so many that there are `count`, or ends the last ones. Rejects only if one does not start the `first` time. */
  scale(count: number, first?: 'first'): Promise<void>;
  /** `null`: there is none by that name. */
  place(name: string): Place | null;
  places(): readonly Place[];
  /** Ends all of them, also those that are starting. */
  end(): Promise<void>;
}

/** No process yet. */
export function createFleet(options: PlaceOptions): Fleet {
  const { type, supervisor } = options;
  const places: Place[] = [];
  const scaling = pLimit(1);
  let isOver = false;

  const scale = async (count: number, first: boolean) => {
    const leaving = places.splice(count).map((place) => place.remove());
    const added: Place[] = [];
    while (places.length < count && !isOver) {
      const place = await createPlace((places.at(-1)?.number ?? 0) + 1, options);
      places.push(place);
      added.push(place);
    }
    const coming = added.map((place) =>
      place.start().catch((error: unknown) => {
        if (first || isOver) throw error;
        place.keepTrying(error);
      }),
    );
    await Promise.all([...leaving, ...coming]);
  };

  return {
    type,
    targets: () => places.flatMap((place) => place.target() ?? []),
    processes: () => places.map((place) => place.view()),
    scale: (count, first) => scaling(() => scale(count, first === 'first')),
    place: (name) => places.find((place) => place.name === name) ?? null,
    places: () => places,
    async end() {
      isOver = true;
      const all = places.splice(0);
      for (const place of all) place.close();
      await supervisor.stopAll();
      await Promise.all(all.map((place) => place.dispose()));
    },
  };
}
