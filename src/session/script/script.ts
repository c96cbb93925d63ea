import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import { header, type Reply, type SentRequest } from '../../model/observation.ts';
import { parseJson } from '../play/capture.ts';
import { atJsonPath } from '../play/json-path.ts';
import { PRELUDE } from './script-prelude.ts';

/** Variables that scripts share with each other and with later requests. */
export type Globals = Map<string, unknown>;

/** What a script may know, and what it may change. */
export interface ScriptScope {
  readonly globals: Globals;
  /** Variables of this request alone. */
  readonly locals: Globals;
  readonly request: SentRequest;
  /** `null`: it runs before the request is sent. */
  readonly reply: Extract<Reply, { outcome: 'answered' }> | null;
  /** Variables of the environment that the session is played in. */
  readonly environment: Readonly<Record<string, string>>;
  /** Numbers in [0, 1), in place of the interpreter's own. */
  readonly random: () => number;
  /** A value of a kind that sessions can ask for, such as `uuid`. */
  readonly generate: (name: string, args: readonly string[]) => string;
}

/** Runs a script and says which of its tests and assertions failed. It may set variables. */
export type RunScript = (source: string, scope: ScriptScope) => string[];

const TIMEOUT_MS = 1000;
const MEMORY_BYTES = 64 * 1024 * 1024;
const STACK_BYTES = 256 * 1024;
const LATE = `it ran for longer than ${TIMEOUT_MS / 1000} s`;

let loaded: Promise<QuickJSWASMModule> | undefined;

/**
 * The means to run scripts of sessions: an interpreter of its own (QuickJS, compiled to WebAssembly), in which there is nothing but the
 * language and what the script is given. A script that runs for longer than a second, or needs more than 64 MiB, fails.
 */
export async function scriptRunner(): Promise<RunScript> {
  loaded ??= newQuickJSWASMModuleFromVariant(import('@jitl/quickjs-wasmfile-release-sync'));
  const quickJs = await loaded;
  return (source, scope) => {
    const runtime = quickJs.newRuntime();
    const end = performance.now() + TIMEOUT_MS;
    runtime.setMemoryLimit(MEMORY_BYTES);
    runtime.setMaxStackSize(STACK_BYTES);
    const isLate = () => performance.now() > end;
    runtime.setInterruptHandler(isLate);
    const context = runtime.newContext();
    try {
      return run(context, source, { scope, isLate });
    } finally {
      context.dispose();
      runtime.dispose();
    }
  };
}

interface Given {
  readonly scope: ScriptScope;
  /** Whether its time is up. */
  readonly isLate: () => boolean;
}

function run(context: QuickJSContext, source: string, { scope, isLate }: Given): string[] {
  const { globals, locals, reply, request, environment } = scope;
  const text = JSON.stringify({
    reply: reply === null ? null : shown(reply),
    request,
    globals: Object.fromEntries(globals),
    locals: Object.fromEntries(locals),
    environment,
  });
  const given = context.newString(text);
  const means = meansOf(context, scope);
  const prelude = context.unwrapResult(context.evalCode(PRELUDE, 'prelude'));
  const finish = context.unwrapResult(context.callFunction(prelude, context.undefined, given, means));
  try {
    const error = thrownBy(context, source) ?? (isLate() ? LATE : null);
    const outcome = finished(context, finish);
    if (outcome === null) return [error ?? 'it has spoilt what it was given'];
    for (const store of ['globals', 'locals'] as const) {
      scope[store].clear();
      for (const [name, value] of outcome[store]) scope[store].set(name, value);
    }
    return error === null || outcome.exited ? outcome.failures : [...outcome.failures, error];
  } finally {
    for (const handle of [given, means, prelude, finish]) handle.dispose();
  }
}

/** What of ours a script can call. */
function meansOf(context: QuickJSContext, { random, generate }: ScriptScope): QuickJSHandle {
  const means = context.newObject();
  const functions = {
    select: context.newFunction('select', (value, path) =>
      context.newString(JSON.stringify(atJsonPath(JSON.parse(context.getString(value)), context.getString(path)) ?? null)),
    ),
    random: context.newFunction('random', () => context.newNumber(random())),
    generate: context.newFunction('generate', (name, ...args) =>
      context.newString(generate(context.getString(name), args.map(context.getString.bind(context)))),
    ),
  };
  for (const [name, handle] of Object.entries(functions)) {
    context.setProp(means, name, handle);
    handle.dispose();
  }
  return means;
}

/** What a handler may know of the reply. */
function shown(reply: Extract<Reply, { outcome: 'answered' }>) {
  const type = header(reply.headers, 'content-type') ?? '';
  const [mimeType = '', parameters = ''] = type.split(/;(.*)/s);
  return {
    status: reply.status,
    headers: reply.headers,
    body: /\bjson\b/i.test(mimeType) ? (parseJson(reply.body.text) ?? reply.body.text) : reply.body.text,
    contentType: { mimeType: mimeType.trim(), charset: /charset=([^\s;]+)/i.exec(parameters)?.[1] ?? '' },
  };
}

/** The message of what a script, or a promise that it awaits, has thrown; `null` if it ran to its end. */
function thrownBy(context: QuickJSContext, source: string): string | null {
  const result = context.evalCode(source, 'script');
  if (result.error !== undefined) return messageOf(context, result.error);
  result.value.dispose();
  const jobs = context.runtime.executePendingJobs();
  if (jobs.error === undefined) return null;
  return messageOf(jobs.error.context, jobs.error);
}

function messageOf(context: QuickJSContext, error: QuickJSHandle): string {
  const dumped: unknown = context.dump(error);
  error.dispose();
  const message = typeof dumped === 'object' && dumped !== null && 'message' in dumped ? String(dumped.message) : String(dumped);
  if (message === 'interrupted') return LATE;
  return message === 'out of memory' ? `it needed more than ${MEMORY_BYTES / 1024 / 1024} MiB` : message;
}

interface Outcome {
  readonly exited: boolean;
  readonly failures: string[];
  readonly globals: readonly (readonly [string, unknown])[];
  readonly locals: readonly (readonly [string, unknown])[];
}

/** What became of a script; `null` if it cannot be told any more. */
function finished(context: QuickJSContext, finish: QuickJSHandle): Outcome | null {
  // Time may be up, and this is ours.
  context.runtime.removeInterruptHandler();
  const result = context.callFunction(finish, context.undefined);
  if (result.error !== undefined) {
    result.error.dispose();
    return null;
  }
  const text = context.getString(result.value);
  result.value.dispose();
  return parseJson(text) as Outcome | null;
}

/** A variable's value as it is written into requests. */
export function asText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
