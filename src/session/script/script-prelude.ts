/**
 * What scripts are given, written for the interpreter that they run in. Takes what they may know as JSON; `finish` gives back, as JSON, what
 * became of it. Everything it needs later is taken before the script may change it.
 */
export const PRELUDE = `(function (text, means) {
  'use strict';
  const { select, random, generate } = means;
  const { parse, stringify } = JSON;
  const { reply, request: sent, globals: known, locals: set, environment } = parse(text);
  const globals = new Map(Object.entries(known));
  const locals = new Map(Object.entries(set));
  const failures = [];
  const EXIT = {};
  let exited = false;
  const messageOf = (error) =>
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  const define = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  const store = (values, get) => ({
    set: (name, value) => void values.set(String(name), value),
    get,
    isEmpty: () => values.size === 0,
    clear: (name) => void values.delete(String(name)),
    clearAll: () => values.clear(),
  });
  const getGlobal = (name) => globals.get(String(name)) ?? null;
  Math.random = random;
  define('client', {
    global: store(globals, getGlobal),
    test(name, body) {
      try {
        body();
      } catch (error) {
        if (error === EXIT) throw error;
        failures.push(name + ': ' + messageOf(error));
      }
    },
    assert(condition, message) {
      if (!condition) throw new Error(message ?? 'assertion failed');
    },
    log() {},
    exit() {
      exited = true;
      throw EXIT;
    },
  });
  const valuesOf = (headers, name) => headers.filter(([key]) => key === String(name).toLowerCase()).map(([, value]) => value);
  if (reply !== null)
    define('response', {
      status: reply.status,
      body: reply.body,
      contentType: reply.contentType,
      headers: {
        valueOf: (name) => (name === undefined ? null : (valuesOf(reply.headers, name)[0] ?? null)),
        valuesOf: (name) => valuesOf(reply.headers, name),
      },
    });
  const asked = (raw, value) => Object.assign(() => value, { getRaw: () => raw, tryGetSubstituted: () => value });
  const field = ([name, value]) => ({ name, getRawValue: () => value, tryGetSubstitutedValue: () => value });
  define('request', {
    method: sent.method,
    url: asked(sent.target, sent.target),
    body: asked(sent.body, sent.body),
    headers: {
      all: () => sent.headers.map(field),
      findByName: (name) => sent.headers.filter(([key]) => key.toLowerCase() === String(name).toLowerCase()).map(field)[0] ?? null,
    },
    environment: { get: (name) => environment[String(name)] ?? null },
    variables: store(locals, (name) => locals.get(String(name)) ?? getGlobal(name)),
  });
  const drawn = (name) => ({ get: () => generate(name), configurable: true });
  const dollar = { uuid: 'uuid', timestamp: 'timestamp', isoTimestamp: 'isoTimestamp', randomInt: 'randomInt' };
  for (const [name, kind] of Object.entries(dollar)) Object.defineProperty(globalThis, '$' + name, drawn(kind));
  const number = (name) => (...bounds) => Number(generate(name, ...bounds.map(String)));
  const letters = (name) => (length) => generate(name, String(length));
  define('$random', Object.defineProperties(
    {
      integer: number('random.integer'),
      float: number('random.float'),
      alphabetic: letters('random.alphabetic'),
      alphanumeric: letters('random.alphanumeric'),
      hexadecimal: letters('random.hexadecimal'),
    },
    { uuid: drawn('random.uuid'), email: drawn('random.email') },
  ));
  define('jsonPath', (value, path) => parse(select(stringify(value) ?? 'null', String(path))));
  define('console', { log() {} });
  return () => stringify({ exited, failures, globals: [...globals], locals: [...locals] });
})`;
