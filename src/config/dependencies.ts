import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Manifests of package managers, and what in them names a dependency: the first group of each match. */
const MANIFESTS: readonly (readonly [file: string, names: RegExp])[] = [
  ['requirements.txt', /^\s*([A-Za-z][\w.-]*)/gm],
  ['pyproject.toml', /^\s*"?([A-Za-z][\w.-]*)"?\s*(?:=|[<>~!]=|",?$)/gm],
  ['Gemfile', /^\s*gem\s+['"]([\w.-]+)['"]/gm],
  ['go.mod', /^\s*(?:require\s+)?([\w.-]+\.[\w.-]+\/[\w./-]+)\s+v\d/gm],
  ['pom.xml', /<artifactId>([\w.-]+)<\/artifactId>/g],
  ['build.gradle', /['"][\w.-]+:([\w.-]+)(?::[^'"]*)?['"]/g],
  ['build.gradle.kts', /['"][\w.-]+:([\w.-]+)(?::[^'"]*)?['"]/g],
  ['mix.exs', /\{:(\w+),/g],
  ['Cargo.toml', /^\s*([\w-]+)\s*=\s*(?:"[\d^~*]|\{\s*version)/gm],
];
/** In JSON: the keys that hold names of dependencies as keys. */
const JSON_MANIFESTS: readonly (readonly [file: string, keys: readonly string[]])[] = [
  ['package.json', ['dependencies']],
  ['composer.json', ['require']],
];
const MAX_NAMES = 1_000;
const MAX_CHARS = 1_000_000;

/** Names of what an app depends on, as the manifests in its folder have them, in alphabetical order; what cannot be read says nothing. */
export async function readDependencies(folder: string): Promise<string[]> {
  const text = async (file: string) => (await readFile(join(folder, file), 'utf8').catch(() => '')).slice(0, MAX_CHARS);
  const plain = MANIFESTS.map(async ([file, names]) => [...(await text(file)).matchAll(names)].map(([, name = '']) => name));
  const json = JSON_MANIFESTS.map(async ([file, keys]) => namesIn(await text(file), keys));
  const all = (await Promise.all([...plain, ...json])).flat();
  return [...new Set(all)].sort().slice(0, MAX_NAMES);
}

function namesIn(text: string, keys: readonly string[]): string[] {
  try {
    const manifest = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return keys.flatMap((key) => Object.keys(manifest[key] ?? {}));
  } catch {
    return [];
  }
}
