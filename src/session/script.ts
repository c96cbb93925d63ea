import { createContext, Script } from 'node:vm';
import { header, headerValues, type Reply, type SentRequest } from '../model/observation.ts';
import { parseJson } from './capture.ts';
import { atJsonPath } from './json-path.ts';

/** Variables that scripts share with each other and with later requests. */
export type Globals = Map<string, unknown>;

const TIMEOUT_MS = 1000;
const EXIT = Symbol('client.exit');

/**
 * Runs a response handler of the session's author and says which of its tests and assertions failed. It may set variables.
 *
 * `node:vm` is no sandbox. It need not be: the session file is the user's own code, as a test file would be. It gives the
 * script its `client` and `response`, and an end to endless loops.
 */
export function runScript(
  source: string,
  reply: Extract<Reply, { outcome: 'answered' }>,
  scope: { globals: Globals; request: SentRequest },
): string[] {
  const failures: string[] = [];
  const context = createContext(
    {
      client: client(scope.globals, failures),
      response: response(reply),
      request: request(scope),
      jsonPath: atJsonPath,
      console: { log() {} },
    },
    { microtaskMode: 'afterEvaluate' },
  );
  try {
    new Script(source, { filename: 'response handler' }).runInContext(context, { timeout: TIMEOUT_MS });
  } catch (error) {
    if (error !== EXIT) failures.push(messageOf(error));
  }
  return failures;
}

/** A variable's value as it is written into requests. */
export function asText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function client(globals: Globals, failures: string[]) {
  return {
    global: {
      set: (name: string, value: unknown) => void globals.set(String(name), value),
      get: (name: string) => globals.get(String(name)) ?? null,
      isEmpty: () => globals.size === 0,
      clear: (name: string) => void globals.delete(String(name)),
      clearAll: () => globals.clear(),
    },
    test(name: string, body: () => unknown) {
      try {
        body();
      } catch (error) {
        if (error === EXIT) throw error;
        failures.push(`${name}: ${messageOf(error)}`);
      }
    },
    assert(condition: unknown, message?: string) {
      if (!condition) throw new Error(message ?? 'assertion failed');
    },
    log() {},
    exit() {
      throw EXIT;
    },
  };
}

function response(reply: Extract<Reply, { outcome: 'answered' }>) {
  const type = header(reply.headers, 'content-type') ?? '';
  const [mimeType = '', parameters = ''] = type.split(/;(.*)/s);
  return {
    status: reply.status,
    body: /\bjson\b/i.test(mimeType) ? (parseJson(reply.body.text) ?? reply.body.text) : reply.body.text,
    contentType: { mimeType: mimeType.trim(), charset: /charset=([^\s;]+)/i.exec(parameters)?.[1] ?? '' },
    headers: {
      valueOf: (name?: string) => (name === undefined ? null : (header(reply.headers, String(name).toLowerCase()) ?? null)),
      valuesOf: (name: string) => headerValues(reply.headers, String(name).toLowerCase()),
    },
  };
}

function request({ request, globals }: { request: SentRequest; globals: Globals }) {
  return {
    method: request.method,
    url: () => request.target,
    body: () => request.body,
    variables: { get: (name: string) => globals.get(String(name)) ?? null },
  };
}

function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}
