import type { BehindReport, SessionReport } from '../../model/report.ts';
import { type RestartMode, STANDS_FOR } from '../../model/schedule.ts';
import { count } from '../text.ts';

type Played = NonNullable<SessionReport['coverage']>;

/** Restarts by what is said of them, those that take much at once first. */
const NAMES = [
  ['everything', 'everything taken'],
  ['memory', 'all but the disk taken'],
  ['deploy', 'deploy'],
  ['crash', 'crash'],
  ['config', 'config'],
] as const;

/** Before how many steps each kind of restart was played, or is implied: that is said, and never counted as played. */
export function restartsLine(played: Played): string {
  const isUsual = (mode: RestartMode) => !(mode in STANDS_FOR);
  return NAMES.filter(([mode]) => isUsual(mode) || played.restarts[mode].length > 0)
    .map(([mode, name]) => `${name} ${isUsual(mode) ? playedOrImplied(played, mode) : before(played.restarts[mode].length)}`)
    .join(', ');
}

/** Of one kind: `before 3 steps`, `implied by 4, played before 1`. */
export function playedOrImplied({ restarts, implied }: Played, mode: RestartMode): string {
  const [own, more] = [restarts[mode].length, implied[mode].length];
  if (more === 0) return before(own);
  return own === 0 ? `implied by ${more}` : `implied by ${more}, played before ${own}`;
}

/** Restarts behind findings, in words; none where there were none. */
export function behindRestarts(restarts: BehindReport['restarts']): string[] {
  const told = NAMES.flatMap(([mode, name]) => (restarts[mode] > 0 ? [`${name} ${before(restarts[mode])}`] : []));
  return told.length === 0 ? [] : [told.join(', ')];
}

function before(steps: number): string {
  return `before ${count(steps, 'step')}`;
}
