import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** Folders of `src` (or single files) that each folder may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  markup: [],
  difference: ['model', 'markup'],
  oracle: ['model', 'markup'],
  report: ['model'],
  'pages/shared': ['model'],
  'pages/report': ['model', 'report', 'pages/shared'],
  'pages/dashboard': ['model', 'pages/shared'],
  'pages/record': ['model', 'pages/shared'],
  checks: ['model', 'oracle', 'difference'],
  config: ['model', 'errors.ts'],
  supervisor: ['model', 'errors.ts'],
  router: ['model', 'errors.ts'],
  session: ['model', 'errors.ts', 'markup'],
  explore: ['model', 'errors.ts', 'session', 'markup'],
  project: ['model'],
  services: ['model', 'errors.ts', 'packaged.ts'],
  evidence: ['model', 'errors.ts', 'markup'],
  live: ['model', 'errors.ts', 'oracle', 'difference', 'config', 'supervisor', 'router', 'session', 'evidence'],
  record: ['model', 'errors.ts', 'session', 'evidence', 'live'],
  trials: ['model', 'errors.ts', 'oracle', 'config', 'supervisor', 'router', 'session', 'services', 'evidence'],
  search: ['model', 'errors.ts', 'oracle', 'supervisor', 'session', 'trials'],
};

/** Pure code: the same input gives the same output, on any runtime. */
const PURE =
  /^(model|markup|difference|oracle|checks|report)\/|^search\/(?:coverage\/(?:families|pins|coverage-account)|explain\/(?:minimise|pivot))\.ts$/;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(join(SRC, file), 'utf8') }));

function imports(file: string, text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) =>
    specifier.startsWith('.') ? relative(SRC, resolve(SRC, file, '..', specifier)) : specifier,
  );
}

/** The room of the table that a file is in: its folder in `src`, or one within that where each has a line of its own. */
function roomOf(file: string): string {
  const [folder = '', inner = ''] = file.split('/');
  return `${folder}/${inner}` in MAY_IMPORT ? `${folder}/${inner}` : folder;
}

describe('the import table of docs/architecture.md', () => {
  it('is kept', () => {
    const wrong = files.flatMap(({ file, text }) => {
      const room = roomOf(file);
      const allowed = MAY_IMPORT[room];
      if (allowed === undefined) return [];
      const own = imports(file, text).filter((target) => files.some((other) => other.file === target));
      return own.filter((target) => ![room, ...allowed].includes(roomOf(target))).map((target) => `${file} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('holds no circles', () => {
    const targets = new Map(
      files.map(({ file, text }) => [file, imports(file, text).filter((target) => files.some((other) => other.file === target))]),
    );
    const done = new Set<string>();
    const circle = (file: string, path: readonly string[]): readonly string[] | null => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
      if (done.has(file)) return null;
      for (const target of targets.get(file) ?? []) {
        const found = circle(target, [...path, file]);
        if (found !== null) return found;
      }
      done.add(file);
      return null;
    };
    expect(files.map(({ file }) => circle(file, [])).find((found) => found !== null) ?? []).toEqual([]);
  });

  it('lets only the command line know the terminal', () => {
    const folders = files.filter(({ file }) => !file.startsWith('cli'));
    expect(
      folders.flatMap(({ file, text }) =>
        imports(file, text)
          .filter((target) => target.startsWith('cli'))
          .map((target) => `${file} imports ${target}`),
      ),
    ).toEqual([]);
    expect(folders.filter(({ text }) => /process\.(exit\(|stdout|stderr)|console\./.test(text)).map(({ file }) => file)).toEqual(
      [],
    );
  });
});

describe('pure folders', () => {
  it('use no Node.js module, clock or chance', () => {
    const wrong = files.filter(
      ({ file, text }) => PURE.test(file) && (/'node:/.test(text) || /\bDate\.now\(|new Date\(\)|performance\.now\(/.test(text)),
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });
});

describe('chance', () => {
  it('comes from the seed everywhere', () => {
    expect(
      files
        .filter(({ file, text }) => /Math\.random\(/.test(text) && file !== 'trials/equal-boot-preloads.ts')
        .map(({ file }) => file),
    ).toEqual([]);
  });
});

describe('files', () => {
  it('are at most 250 lines long', () => {
    expect(files.filter(({ text }) => text.split('\n').length > 251).map(({ file }) => file)).toEqual([]);
  });
});
