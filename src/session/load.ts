import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Capture, Session, Step, Template, TemplatePart } from '../model/session.ts';
export async function loadSession(path: string, _o: { variables: Readonly<Record<string, string>> }): Promise<Session> {
  const text = readFileSync(path, 'utf8');
  const vars = new Map<string, string>();
  const blocks: Step[] = [];
  let line = 1;
  const caps: [string, Capture][] = [];
  let key = 0;
  const tpl = (s: string): Template => {
    const parts: TemplatePart[] = [];
    let last = 0;
    for (const m of s.matchAll(/\{\{([^}]+)\}\}/g)) {
      if (m.index > last) parts.push({ kind: 'text', text: s.slice(last, m.index) });
      const e = (m[1] ?? '').trim();
      last = m.index + m[0].length;
      if (vars.has(e)) {
        const v = vars.get(e) ?? '';
        const g = /^\{\{\$(\w+)\}\}$/.exec(v);
        if (g) parts.push({ kind: 'generated', name: g[1] ?? '', args: [], key: e });
        else parts.push(...tpl(v));
      } else if (e.startsWith('$'))
        parts.push({ kind: 'generated', name: e.slice(1).split(' ')[0] ?? '', args: e.split(' ').slice(1), key: `k${key++}` });
      else if (/^\w+\.response\./.test(e)) {
        const [, n = '', where = '', p = ''] = /^(\w+)\.response\.(body|headers)\.(.*)$/.exec(e) ?? [];
        caps.push([
          n,
          { name: e, from: where === 'headers' ? { kind: 'header', name: p.toLowerCase() } : { kind: 'json', path: p } },
        ]);
        parts.push({ kind: 'variable', name: e });
      } else parts.push({ kind: 'variable', name: e });
    }
    if (last < s.length) parts.push({ kind: 'text', text: s.slice(last) });
    return parts;
  };
  for (const raw of text.split(/^###.*$/m)) {
    const lines = raw.split('\n');
    let name: string | null = null;
    let st: any = null;
    const hs: any[] = [];
    let body: string[] | null = null;
    let follow = true;
    lines.forEach((l, i) => {
      const v = /^@(\w+)\s*=\s*(.*)$/.exec(l);
      if (v && !st) {
        vars.set(v[1] ?? '', v[2] ?? '');
        return;
      }
      const n = /^(?:#|\/\/)\s*@name\s+(\S+)/.exec(l);
      if (n) {
        name = n[1] ?? null;
        return;
      }
      if (/@no-redirect/.test(l)) {
        follow = false;
        return;
      }
      if (!st && /^(#|\/\/)/.test(l)) return;
      if (!st) {
        const m = /^(GET|POST|PUT|DELETE|PATCH|HEAD)\s+(\S+)/.exec(l);
        if (m)
          st = { method: m[1], target: (m[2] ?? '').replace(/^(https?:\/\/[^/]+|\{\{(host|baseUrl)\}\})/, ''), line: line + i };
        return;
      }
      if (body) {
        body.push(l);
        return;
      }
      if (l.trim() === '') {
        body = [];
        return;
      }
      const h = /^([\w-]+):\s*(.*)$/.exec(l);
      if (h) hs.push([h[1] ?? '', tpl(h[2] ?? '')]);
    });
    line += lines.length;
    if (st)
      blocks.push({
        name,
        line: st.line,
        visitor: 0,
        method: st.method,
        target: tpl(st.target),
        headers: hs,
        body:
          body && (body as string[]).join('\n').trim() ? { kind: 'text', text: tpl((body as string[]).join('\n').trim()) } : null,
        captures: [],
        expectations: [],
        followRedirects: follow,
        useCookies: true,
        follows: null,
      });
  }
  return {
    name: basename(path),
    file: resolve(path),
    steps: blocks.map((b) => ({ ...b, captures: caps.filter(([n]) => n === b.name).map(([, c]) => c) })),
  };
}
