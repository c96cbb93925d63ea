import { describe, expect, it } from 'vitest';
import { readEvidence } from '../src/evidence/read.ts';
import { judgeFile } from '../src/judge-file.ts';
import { header } from '../src/model/observation.ts';
import { run, workspace } from './support/cli.ts';

/** Pages that refer to 20 scripts, each of which takes its time. */
const SOURCE = `
import { createServer } from 'node:http';
let open = 0;
createServer((request, response) => {
  open++;
  response.on('close', () => open--);
  response.setHeader('x-open', open);
  const script = /^\\/(\\d+)\\.js$/.exec(request.url);
  if (script !== null) return setTimeout(() => response.writeHead(200, { 'content-type': 'text/javascript' }).end('f(' + script[1] + ')'), 50);
  response.setHeader('content-type', 'text/html');
  response.end(Array.from({ length: 20 }, (_, n) => '<script src="/' + n + '.js"></script>').join('') + '<p>' + request.url + '</p>');
}).listen(process.env.PORT, '127.0.0.1');`;
const OWN = 5;
const VISIT = Array.from({ length: OWN }, (_, n) => `GET http://localhost/page/${n}`).join('\n\n###\n');

describe('pages with many assets', () => {
  it('have them fetched in one trial of the search on each axis of the disk', async () => {
    await using folder = await workspace({ 'app.mjs': SOURCE, 'visit.http': VISIT });
    const args = ['check', '--session', 'visit.http', '--seed', '1', '--output', 'out', '--', process.execPath, 'app.mjs'];
    const { exitCode } = await run(args, { cwd: folder.path });
    expect(exitCode).toBe(0);
    const { file, records } = readEvidence(`${folder.path}/out`);
    const trials = records.flatMap((record) => (record.kind === 'observation' ? [record.observation] : []));
    const fetching = (axis: string) => trials.filter(({ schedule, exchanges }) => schedule.axis === axis && exchanges.length > OWN);
    expect(trials.filter(({ schedule }) => schedule.axis === 'sibling').length).toBeGreaterThan(3);
    expect(fetching('sibling')).toHaveLength(1);
    for (const axis of ['disk', 'successor', 'relocation', 'wipe']) expect(fetching(axis).length, axis).toBeLessThanOrEqual(1);
    // Six at once, as browsers do.
    const controls = trials.filter(({ schedule, exchanges }) => schedule.axis === 'control' && exchanges.length > OWN);
    expect(controls.length).toBeGreaterThan(1);
    for (const { exchanges } of controls) {
      const open = exchanges.map(({ reply }) => (reply.outcome === 'answered' ? Number(header(reply.headers, 'x-open')) : 0));
      expect(Math.max(...open.slice(0, OWN))).toBe(1);
      expect(Math.max(...open.slice(OWN))).toBe(6);
    }
    const [session] = judgeFile(file).sessions;
    expect(session?.assets).toBe(20);
    expect(session?.coverage?.pairsUncovered).toEqual([]);
  });

  it('are not fetched again by those who find out what writes do', async () => {
    const visit = ['GET http://localhost/', 'POST http://localhost/a\n\nx=1', 'POST http://localhost/b\n\nx=1'].join('\n\n###\n');
    await using folder = await workspace({ 'app.mjs': SOURCE, 'visit.http': visit });
    const args = ['check', '--session', 'visit.http', '--seed', '1', '--output', 'out', '--', process.execPath, 'app.mjs'];
    await run(args, { cwd: folder.path });
    const { file, records } = readEvidence(`${folder.path}/out`);
    const mutated = records.flatMap((record) => {
      if (record.kind !== 'observation') return [];
      const { schedule, exchanges } = record.observation;
      return 'step' in schedule.variant && schedule.variant.step !== null ? [exchanges.length] : [];
    });
    expect(mutated.length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...mutated)).toBeLessThan(20);
    expect(judgeFile(file).sessions[0]?.effects.map(({ kind }) => kind)).toEqual(['unread', 'unread']);
  });
});
