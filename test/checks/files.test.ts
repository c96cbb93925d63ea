import { describe, expect, it } from 'vitest';
import type { Dependency } from '../../src/checks/facts/dependency.ts';
import { filesOf, leftBehind, volumeHint } from '../../src/checks/facts/files.ts';
import { residueOf } from '../../src/checks/facts/residue.ts';
import type { SessionEvidence } from '../../src/checks/facts/session-evidence.ts';
import type { Suspicion } from '../../src/model/evidence.ts';
import type { JournalEntry } from '../../src/model/journal.ts';
import { fileKind } from '../../src/oracle/values/file-kind.ts';
import { play } from '../support/observations.ts';

function entry(path: string, step: number | null, part: Partial<JournalEntry> = {}): JournalEntry {
  return { step, by: 'web.1', path, change: 'created', bytes: 1, kind: fileKind(path), ...part };
}

const journal = (...entries: JournalEntry[]) => ({ ...play([{}, {}, {}]), journal: { entries, truncated: false } });
const SUSPICION: Suspicion = {
  session: 0,
  number: 0,
  step: 2,
  moved: 2,
  axis: 'disk',
  sources: [1],
  warm: [],
  mode: null,
  failing: [],
  passing: [],
  probes: [],
  affected: [],
  footing: [],
  within: [],
  subtracted: [],
  again: null,
};
const paths = (entries: readonly JournalEntry[]) => entries.map(({ path }) => path);

describe('the kind of a file', () => {
  it.each([
    ['upload', '/uploads/a.png'],
    ['upload', '/a.pdf'],
    ['session', '/tmp/sess_0123'],
    ['session', '/sessions/ab.json'],
    ['database', '/data/shop.sqlite'],
    ['database', '/data/shop.sqlite-wal'],
    ['cache', '/.cache/templates/a.json'],
    ['cache', '/lib/__pycache__/a.cpython-311.pyc'],
    ['asset', '/public/app.css'],
    ['log', '/logs/access.log'],
    ['lock', '/run/app.pid'],
    ['temporary', '/tmp/4f3a'],
    ['other', '/posts.json'],
    ['lock', '/tmp/hsperfdata_app/4711'],
  ])('is %s: %s', (kind, path) => expect(fileKind(path)).toBe(kind));
});

describe('the files of a finding', () => {
  it('are those that its sources wrote, without logs', () => {
    const arm = journal(entry('/boot', null), entry('/a', 0), entry('/b', 1), entry('/access.log', 1), entry('/c', 2));
    expect(paths(filesOf(SUSPICION, arm, false))).toEqual(['/b']);
  });

  it('are folders only where nothing was put into them', () => {
    const arm = journal(entry('/made/', 1), entry('/made/a', 1), entry('/held/', 1));
    expect(paths(filesOf(SUSPICION, arm, false))).toEqual(['/made/a', '/held/']);
  });

  it('are those of other earlier steps where the sources were not seen to write, as some write late', () => {
    expect(paths(filesOf(SUSPICION, journal(entry('/boot', null), entry('/a', 0), entry('/c', 2)), false))).toEqual(['/a']);
  });

  it('are those of the boot where equal boots mend it', () => {
    expect(paths(filesOf(SUSPICION, journal(entry('/key', null), entry('/b', 1)), true))).toEqual(['/key']);
  });

  it('are also those that were there before and are deleted, but not what came and went', () => {
    const gone = (path: string) => entry(path, 1, { change: 'deleted' });
    expect(filesOf(SUSPICION, journal(gone('/shipped'), entry('/temporary', 1), gone('/temporary')), false)).toEqual([
      gone('/shipped'),
      entry('/temporary', 1),
    ]);
    expect(paths(filesOf(SUSPICION, journal(gone('/shipped')), false))).toEqual(['/shipped']);
  });

  it('are none where nothing was written in time', () => {
    expect(filesOf(SUSPICION, journal(entry('/c', 2), entry('/b', 2, { change: 'deleted' })), false)).toEqual([]);
    expect(filesOf(SUSPICION, undefined, false)).toEqual([]);
  });

  it('may lie in a volume, unless their folder holds more than them', () => {
    const nested = entry('/srv/app/data/ann/9f1c2a04-77aa-4c1e-9d53-0c2f1be5a001/a.ics', 1);
    expect(volumeHint([nested], '/srv/app').join()).toMatch(/--volume \/srv\/app\/data\/ann$/);
    expect(volumeHint([entry('/app/uploads/2026/11/a.png', 1)], '/app').join()).toMatch(/--volume \/app\/uploads$/);
    expect(volumeHint([entry('/app/uploads/2026-11-28/a.png', 1)], '/app').join()).toMatch(/--volume \/app\/uploads$/);
    expect(volumeHint([entry('/app/uploads/a', 1)], '/app')).toEqual([expect.stringContaining('--volume /app/uploads')]);
    for (const path of ['/tmp/a', '/app/a', '/a']) expect(volumeHint([entry(path, 1)], '/app')).toEqual([]);
    expect(volumeHint([], '/app')).toEqual([]);
  });
});

it('what is left behind is what steps created and nobody removed', () => {
  const left = leftBehind(
    journal(
      entry('/boot', null),
      entry('/gone', 0),
      entry('/kept', 1),
      entry('/gone', 1, { change: 'deleted' }),
      entry('/kept', 2, { change: 'changed', bytes: 9 }),
    ),
  );
  expect([...left].map(([step, entries]) => [step, paths(entries), entries[0]?.bytes])).toEqual([[1, ['/kept'], 9]]);
});

describe('files that nothing was seen to need', () => {
  const control = journal(entry('/a.dat', 0), entry('/b.dat', 1));
  const residue = (...suspicions: Partial<Suspicion>[]) => residueBeside({}, ...suspicions);
  const residueBeside = (probes: Dependency['probes'], ...suspicions: Partial<Suspicion>[]) => {
    const dependencies = suspicions.map((part) => ({ suspicion: { ...SUSPICION, ...part }, probes }) as Dependency);
    return residueOf({ dependencies, observations: [control, control], learned: [] } as unknown as SessionEvidence, 0).map(
      ({ step }) => step,
    );
  };

  it('are those that steps leave in every play', () => expect(residue()).toEqual([0, 1]));

  it('are none of steps that a finding about files ties: later ones may need them', () => {
    expect(residue({ sources: [0], step: 1 })).toEqual([]);
    expect(residue({ sources: [], step: 2, affected: [1] })).toEqual([0]);
    expect(residue({ sources: [0], step: 1, axis: 'sibling' })).toEqual([0, 1]);
  });

  it('are none of steps whose work comes back after a restart', () => {
    expect(residueBeside({ deploy: 'same', crash: 'different' }, { sources: [0], step: 1, axis: 'sibling' })).toEqual([1]);
    expect(residueBeside({ deploy: 'different' }, { sources: [0], step: 1, axis: 'sibling' })).toEqual([0, 1]);
  });
});
