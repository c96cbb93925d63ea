import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDependencies } from './config/dependencies.ts';
import { UserError } from './errors.ts';
import { curate, ORIGIN } from './explore/curate.ts';
import type { Exploration } from './explore/exploration.ts';
import { type Explored, exploreAt } from './explore/explore-at.ts';
import type { Credential } from './explore/visitor.ts';
import type { Config, ExploreChoice } from './model/config.ts';
import type { Reached } from './model/reached.ts';
import { kindOfRequest } from './model/request-kind.ts';
import { friendliest } from './model/schedule.ts';
import type { Step } from './model/session.ts';
import { fixedPolicy } from './router/policies.ts';
import { storeNamedIn } from './services/propose.ts';
import { stepsOf } from './session/formats/har/parse-har.ts';
import { HOW_TO_PLAY, type Written, writeHttp } from './session/formats/http/write-http.ts';
import type { TestBed } from './trials/test-bed.ts';
import { startProcesses, stopProcesses, type TrialProcesses, targetOf } from './trials/trial-processes.ts';
import { unrecorded } from './trials/unrecorded.ts';
import { whereTheyMeet } from './trials/where-they-meet.ts';

const SESSION_FILE = 'session.http';

/** A session that was made by visiting an app. */
export interface FirstSession {
  /** Absolute path. */
  readonly file: string;
  readonly reached: Reached;
  /** Values for variables of the file that are secret, and not written in it. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Visits an app on one process of its own, and writes what was reached as a session file into `folder`. Nothing of it is evidence. Throws a
 * UserError if the app does not start, answers nothing, or has nothing that could be played.
 */
export async function exploreApp(
  config: Config,
  { folder, signal }: { folder: string; signal: AbortSignal },
): Promise<FirstSession> {
  const { explore } = config;
  if (explore === null) throw new Error('there is nothing to explore: sessions are named');
  try {
    return await unrecorded(config, { name: 'visit', signal }, async (bed) => {
      const trialProcesses = await startProcesses(bed, friendliest(1), bed.nextTrial());
      try {
        const explored = await visit(bed, trialProcesses, explore);
        return written(explored, { config, explore, file: join(folder, SESSION_FILE) });
      } finally {
        await stopProcesses(bed, trialProcesses);
      }
    });
  } catch (error) {
    if (signal.aborted)
      throw new UserError(
        'interrupted',
        'interrupted while the app was visited: nothing was audited',
        'Run it again, or shorten the visit: --explore-time 5s',
      );
    throw error;
  }
}

/** Plays a visitor through the router on one process. */
async function visit(bed: TestBed, trialProcesses: TrialProcesses, explore: ExploreChoice): Promise<Explored & { id: string }> {
  const slot = trialProcesses.slots.get(0);
  if (slot === undefined) throw new Error('no process was started');
  const target = await targetOf(bed, slot);
  bed.router.setPolicy(fixedPolicy(() => target));
  const { cwd } = bed.config.app;
  const id = idOf(bed);
  const explored = await exploreAt(bed.router.origin, {
    ...explore,
    id,
    folder: cwd,
    packages: await readDependencies(cwd),
    stepTimeoutMs: bed.config.stepTimeoutMs,
    ofProcesses: bed.config.ignore.reads,
    mayNotWrite: () => (explore.writes ? null : whyNotWrite(bed, trialProcesses)),
    signal: bed.signal,
  });
  bed.signal.throwIfAborted();
  return { ...explored, id };
}

/** Eight hexadecimal digits of the audit's seed, of which one at least is a letter and one a digit: no number, and no word. */
function idOf(bed: TestBed): string {
  const random = bed.random('visitor');
  const digits = Array.from({ length: 6 }, () => Math.floor(random() * 16).toString(16)).join('');
  return `${digits.slice(0, 3)}e${digits.slice(3)}7`;
}

/** Why what a write changes may be more than the trial, in words; `null`: it is gone with it. */
function whyNotWrite(bed: TestBed, trialProcesses: TrialProcesses): string | null {
  const { config, host, services } = bed;
  const [volume] = config.volumes;
  if (!host.ownDisks) return `on host ${config.host ?? 'plain'} files are the machine's own`;
  if (volume !== undefined) return `${volume} is shared and kept`;
  const own = services.find(({ resets }) => !resets);
  if (own !== undefined) return `the ${own.name} is your own`;
  const chosen = config.services.map(({ name }) => name);
  const named = storeNamedIn({ ...process.env, ...config.app.env }, chosen);
  if (named !== null) return `${named} names a store of your own`;
  return whereTheyMeet(bed, trialProcesses);
}

function written(
  { exploration, own, id }: Explored & { id: string },
  { config, explore, file }: { config: Config; explore: ExploreChoice; file: string },
): FirstSession {
  const { visitor, writes, refused, missed, readsOnly, bound, from } = exploration;
  const { entries, titles } = curate(visitor.visits, explore.steps);
  if (entries.length === 0) throw nothingReached(exploration);
  const steps = stepsOf(entries, new Set([ORIGIN])).map((step, index): Step => {
    const { status } = entries[index]?.reply ?? { status: 200 };
    return status < 400 ? step : { ...step, expectations: [{ kind: 'status', allowed: [status] }] };
  });
  const variables = secretsOf(explore, own);
  const secrets = Object.entries(variables).map(([name, text]): Written => ({ name, texts: spellings(text), value: null }));
  const text = writeHttp(
    { name: SESSION_FILE, file, steps, leftOut: [], environment: [] },
    {
      titles,
      variables: [...secrets, { name: 'id', texts: [id], value: '{{$random.hexadecimal 8}}' }],
      preface: [
        `What somebody does at ${config.app.command.join(' ').slice(0, 100)}, as a visit by share-nothing found it.`,
        HOW_TO_PLAY,
      ],
    },
  );
  writeFileSync(file, text, { mode: 0o600 });
  const routes = [...new Set(entries.map(({ method, url }) => kindOfRequest(`${method} ${url.pathname}${url.search}`)))];
  const isPlayed = (route: string) => routes.some((one) => one === route || one.replace(/\?.*$/, '') === route);
  const reached: Reached = {
    requests: visitor.visits.length,
    routes,
    missed: [...missed].filter(([route]) => !isPlayed(route)).map(([route, why]) => ({ route, why })),
    writes: [...new Set(writes)],
    refused: [...refused].filter(([what]) => !isPlayed(what)).map(([what, why]) => ({ what, why })),
    readsOnly,
    bound,
    from: [...from],
    file,
  };
  return { file, reached, variables };
}

/** What the user has told us and nobody else may read, as variables of the session. */
function secretsOf({ auth }: ExploreChoice, own: Credential | null): Record<string, string> {
  const password = auth !== null && 'name' in auth ? { password: auth.password } : {};
  return own === null ? password : { authorization: own[1], ...password };
}

/** A text as it is, and as forms and addresses have it. */
function spellings(text: string): string[] {
  return [...new Set([text, new URLSearchParams([['', text]]).toString().slice(1), encodeURIComponent(text)])];
}

function nothingReached({ visitor, missed }: Exploration): UserError {
  const [first] = visitor.visits;
  const seen = first === undefined ? 'it answered nothing' : `GET / was answered with ${first.reply.status}`;
  const others = [...missed].slice(0, 5).map(([route, why]) => `${route}: ${why}`);
  const isGuarded = first?.reply.status === 401;
  return new UserError(
    'nothing-reached',
    `the app was visited, and nothing could be made a session of: ${seen}`,
    isGuarded
      ? 'Say who visits: --auth user:password, or --auth "Bearer …". Or write the session: --session visit.http'
      : 'Write the session: --session visit.http (docs/sessions.md).',
    { details: others },
  );
}
