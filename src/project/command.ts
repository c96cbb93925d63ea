import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Something that a project's files say, and the file that says it. */
export interface Said {
  readonly text: string;
  readonly from: string;
}

/** Files that Node.js apps begin with, where no script says so. */
const ENTRIES = [
  'server.js',
  'app.js',
  'index.js',
  'server.mjs',
  'app.mjs',
  'index.mjs',
  'src/server.js',
  'src/index.js',
  'src/app.js',
];
const PORT = '"$PORT"';

/**
 * How a project's app is started, as its files say; `null`: none of them does. A Procfile is not asked, as it is read wherever no command is
 * named. `packages`: what the project depends on.
 */
export function commandIn(folder: string, packages: readonly string[]): Said | null {
  const has = (file: string) => existsSync(join(folder, file));
  const uses = (pattern: RegExp) => packages.some((name) => pattern.test(name));
  const text = (file: string) => (has(file) ? readFileSync(join(folder, file), 'utf8') : '');
  const said = (words: string, from: string): Said => ({ text: words, from });
  const { scripts = {}, main } = manifest(text('package.json'));
  if (scripts.start !== undefined) return said('npm start', 'package.json');
  if (typeof main === 'string' && has(main)) return said(`node ${main}`, 'package.json');
  if (has('manage.py')) return said(`python3 manage.py runserver --noreload 127.0.0.1:${PORT}`, 'manage.py');
  if (has('artisan')) return said(`php artisan serve --port=${PORT}`, 'artisan');
  if (has('bin/rails')) return said(`bin/rails server -b 127.0.0.1 -p ${PORT}`, 'bin/rails');
  if (has('config.ru')) return said(`bundle exec puma -b tcp://127.0.0.1:${PORT}`, 'config.ru');
  for (const file of ['app.py', 'main.py', 'wsgi.py', 'server.py', 'src/main.py', 'app/main.py']) {
    const source = text(file);
    const module = file.replace(/\.py$/, '').replaceAll('/', '.');
    const app = /^(\w+)\s*=\s*(?:FastAPI|Starlette)\(/m.exec(source)?.[1];
    if (app !== undefined) return said(`uvicorn ${module}:${app} --port ${PORT}`, file);
    if (/^\w+\s*=\s*Flask\(/m.test(source) && !/\.run\(/.test(source))
      return said(`flask --app ${module} run --port ${PORT}`, file);
    if (source !== '') return said(`python3 ${file}`, file);
  }
  if (has('gradlew') && uses(/spring-boot/)) return said('./gradlew bootRun', 'gradlew');
  const jar = existsSync(join(folder, 'target'))
    ? readdirSync(join(folder, 'target')).find((name) => /^(?!.*(?:sources|javadoc)).*\.jar$/.test(name))
    : undefined;
  if (jar !== undefined) return said(`java -jar target/${jar}`, `target/${jar}`);
  if (has('pom.xml') && text('pom.xml').includes('spring-boot')) return said('mvn -q spring-boot:run', 'pom.xml');
  if (has('go.mod') && (has('main.go') || has('cmd'))) return said(has('main.go') ? 'go run .' : 'go run ./cmd/...', 'go.mod');
  if (has('Cargo.toml')) return said('cargo run --release', 'Cargo.toml');
  if (has('public/index.php')) return said(`php -S 127.0.0.1:${PORT} -t public`, 'public/index.php');
  if (has('index.php')) return said(`php -S 127.0.0.1:${PORT}`, 'index.php');
  for (const file of ['app.rb', 'web.rb', 'server.rb']) if (has(file)) return said(`ruby ${file}`, file);
  const entry = ENTRIES.find(has);
  if (entry !== undefined) return said(`node ${entry}`, entry);
  const image = commandOfImage(text('Dockerfile'));
  return image === null ? null : said(image, 'Dockerfile');
}

/** What the last CMD or ENTRYPOINT of a Dockerfile runs; `null`: there is none. */
function commandOfImage(text: string): string | null {
  const lines = text.replace(/\\\r?\n/g, ' ').split('\n');
  const of = (word: string) => {
    const line = lines
      .findLast((one) => new RegExp(`^\\s*${word}\\s`, 'i').test(one))
      ?.replace(/^\s*\w+\s+/, '')
      .trim();
    if (line === undefined) return '';
    const words = /^\[/.test(line) ? [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, one = '']) => one) : null;
    return words === null ? line : words.map((one) => (/[\s"'$&|;<>]/.test(one) ? JSON.stringify(one) : one)).join(' ');
  };
  const whole = `${of('ENTRYPOINT')} ${of('CMD')}`.trim();
  return whole === '' ? null : whole;
}

/** The command of a release phase, where there is a database to migrate; `null`: none is known. */
export function migrationIn(folder: string, packages: readonly string[]): Said | null {
  const has = (file: string) => existsSync(join(folder, file));
  const { scripts = {} } = has('package.json') ? manifest(readFileSync(join(folder, 'package.json'), 'utf8')) : {};
  const script = ['migrate', 'db:migrate', 'migration:run', 'migrations:run'].find((name) => scripts[name] !== undefined);
  if (script !== undefined) return { text: `npm run ${script}`, from: 'package.json' };
  if (has('prisma/schema.prisma')) return { text: 'npx prisma migrate deploy', from: 'prisma/schema.prisma' };
  if (has('manage.py')) return { text: 'python3 manage.py migrate --noinput', from: 'manage.py' };
  if (has('artisan')) return { text: 'php artisan migrate --force', from: 'artisan' };
  if (has('bin/rails')) return { text: 'bin/rails db:prepare', from: 'bin/rails' };
  return has('alembic.ini') && packages.includes('alembic') ? { text: 'alembic upgrade head', from: 'alembic.ini' } : null;
}

/** Files of a project that were looked at, and are there. */
export function filesOf(folder: string): string[] {
  const all = [
    'package.json',
    'Procfile',
    'manage.py',
    'Gemfile',
    'composer.json',
    'pom.xml',
    'go.mod',
    'requirements.txt',
    'pyproject.toml',
    'Dockerfile',
    ...COMPOSE,
    ...ENV,
  ];
  return all.filter((file) => existsSync(join(folder, file)));
}

/** Files that name the services that an app stands beside. */
export const COMPOSE = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
/** Files of variables, the later ones first. */
export const ENV = ['.env', '.env.local', '.env.development', '.env.example', '.env.sample'];

function manifest(text: string): { scripts?: Readonly<Record<string, unknown>>; main?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
