import { expect, it } from 'vitest';
import { readDependencies } from '../../src/config/dependencies.ts';
import { workspace } from '../support/cli.ts';

it.each([
  ['package.json', '{"dependencies":{"multer":"1","@tus/server":"2"},"devDependencies":{"vitest":"4"}}', ['@tus/server', 'multer']],
  ['composer.json', '{"require":{"php":">=8","laravel/framework":"^11"}}', ['laravel/framework', 'php']],
  ['requirements.txt', '# web\nDjango==3.2\nflask[async]>=2 ; python_version > "3"\n-r more.txt\n', ['Django', 'flask']],
  ['pyproject.toml', '[project]\ndependencies = [\n  "fastapi>=0.100",\n  "uvicorn",\n]\n', ['fastapi', 'uvicorn']],
  ['Gemfile', "source 'https://rubygems.org'\ngem 'rails', '~> 6.1'\n  gem \"puma\"\n", ['puma', 'rails']],
  ['go.mod', 'module shop\nrequire (\n\tgithub.com/gin-gonic/gin v1.9.0\n)\n', ['github.com/gin-gonic/gin']],
  ['pom.xml', '<dependency><artifactId>spring-session-core</artifactId></dependency>', ['spring-session-core']],
  ['mix.exs', 'defp deps, do: [{:phoenix, "~> 1.7"}]', ['phoenix']],
  ['package.json', 'no json', []],
])('dependencies are read from %s', async (file, text, names) => {
  await using folder = await workspace({ [file]: text });
  expect(await readDependencies(folder.path)).toEqual(expect.arrayContaining(names));
  if (file.endsWith('.json') || names.length < 2) expect(await readDependencies(folder.path)).toEqual(names);
});
