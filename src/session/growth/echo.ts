import { isSafe } from '../../model/observation.ts';
import { isOwn, type Session, type Step, templateText } from '../../model/session.ts';

/** More reads are not asked once more: they would cost more than they could show. */
const MAX_READS = 12;

/**
 * The reads of a session that may show at its end what nothing has shown before: one for each visitor and request, asked for the last time
 * before `write`, the latest first. 0-based.
 */
export function readsBefore({ steps }: Session, write: number): number[] {
  const last = new Map<string, number>();
  for (const [index, step] of steps.entries()) if (isOwn(step) && isSafe(step.method)) last.set(nameOf(step), index);
  return [...last.values()]
    .filter((index) => index < write)
    .sort((a, b) => b - a)
    .slice(0, MAX_READS);
}

function nameOf({ visitor, method, target, headers }: Step): string {
  return JSON.stringify([visitor, method, templateText(target), headers.map(([name, value]) => [name, templateText(value)])]);
}

/** The session without the steps at its end that fetch assets. */
export function withoutAssets(session: Session): Session {
  return { ...session, steps: session.steps.filter(({ asset }) => asset === null) };
}

/** The session with these reads once more at its end: after its own steps, before those that fetch assets. */
export function withEchoes(session: Session, reads: readonly number[]): Session {
  const asked = session.steps.filter(({ asset }) => asset === null);
  const echoes = reads.flatMap((read): Step[] => {
    const step = session.steps[read];
    // What its author wants of it he has got.
    return step === undefined
      ? []
      : [
          {
            ...step,
            name: step.name === null ? null : `${step.name}, once more`,
            captures: [],
            expectations: [],
            recorded: null,
            followRedirects: false,
            follows: null,
            echo: read,
          },
        ];
  });
  const assets = session.steps
    .filter(({ asset }) => asset !== null)
    .map((step) => {
      const { asset } = step;
      const page = asset === null || asset.page < asked.length ? asset?.page : asset.page + echoes.length;
      return { ...step, asset: asset === null ? null : { ...asset, page: page ?? 0 } };
    });
  return { ...session, steps: [...asked, ...echoes, ...assets] };
}
