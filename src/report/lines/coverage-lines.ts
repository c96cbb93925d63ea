import type { RunsReport } from '../../model/audited.ts';
import type { Isolation } from '../../model/isolation.ts';
import { ranges } from '../../model/ranges.ts';
import type { BehindReport, EffectReport, Report, SessionReport, TiedStep, WritesReport } from '../../model/report.ts';
import { SERVICE_TITLES } from '../../model/service.ts';
import { count, some } from '../text.ts';
import { type Canvas, labelled } from './canvas.ts';
import { behindRestarts, playedOrImplied, restartsLine } from './restart-lines.ts';

/** How many noise fields and unjudged steps are listed unless all are asked for. */
const FEW = 4;
const GAP = 13;

type Played = NonNullable<SessionReport['coverage']>;

/** What was really played of each session, and what was not judged. `verbose`: nothing is left out. */
export function coverageLines(
  canvas: Canvas,
  { sessions, isolation, services, formation }: Pick<Report, 'sessions' | 'isolation' | 'services' | 'formation'>,
  { verbose }: { verbose: boolean },
): string[] {
  return [
    canvas.colors.bold('Coverage'),
    ...sessions.flatMap((session) => sessionLines(canvas, session, verbose)),
    ...(isolation === null ? [] : diskLines(canvas, isolation)),
    ...(formation.length < 2
      ? []
      : labelled(canvas, 'processes', formation.map(({ name, count }) => `${name} ${count}`).join(', '), {
          indent: 2,
          gap: GAP + 2,
        })),
    ...(services.length === 0 ? [] : labelled(canvas, 'services', servicesLine(services), { indent: 2, gap: GAP + 2, max: 4 })),
  ];
}

/** What the app was given, where it came from, and whether trials found the same in it. */
function servicesLine(services: Report['services']): string {
  const origin = ({ name, origin, resets }: Report['services'][number]) =>
    `${SERVICE_TITLES[name]}: ${origin}${resets ? ', the same at the beginning of every trial' : ', looked into and not changed by us'}`;
  return services.map(origin).join('; ');
}

/** How far the disks of trials were kept apart, and what would keep them apart better. */
function diskLines(canvas: Canvas, { host, open, volumes, refused }: Isolation): string[] {
  const line = (text: string) => labelled(canvas, 'disk', text, { indent: 2, gap: GAP + 2, max: 4 });
  const [better] = refused;
  const apart =
    host === 'plain'
      ? `not kept apart: what a trial writes, the next one sees${better === undefined ? '' : `. Host ${better.host} cannot be had: ${better.reason}. ${better.mend}`}`
      : `each trial had the machine's own files, as they are, and what it wrote is gone (host ${host})${open.length === 0 ? '' : `, but not in ${open.join(', ')}`}`;
  return line(volumes.length === 0 ? apart : `${apart}; shared and kept: ${volumes.join(', ')}`);
}

function sessionLines(
  canvas: Canvas,
  { name, steps, echoes, assets, requests, coverage, behind, noise, tied, waived, unseen, effects, writes, runs }: SessionReport,
  verbose: boolean,
): string[] {
  const limit = verbose ? Number.POSITIVE_INFINITY : FEW;
  const line = (label: string, text: string | null) =>
    text === null ? [] : labelled(canvas, label, text, { indent: 4, gap: GAP, max: verbose ? 500 : 4 });
  const more = [...(echoes === 0 ? [] : [`${count(echoes, 'read')} once more`]), ...(assets === 0 ? [] : [count(assets, 'asset')])];
  const what = [count(steps, 'step'), ...more].join(' and ');
  return [
    `  ${name}  ${canvas.colors.dim(`${what}, ${coverage === null ? 'not played to the end' : statuses(requests)}`)}`,
    ...line('runs', runs === null ? null : runsLine(runs)),
    ...(coverage === null || runs !== null
      ? []
      : [
          ...line('writes', writesLine(writes)),
          ...line('effects', effectsLine(effects, { limit, verbose })),
          ...line('placements', placements(coverage)),
          ...line('restarts', restartsLine(coverage)),
          ...line('disks', disks(coverage)),
          ...line('jobs', jobs(coverage)),
        ]),
    ...(coverage === null ? [] : [...line('not covered', uncovered(coverage, limit)), ...line('left out', coverage.cutShort)]),
    ...(behind === null ? [] : line(...behindLine(behind))),
    ...line('tied', tiedSteps(tied)),
    ...line(
      'noise',
      some(
        noise.map(({ step, field, as }) => `${step} ${field} (${as})`),
        limit,
      ),
    ),
    ...line(
      'waived',
      some(
        waived.map(({ what, by }) => `${what} (${by})`),
        limit,
        '; ',
      ),
    ),
    ...line('not seen', some(unseen, limit, '; ')),
  ];
}

/** What became of the steps, in numbers that add up to all of them. */
function statuses(requests: SessionReport['requests']): string {
  const counts = (['judged', 'tied', 'waived', 'unjudged'] as const).map((status) => ({
    status,
    steps: requests.filter((request) => request.status === status).length,
  }));
  return counts
    .filter(({ steps, status }) => steps > 0 || status === 'judged')
    .map(({ steps, status }) => `${steps} ${status}`)
    .join(', ');
}

/** How many writes are known to be kept, and where that was seen. */
function writesLine(writes: WritesReport | null): string | null {
  if (writes === null) return null;
  const { all, read, onOthers, after, onOtherDisks } = writes;
  const places = [
    `${onOthers} on another process`,
    [
      ...(after.everything > 0 ? [`${after.everything} after a restart that takes everything`] : []),
      ...(after.memory > 0 ? [`${after.memory} after one that takes all but the disk`] : []),
      `${after.deploy} after a deploy`,
      `${after.crash} after a crash`,
      `${after.config} after a config change`,
    ].join(', '),
    ...(onOtherDisks === null ? [] : [`${onOtherDisks} on another disk`]),
  ];
  return `${read} of ${all} read later: ${places.join(', ')}`;
}

/** Which steps show what others did; `verbose`: where. */
function effectsLine(effects: readonly EffectReport[], { limit, verbose }: { limit: number; verbose: boolean }): string | null {
  const words = ({ step, kind, readBy, why }: EffectReport): string => {
    const paths = (reader: EffectReport['readBy'][number]) =>
      verbose && reader.paths.length > 0 ? ` (${reader.paths.join(', ')})` : '';
    switch (kind) {
      case 'read':
        return verbose
          ? `${step} read by ${readBy.map((reader) => `step ${reader.step}${paths(reader)}`).join(', ')}`
          : `${step} read by step ${ranges(readBy.map((reader) => reader.step))}`;
      case 'asks':
        return `${step} taken for a read (${why})`;
      case 'unread-meant':
        return `${step} unread (${why})`;
      default:
        return `${step} ${kind}`;
    }
  };
  return some(effects.map(words), limit, '; ');
}

/** Strength 2 is reached when every pair was split, strength 3 when every pattern of three was played too. */
function placements({ pairs, pairsUncovered, triples, triplesCovered }: Played): string {
  if (pairs === 0) return 'no two steps left that could be served by different processes';
  const reached =
    pairsUncovered.length > 0 ? 'strength 2 not reached' : triplesCovered < triples ? 'strength 2 reached' : 'strength 3 reached';
  return `${reached}: ${pairs - pairsUncovered.length}/${pairs} pairs, ${triplesCovered}/${triples} patterns of three`;
}

/** What was played with disks kept apart. */
function disks(played: Played): string | null {
  const { disk } = played;
  if (disk === null) return null;
  const { pairs, pairsUncovered, wiped } = disk;
  return [
    `${pairs - pairsUncovered.length}/${pairs} pairs`,
    `relocation ${playedOrImplied(played, 'relocate')}`,
    ...(wiped.length === 0 ? [] : [`wiped before ${count(wiped.length, 'step')}`]),
  ].join(', ');
}

/** How often a script was run, and where. */
function runsLine({ elsewhere, again, afterKill }: RunsReport): string {
  return `on other machines × ${elsewhere}, again where it had run × ${again}, again where it had been killed × ${afterKill}`;
}

/** What was played of the work that requests begin, and of the processes that do it. */
function jobs({ jobs: played }: Played): string | null {
  if (played === null) return null;
  const ended = (what: string, modes: Readonly<Record<string, readonly number[]>>) => {
    const said = Object.entries(modes).filter(([, steps]) => steps.length > 0);
    return said.length === 0 ? [] : [`${what} ${said.map(([mode, steps]) => `${mode} × ${steps.length}`).join(', ')}`];
  };
  const parts = [
    ...(played.apart ? ['workers on disks of their own'] : []),
    ...ended('web ended right after its reply:', played.deaths),
    ...ended('workers ended in the midst of work:', played.cut),
    ...ended('between jobs:', played.between),
    ...(played.more.length === 0 ? [] : [`one more ${played.more.join(', one more ')}`]),
  ];
  return parts.length === 0 ? 'nothing was played' : parts.join('; ');
}

function uncovered({ pairsUncovered, triples, triplesCovered }: Played, limit: number): string | null {
  const pairs = some(pairsUncovered.map(pair), limit);
  const parts = [
    ...(pairs === null ? [] : [`pairs ${pairs}`]),
    ...(triplesCovered < triples ? [`${count(triples - triplesCovered, 'pattern')} of three`] : []),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}

/** What was played once a login, say, was played on every process. */
function behindLine({
  findings,
  footing,
  refused,
  pairs,
  pairsOf,
  diskPairs,
  restarts,
}: BehindReport): [label: string, text: string] {
  const label = findings.length === 1 ? `behind ${findings[0]}` : 'behind';
  const of = findings.length === 1 ? '' : `findings ${findings.join(', ')}: `;
  const played = `step${footing.length === 1 ? '' : 's'} ${footing.join(', ')}`;
  if (refused !== null) return [label, `${of}not tried: ${refused}`];
  const parts = [
    ...(pairs > 0 ? [`${pairs}/${pairsOf} pairs`] : []),
    ...behindRestarts(restarts),
    ...(diskPairs !== null && diskPairs > 0 ? [`${diskPairs}/${pairsOf} pairs on two disks`] : []),
  ];
  return [label, `${of}with ${played} played on every process: ${parts.join('; ') || 'no two steps left to be parted'}`];
}

function tiedSteps(tied: readonly TiedStep[]): string | null {
  if (tied.length === 0) return null;
  const findings = [...new Set(tied.flatMap((one) => one.findings))];
  const because = findings.length === 0 ? 'a finding' : `finding${findings.length === 1 ? '' : 's'} ${findings.join(', ')}`;
  return `step${tied.length === 1 ? '' : 's'} ${ranges(tied.map(({ step }) => step))}: judged only together with earlier ones, because of ${because}`;
}

function pair([first, second]: readonly [number, number]): string {
  return `${first + 1}–${second + 1}`;
}
