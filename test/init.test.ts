import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandIn } from '../src/project/command.ts';
import { servicesIn } from '../src/project/images.ts';
import { APPS, run, workspace } from './support/cli.ts';

const APP = await readFile(join(APPS, 'notes.mjs'), 'utf8');
const PROJECT = {
  'package.json': '{"scripts":{"start":"node server.mjs"}}',
  'server.mjs': APP,
  'routes.js': "app.get('/healthz', ok);",
  'compose.yaml': 'services:\n  cache:\n    image: docker.io/library/redis:7-alpine\n  web:\n    build: .\n',
};
const HOST = ['--host', 'copy'];

describe('init', () => {
  it('writes a config and a session, and asks nothing where nobody can answer', async () => {
    await using folder = await workspace(PROJECT);
    const { exitCode, stdout, stderr } = await run(['init', ...HOST], { cwd: folder.path });
    expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('Warning')]);
    expect(stdout).toMatch(/npm start +\(package\.json\)[\s\S]*\/healthz +\(routes\.js\)[\s\S]*redis \(compose\.yaml\)/);
    expect(stdout).toMatch(/POST \/notes \(Add\)[\s\S]*Played once: \d+ steps, all answered as they should be/);
    const config: unknown = JSON.parse(await readFile(join(folder.path, 'share-nothing.config.json'), 'utf8'));
    expect(config).toEqual({
      command: 'npm start',
      app: { ready: { path: '/healthz' } },
      services: ['redis'],
      host: 'copy',
      sessions: ['session.http'],
    });
    const again = await run(['init', ...HOST], { cwd: folder.path });
    expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining('share-nothing.config.json is there already')]);
  });

  it('leaves a session that is there as it is', async () => {
    const own = 'GET /\n\n###\nGET /gone\n';
    await using folder = await workspace({
      'server.mjs': APP.replace("'/healthz'", "'/gone') return response.writeHead(404).end(); if (request.url === '/healthz'"),
      'session.http': own,
    });
    const { exitCode, stdout } = await run(['init', ...HOST, '--', 'node', 'server.mjs'], { cwd: folder.path });
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(/step 2 "GET \/gone" was answered 404[\s\S]*session\.http was there already/),
    ]);
    expect(await readFile(join(folder.path, 'session.http'), 'utf8')).toBe(own);
  });

  it.each([
    ['in an empty folder', {}, [], /nothing here says how the app is started: nothing was written[\s\S]*init -- node server\.js/],
    ['if the app does not start', {}, ['--', 'node', 'none.js'], /none\.js/],
    [
      'if the app answers nothing',
      { 'server.mjs': APP.replace("if (request.url === '/healthz')", "return response.writeHead(500).end('no'); if (false)") },
      ['--', 'node', 'server.mjs'],
      /GET \/ was answered with 500/,
    ],
  ])('writes nothing %s', async (_, files: Record<string, string>, command, why) => {
    await using folder = await workspace(files);
    const { exitCode, stderr } = await run(['init', ...HOST, ...command], { cwd: folder.path });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(why)]);
    expect(['share-nothing.config.json', 'session.http'].filter((file) => existsSync(join(folder.path, file)))).toEqual([]);
  });
});

describe('what a project says', () => {
  it.each<[Record<string, string>, string | null]>([
    [{ 'package.json': '{"scripts":{"start":"x"}}' }, 'npm start'],
    [{ 'package.json': '{"main":"lib/a.js"}', 'lib/a.js': '' }, 'node lib/a.js'],
    [{ 'manage.py': '' }, 'python3 manage.py runserver --noreload 127.0.0.1:"$PORT"'],
    [{ 'main.py': 'api = FastAPI()\n' }, 'uvicorn main:api --port "$PORT"'],
    [{ 'app.py': 'app = Flask(__name__)\n' }, 'flask --app app run --port "$PORT"'],
    [{ 'bin/rails': '' }, 'bin/rails server -b 127.0.0.1 -p "$PORT"'],
    [{ 'public/index.php': '' }, 'php -S 127.0.0.1:"$PORT" -t public'],
    [{ 'go.mod': '', 'main.go': '' }, 'go run .'],
    [{ 'target/shop-1.jar': '', 'target/shop-1-sources.jar': '', 'pom.xml': '' }, 'java -jar target/shop-1.jar'],
    [{ Dockerfile: 'FROM node\nENTRYPOINT ["node"]\nCMD ["a b.js", "--x"]\n' }, 'node "a b.js" --x'],
    [{ 'package.json': 'no json' }, null],
  ])('of %j is %s', async (files, wanted) => {
    await using folder = await workspace(files);
    expect(commandIn(folder.path, [])?.text ?? null).toBe(wanted);
  });

  it('of the services beside it is read from compose files', () => {
    expect(
      servicesIn('services: { a: { image: "postgis/postgis:16" }, b: { image: mysql }, c: { image: "my-redis-app:1" }, d: {} }'),
    ).toEqual(['postgres', 'mariadb']);
    expect(servicesIn('services: [')).toEqual([]);
  });
});
