import { describe, expect, it } from 'vitest';
import type { Reply } from '../../src/model/observation.ts';
import { templateText } from '../../src/model/session.ts';
import { references, withAssets } from '../../src/session/growth/assets.ts';
import { unrollRedirects } from '../../src/session/growth/unroll.ts';
import { answered as told } from '../support/observations.ts';
import { answered, play, serve, session } from './server.ts';

function reply(type: string, text: string): Extract<Reply, { outcome: 'answered' }> {
  const made = told({ text });
  if (made.outcome !== 'answered') throw new Error('no answer');
  return { ...made, headers: [['content-type', type]] };
}

function targets(type: string, text: string, at = '/shop/page'): string[] {
  return references(reply(type, text), at).map(({ target }) => target);
}

describe('a page refers to', () => {
  it('style sheets, scripts, icons and images, but not to other sites, documents or data', () => {
    const page = [
      '<link rel="stylesheet" href="/a.css?v=1&amp;w=2"><link rel="alternate" href="/feed.xml"><link rel=canonical href=/x>',
      '<link rel="shortcut icon" href="favicon.ico"><link rel=modulepreload href=../m.js><link rel=manifest href="/site.json">',
      '<script src="b.js"></script><script src="https://cdn.example/c.js"></script><script src=""></script>',
      '<img src="i.png" srcset="i-2x.png 2x, /i-3x.png 3x"><img src="/track?id=1"><img src="data:image/png;base64,AA">',
      '<picture><source srcset="p.webp"></picture><a href="/other">x</a>',
    ].join('');
    expect(targets('text/html; charset=utf-8', page)).toEqual([
      '/a.css?v=1&w=2',
      '/shop/favicon.ico',
      '/m.js',
      '/site.json',
      '/shop/b.js',
      '/shop/i.png',
      '/shop/i-2x.png',
      '/i-3x.png',
      '/shop/p.webp',
    ]);
  });

  it('what its own styles and modules name', () => {
    const page =
      '<style>@import "a.css"; b { background: url(c.png) }</style><script type=module>import x from "./d.js"; import("/e.js")</script>';
    expect(targets('text/html', page)).toEqual(['/shop/a.css', '/shop/c.png', '/shop/d.js', '/e.js']);
  });
});

it('a style sheet refers to others, images, fonts and its map', () => {
  const css =
    '@import url("base.css"); @import \'x.css\'; a { background: url( ../i.png ) } @font-face { src: url(f.woff2) }\n/*# sourceMappingURL=s.css.map */';
  expect(targets('text/css', css, '/css/s.css')).toEqual([
    '/css/base.css',
    '/css/x.css',
    '/i.png',
    '/css/f.woff2',
    '/css/s.css.map',
  ]);
});

it('a script refers to the modules that it imports by path, and to its map', () => {
  const script =
    'import a from "./a.js"; export * from "../b.js"; const c = () => import("/c.js"); import react from "react";\n//# sourceMappingURL=s.js.map';
  expect(targets('text/javascript', script, '/js/s.js')).toEqual(['/js/a.js', '/b.js', '/c.js', '/js/s.js.map']);
});

it('hostile pages are read in time', { timeout: 10_000 }, () => {
  for (const text of ['url('.repeat(300_000), '@import '.repeat(200_000), 'from'.repeat(300_000), `import${' '.repeat(1_000_000)}`])
    for (const type of ['text/css', 'text/javascript', 'text/html']) expect(targets(type, text)).toEqual([]);
});

describe('assets become steps at the end', () => {
  const PAGE = reply('text/html', '<link rel=stylesheet href=/app-0123456789ab.css><script src=/gone.js></script>');
  const GONE: Reply = { ...told({ text: 'no', status: 404 }) };

  it('once, also when they are called otherwise in the next play, and not if they are not answered', () => {
    const lost = new Set<string>();
    const first = withAssets(session('GET /\n###\nGET /about\n###\nPOST /x'), [PAGE, PAGE, PAGE], lost);
    expect(first?.steps.map(({ target }) => templateText(target))).toEqual([
      '/',
      '/about',
      '/x',
      '/app-0123456789ab.css',
      '/gone.js',
    ]);
    expect(first?.steps[3]).toMatchObject({ asset: { page: 0 }, follows: null, line: 1 });
    const css = reply('text/css', '@import "/more.css"');
    const other = reply('text/html', '<link rel=stylesheet href=/app-ba9876543210.css><script src=/gone.js></script>');
    const second = first && withAssets(first, [other, other, other, css, GONE], lost);
    expect(second?.steps.map(({ target }) => templateText(target)).slice(3)).toEqual(['/app-0123456789ab.css', '/more.css']);
    expect(second?.steps[4]?.asset?.page).toBe(3);
    expect(second && withAssets(second, [other, other, other, css, reply('text/css', '')], lost)).toBeNull();
  });

  it('and stay with their page when a redirect before it becomes a step', () => {
    const dressed = withAssets(session('GET /old\n###\nGET /'), [reply('text/plain', ''), PAGE], new Set()) ?? session('GET /');
    const moved: Reply = { ...reply('text/plain', ''), status: 302, headers: [['location', '/new']] };
    const unrolled = unrollRedirects(dressed, [moved, PAGE, reply('text/css', ''), GONE]);
    expect(unrolled?.steps.map(({ asset }) => asset?.page ?? null)).toEqual([null, null, null, 2, 2]);
  });

  it('none that the session asks for itself, and at most twenty', () => {
    const many = Array.from({ length: 30 }, (_, index) => `<script src=/${index}/s.js></script>`).join('');
    expect(
      withAssets(session('GET /\n###\nGET /0/s.js?x=1'), [reply('text/html', many), reply('text/javascript', '')], new Set())
        ?.steps,
    ).toHaveLength(22);
  });

  it('and are fetched where the page of this play has them', async () => {
    let version = 0;
    const origin = await serve((request, response) => {
      response.setHeader('content-type', request.url === '/' ? 'text/html' : 'text/css');
      response.end(request.url === '/' ? `<link rel=stylesheet href=/v${++version}/app.css>` : `${request.url}`);
    });
    const dressed = withAssets(session('GET /'), [reply('text/html', '<link rel=stylesheet href=/v0/app.css>')], new Set());
    for (const expected of ['/v1/app.css', '/v2/app.css']) {
      const playing = play(dressed ?? session('GET /'), origin);
      await playing.send(0);
      expect(answered((await playing.send(1)).reply).body.text).toBe(expected);
    }
    expect((await play(dressed ?? session('GET /'), origin).send(1)).reply).toMatchObject({ outcome: 'unsent' });
  });
});
