import { defineRule } from './define-rule.ts';

export const silentFallback = defineRule({
  id: 'silent-fallback',
  level: 'advice',
  clauses: ['C2'],
  title: 'Services that the app was given are used',
  failureTitle: 'The app was given a service, wrote nothing to it, and kept its state in the process',
  why: 'It looks as if state were in a backing service, and it is not: the app does not know the service by the variables that it was given, could not reach it, or falls back to memory without a word.',
  fix: 'Let the app fail to start when its store cannot be used, and look which variable it reads the address of the store from.',
  needs: ['fallbacks', 'looked'],
  inspect: ({ fallbacks, looked }) => ({
    breaches: fallbacks.map((fallback) => ({ kind: 'fallback', fallback })),
    exercised: looked.length,
    idle: 'no service was looked into',
    open: null,
    unasked: looked.length === 0 ? 'no service was looked into (--service)' : null,
  }),
});
