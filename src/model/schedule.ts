/** What differs between the trials of one search. */
export type Axis =
  | 'control'
  | 'sibling'
  | 'successor'
  | 'disk'
  | 'relocation'
  | 'wipe'
  | 'worker-disk'
  | 'worker-restart'
  | 'enqueuer-death'
  | 'two-workers'
  | 'leftover';

/** What is varied about the processes that are asked nothing, and about those that hand work on. */
export const JOB_AXES: readonly Axis[] = ['worker-disk', 'worker-restart', 'enqueuer-death', 'two-workers'];

/**
 * How a process is restarted: `deploy` SIGTERM and wait, `crash` SIGKILL, `config` like deploy with a changed environment, `relocate`
 * like deploy on another machine: an empty disk, a new hostname, a new port. Two take at once what these take one by one: `memory` SIGKILL and
 * a changed environment, on the same disk, and `everything` the same on another machine.
 */
export type RestartMode = (typeof RESTART_MODES)[number];

export const RESTART_MODES = ['deploy', 'crash', 'config', 'relocate', 'memory', 'everything'] as const;

/** What a restart does besides ending a process and starting another. */
export const RESTARTS: Readonly<
  Record<RestartMode, { readonly kills: boolean; readonly reconfigures: boolean; readonly moves: boolean }>
> = {
  deploy: { kills: false, reconfigures: false, moves: false },
  crash: { kills: true, reconfigures: false, moves: false },
  config: { kills: false, reconfigures: true, moves: false },
  relocate: { kills: false, reconfigures: false, moves: true },
  memory: { kills: true, reconfigures: true, moves: false },
  everything: { kills: true, reconfigures: true, moves: true },
};

/** Modes that take at once what others take: what they leave as it was, those would leave too. */
export const STANDS_FOR: Readonly<Partial<Record<RestartMode, readonly RestartMode[]>>> = {
  memory: ['deploy', 'crash', 'config'],
  everything: ['deploy', 'crash', 'config', 'relocate', 'memory'],
};

/** A placement for every step, plus restarts. Plain data: printable, storable, replayable. */
export interface Schedule {
  readonly axis: Axis;
  /** For every step the slot (0-based; slot 0 is `web.1`) of the process that serves it. */
  readonly placement: readonly number[];
  readonly restarts: readonly Restart[];
  readonly wipes: readonly Wipe[];
  /** Whether all processes see one disk, or each has its own. */
  readonly disks: 'shared' | 'own';
  /** How many processes stand side by side from the start. */
  readonly processes: number;
  /** What slots are: processes of their own, the workers of the one process, or (`together`) visits to the one process. */
  readonly formation: 'processes' | 'workers' | 'together';
  /**
   * Steps that every slot is played, after each restart anew, before the first later step that it serves: what they give counts in that slot
   * alone, as if the visitor had logged in at each.
   */
  readonly footing: readonly number[];
  /** Whether the process types that are asked nothing see the disk of the first process, or each process of theirs has its own. */
  readonly companions: 'beside' | 'apart';
  /** A type of which one process more runs than was asked for; `null`: none. */
  readonly extra: string | null;
  /** Variations that are not placements, used by probes that tell causes apart. */
  readonly variant: Variant;
}

export interface Restart {
  /** 0-based index of the step before which the process in `slot` is replaced. */
  readonly before: number;
  readonly slot: number;
  readonly mode: RestartMode;
  /** When true nothing is replaced; the trial only waits as long as a restart takes, so that time passes alike in both arms. */
  readonly pauseOnly: boolean;
  /** The process type that is restarted in place of `slot`: all processes of it. By default it is the one in `slot`. */
  readonly type?: string;
  /** Whether work that earlier steps have begun is cut short: it comes right after the reply of the step before. By default it need not be. */
  readonly atOnce?: boolean;
  /** How long is waited before the restart, in milliseconds. By default not at all. */
  readonly idleMs?: number;
}

/** A process loses the files that it has written since it was ready, and lives on. */
export interface Wipe {
  /** 0-based index of the step before which it does. */
  readonly before: number;
  readonly slot: number;
}

export type Variant =
  | { readonly kind: 'plain' }
  /** All processes draw the same random values while they boot. */
  | { readonly kind: 'equal-boot' }
  /** `step` is sent by a stranger: without the visitor's cookies, credentials and session parameters. */
  | { readonly kind: 'stranger'; readonly step: number }
  /** `step` is sent with cookies and credentials in the form of the visitor's that were never issued to anybody. */
  | { readonly kind: 'forged'; readonly step: number }
  /** What `step` sends of what it was issued is spelled in another way that decodes to the same bytes. */
  | { readonly kind: 'respelled'; readonly step: number }
  /** Texts that the session makes up have `by` more characters. */
  | { readonly kind: 'longer'; readonly by: number }
  /** Nothing can be written to the folder that the app is started in. */
  | { readonly kind: 'read-only' }
  /** The first run of a script is killed after so long, in milliseconds; `null`: as soon as something was written to its disk. */
  | { readonly kind: 'killed'; readonly ms: number | null }
  /** The process has stood ready and idle for so long before it was asked, in milliseconds. */
  | { readonly kind: 'aged'; readonly ms: number }
  /** The whole session was played once before on the same process by another visitor. */
  | { readonly kind: 'warm' }
  /** Others have played it on the same process before, and `step` was left out; `null`: nothing was. */
  | { readonly kind: 'omit'; readonly step: number | null }
  /** As before, and `step` wrote something else. */
  | { readonly kind: 'change'; readonly step: number }
  /** As before, and `step` was sent twice in a row: its exchange is the second one. */
  | { readonly kind: 'twice'; readonly step: number }
  /** As before, and `steps` were left out, to see how often that makes a difference. */
  | { readonly kind: 'chance'; readonly steps: readonly number[] };

/** Whether a step is left out. */
export function isLeftOut({ variant }: Schedule, step: number): boolean {
  return (variant.kind === 'omit' && variant.step === step) || (variant.kind === 'chance' && variant.steps.includes(step));
}

/** One process, no restart: the friendliest placement. */
export function friendliest(steps: number): Schedule {
  return schedule('control', { placement: Array.from({ length: steps }, () => 0), processes: 1 });
}

/** Whether all steps are served by one process that is never restarted and loses no file: only such a play teaches what to expect. */
export function isOnOneProcess({ processes, restarts, wipes, footing, variant, companions, extra }: Schedule): boolean {
  const isPlain = (variant.kind === 'plain' || variant.kind === 'aged') && footing.length === 0;
  const isUsual = companions === 'beside' && extra === null;
  return processes === 1 && wipes.length === 0 && isPlain && isUsual && restarts.every(({ pauseOnly }) => pauseOnly);
}

/** Whether two schedules are one. */
export function isSame(a: Schedule, b: Schedule): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A schedule; what is not said is as it is friendliest: no restarts, one disk, nothing varied. */
export function schedule(axis: Axis, given: Pick<Schedule, 'placement' | 'processes'> & Partial<Schedule>): Schedule {
  return {
    restarts: [],
    wipes: [],
    disks: 'shared',
    formation: 'processes',
    footing: [],
    companions: 'beside',
    extra: null,
    variant: { kind: 'plain' },
    ...given,
    axis,
  };
}

/** Where a step is served, and what was given there counts: the slot, and how often it was restarted before, or paused as long. */
export function placeAt({ placement, restarts }: Schedule, step: number): string {
  const slot = placement[step] ?? 0;
  const lives = restarts.filter((restart) => restart.type === undefined && restart.slot === slot && restart.before <= step);
  return `${slot}.${lives.length}`;
}

/** Method by which a run of a script is told of. */
export const RUN = 'RUN';

/** Name of the machine that a script runs on. */
export function machineName(slot: number): string {
  return `machine.${slot + 1}`;
}

/** Name of the process in a slot, by the foreman convention. */
export function slotName(slot: number): string {
  return `web.${slot + 1}`;
}

/**
 * The schedule in one short line: `AAB`, a restart before a step as `!` (crash), `^` (deploy), `~` (config), `>` (relocate), `#` (memory), `*`
 * (everything), twice where it comes right after the reply before, after the name of the process type if it is none of `web`; a wipe as `-`.
 */
export function describeSchedule(schedule: Schedule): string {
  const marks: Record<RestartMode, string> = { crash: '!', deploy: '^', config: '~', relocate: '>', memory: '#', everything: '*' };
  const steps = schedule.placement.map((slot, index) => {
    const restarts = schedule.restarts.filter((r) => r.before === index && !r.pauseOnly);
    const mark = ({ type = '', mode, atOnce = false }: Restart) => `${type}${marks[mode]}${atOnce ? marks[mode] : ''}`;
    const wiped = schedule.wipes.some((wipe) => wipe.before === index) ? '-' : '';
    const letter = isLeftOut(schedule, index) ? '·' : String.fromCharCode(65 + slot);
    return restarts.map(mark).join('') + wiped + letter;
  });
  const notes = [
    schedule.formation === 'processes' ? '' : schedule.formation,
    schedule.footing.length === 0 ? '' : `${schedule.footing.map((step) => step + 1).join(', ')} on each`,
    schedule.disks === 'own' ? 'own disks' : '',
    schedule.companions === 'apart' ? 'workers on own disks' : '',
    schedule.extra === null ? '' : `one more ${schedule.extra}`,
    describeVariant(schedule.variant),
  ];
  const shown = notes.filter((note) => note !== '').join(', ');
  return steps.join('') + (shown === '' ? '' : ` (${shown})`);
}

function describeVariant(variant: Variant): string {
  switch (variant.kind) {
    case 'plain':
      return '';
    case 'omit':
      return variant.step === null ? 'another visitor' : `without ${variant.step + 1}`;
    case 'change':
      return `${variant.step + 1} changed`;
    case 'twice':
      return `${variant.step + 1} twice`;
    case 'chance':
      return variant.steps.length === 0 ? 'another visitor' : `without ${variant.steps.map((step) => step + 1).join(', ')}`;
    default:
      return variant.kind;
  }
}
