import { messageOf } from '../../../errors.ts';
import { type Action, type LiveProcess, type LiveSettings, MAX_PROCESSES, POLICIES } from '../../../model/live.ts';

/** What keys act on. */
export interface KeyTargets {
  readonly processes: () => readonly LiveProcess[];
  readonly settings: () => LiveSettings;
  readonly act: (action: Action) => Promise<void>;
  /** Looks at all disks. */
  readonly look: () => Promise<void>;
  /** The last minutes as a session file, and an audit of it. */
  readonly save: () => unknown;
  readonly audit: () => unknown;
  readonly follow: (name: string | null) => void;
  readonly say: (text: string) => void;
  readonly quit: () => void;
  readonly describe: (process: LiveProcess) => string;
}

export const KEY_LINE = 'keys: r restart  k kill  + - scale  p policy  a audit  h help  q quit';

const HELP: readonly string[] = [
  '1-9  choose a process: r k l w f act on it; 0 none: on all in turn',
  'r    restart: the successor starts first',
  'k    kill, as in a crash',
  'l    relocate: restart on an empty disk',
  'w    wipe its disk while it runs',
  '+ -  one process more or less of its type (web)',
  'f    show the lines of the chosen process only, or of all',
  'i    list the processes',
  'p    next policy',
  'e    replace a process every 10 s, or no longer',
  'm    mirror on or off',
  's    save the last minutes as a session file',
  'a    audit the app with them',
  'q    quit, as Ctrl-C does',
];

const EVERY_MS = 10_000;

/** Does what a key stands for. */
export function keyHandler(desk: KeyTargets): (key: string) => void {
  const { act, say } = desk;
  let chosen: string | null = null;
  let following = false;

  const meant = () => desk.processes().filter(({ name }) => chosen === null || name === chosen);
  /** One after the other, so that there is always somebody to answer. */
  const each = async (action: (process: string) => Action) => {
    for (const { name } of meant()) await act(action(name));
  };
  const choose = (name: string | null) => {
    chosen = name;
    following = false;
    desk.follow(null);
    say(name === null ? 'keys act on all processes' : `keys act on ${name}`);
  };
  const set = (setting: Partial<LiveSettings>) => act({ kind: 'set', setting });
  const scale = (by: 1 | -1) => {
    const types = [...new Set(desk.processes().map(({ type }) => type))];
    const type =
      desk.processes().find(({ name }) => name === chosen)?.type ?? (types.includes('web') ? 'web' : (types[0] ?? 'web'));
    const count = Math.max(0, desk.processes().filter((process) => process.type === type).length + by);
    if (count > MAX_PROCESSES) return say(`${type}=${MAX_PROCESSES} is the most`);
    say(`${type}=${count}`);
    return act({ kind: 'scale', type, count });
  };
  const keys: Readonly<Record<string, () => unknown>> = {
    r: () => each((process) => ({ kind: 'replace', process, how: 'deploy' })),
    k: () => each((process) => ({ kind: 'replace', process, how: 'crash' })),
    l: () => each((process) => ({ kind: 'replace', process, how: 'relocate' })),
    w: () => each((process) => ({ kind: 'wipe', process })),
    '+': () => scale(1),
    '-': () => scale(-1),
    p: () => set({ policy: POLICIES[(POLICIES.indexOf(desk.settings().policy) + 1) % POLICIES.length] ?? 'random' }),
    e: () => set({ replaceEvery: desk.settings().replaceEvery === null ? { ms: EVERY_MS, how: 'deploy' } : null }),
    m: () => set({ mirror: !desk.settings().mirror }),
    f: () => {
      following = !following && chosen !== null;
      desk.follow(following ? chosen : null);
      say(following ? `only lines of ${chosen} are shown` : 'lines of all processes are shown');
    },
    i: async () => {
      await desk.look();
      for (const [index, process] of desk.processes().entries()) say(`${index + 1} ${process.name}  ${desk.describe(process)}`);
    },
    s: desk.save,
    a: desk.audit,
    q: desk.quit,
    h: () => HELP.map(say),
    '?': () => HELP.map(say),
    '0': () => choose(null),
  };
  const run = async (key: string) => {
    await keys[key]?.();
  };
  return (key) => {
    const chosenOne = /^[1-9]$/.test(key) ? desk.processes()[Number(key) - 1] : undefined;
    if (chosenOne !== undefined) choose(chosenOne.name);
    else run(key.toLowerCase()).catch((error: unknown) => say(messageOf(error)));
  };
}

/** What has been set, in a line. */
export function settingsWords({ policy, replaceEvery, mirror }: LiveSettings): string {
  const every = replaceEvery === null ? 'no restarts' : `a ${replaceEvery.how} every ${replaceEvery.ms / 1000} s`;
  return `policy ${policy}, ${every}, mirror ${mirror ? 'on' : 'off'}`;
}
