/**
 * What response handlers are given, written for the interpreter that they run in. Takes what they may know as JSON; `finish` gives back, as
 * JSON, what became of it. Everything it needs later is taken before the script may change it.
 */
export const PRELUDE = `(function (text, select) {
  'use strict';
  const { parse, stringify } = JSON;
  const { reply, request: sent, globals: known } = parse(text);
  const globals = new Map(Object.entries(known));
  const failures = [];
  const EXIT = {};
  let exited = false;
  const messageOf = (error) =>
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  const get = (name) => globals.get(String(name)) ?? null;
  const define = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  define('client', {
    global: {
      set: (name, value) => void globals.set(String(name), value),
      get,
      isEmpty: () => globals.size === 0,
      clear: (name) => void globals.delete(String(name)),
      clearAll: () => globals.clear(),
    },
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
  const valuesOf = (name) => reply.headers.filter(([key]) => key === String(name).toLowerCase()).map(([, value]) => value);
  define('response', {
    status: reply.status,
    body: reply.body,
    contentType: reply.contentType,
    headers: { valueOf: (name) => (name === undefined ? null : (valuesOf(name)[0] ?? null)), valuesOf },
  });
  define('request', { method: sent.method, url: () => sent.target, body: () => sent.body, variables: { get } });
  define('jsonPath', (value, path) => parse(select(stringify(value) ?? 'null', String(path))));
  define('console', { log() {} });
  return () => stringify({ exited, failures, globals: [...globals] });
})`;
