import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { readDependencies } from './config/dependencies.ts';
import { routesInSource } from './explore/source-routes.ts';
import type { ServiceName } from './model/service.ts';
import { COMPOSE, commandIn, ENV, filesOf, migrationIn, type Said } from './project/command.ts';
import { servicesIn } from './project/images.ts';
import { servicesNamed } from './services/propose.ts';

/** What a project's files say of its app. */
export interface Proposed {
  /** Files that were looked at and are there. */
  readonly files: readonly string[];
  /** `null`: none says it, or a Procfile does. */
  readonly command: Said | null;
  readonly hasProcfile: boolean;
  /** A path that tells whether a process is ready; `null`: none is known. */
  readonly ready: Said | null;
  readonly services: readonly { readonly name: ServiceName; readonly from: string }[];
  /** What makes a database ready; `null`: there is none, or it is not known. */
  readonly prepare: Said | null;
}

/** Paths that tell of readiness, the likeliest first. */
const READY = [
  /^\/(?:-\/|health\/|_)?ready(?:z|iness)?$/,
  /^\/_?health(?:z|check)?$/,
  /^\/(?:api|_)\/health(?:z)?$/,
  /^\/(?:up|ping|livez?|status)$/,
];

/** Looks at the files of a project; starts nothing, and asks nobody. */
export async function proposeApp(folder: string): Promise<Proposed> {
  const packages = await readDependencies(folder);
  const read = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '');
  const env = Object.assign({}, ...ENV.toReversed().map((file) => parse(read(file)))) as Record<string, string>;
  const inCompose = COMPOSE.flatMap((file) => servicesIn(read(file)).map((name) => ({ name, from: file })));
  const named = servicesNamed({ dependencies: packages, env }).map(({ name, because }) => ({ name, from: because }));
  const services = [...new Map([...inCompose, ...named].map((one) => [one.name, one])).values()];
  const routes = routesInSource(folder).filter(({ method, path }) => method === 'GET' && !path.includes('{'));
  const ready = READY.flatMap((pattern) => routes.filter(({ path }) => pattern.test(path)))[0];
  const isSql = services.some(({ name }) => name === 'postgres' || name === 'mariadb');
  return {
    files: filesOf(folder),
    command: commandIn(folder, packages),
    hasProcfile: existsSync(join(folder, 'Procfile')),
    ready: ready === undefined ? null : { text: ready.path, from: ready.from },
    services,
    prepare: isSql ? migrationIn(folder, packages) : null,
  };
}
