import { describe, expect, it } from 'vitest';
import { createStandings, jarOf } from '../../src/session/play/standing.ts';

const NONE = { visitor: 0, target: '/', lines: [] };

describe('what visitors have at several places', () => {
  it('is one where nothing is played at each', () => {
    const standings = createStandings<string>([]);
    expect(standings.at('0.0')).toBe(standings.at('1.0'));
  });

  it('keeps apart what the footing gave, and shares what other steps did', () => {
    const standings = createStandings<string>([0]);
    const [here, there] = [standings.at('0.0'), standings.at('1.0')];
    const give = (place: string, step: number, { cookie, value }: { cookie: string; value: string }) => {
      const { globals, past, jars } = standings.at(place);
      const before = new Map(globals);
      globals.set(`value${step}`, value);
      past[step] = value;
      jarOf({ jars }, 0).store('/', [cookie]);
      standings.share(place, step, { before, cookies: { ...NONE, lines: [cookie] } });
    };
    give('0.0', 0, { cookie: 'sid=a; Path=/', value: 'a' });
    give('1.0', 0, { cookie: 'sid=b; Path=/', value: 'b' });
    give('0.0', 1, { cookie: 'theme=dark; Path=/', value: 'order 7' });
    // A session that is renewed later is still of its place.
    give('0.0', 2, { cookie: 'sid=c; Path=/', value: 'renewed' });
    expect(jarOf(here, 0).header('/')).toBe('sid=c; theme=dark');
    expect(jarOf(there, 0).header('/')).toBe('sid=b; theme=dark');
    expect([here.globals.get('value0'), there.globals.get('value0')]).toEqual(['a', 'b']);
    expect([there.globals.get('value1'), there.past[1], there.past[0]]).toEqual(['order 7', 'order 7', 'b']);
    const later = standings.at('1.1');
    expect(jarOf(later, 0).header('/')).toBe('theme=dark');
    expect([later.globals.get('value0'), later.globals.get('value1')]).toEqual([undefined, 'order 7']);
  });
});
