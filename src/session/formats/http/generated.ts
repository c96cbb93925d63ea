import type { TemplatePart } from '../../../model/session.ts';
import { GENERATED_NAMES, whatIsWrong } from '../../play/generate.ts';
import type { At, Scope } from './scope.ts';
import { didYouMean, errorAt, syntaxError } from './syntax.ts';

/** Reads what follows the `$`: a generated value, or one from the environment, which is known already. */
export function readGenerated(written: string, at: At & Scope): TemplatePart {
  const [, name = '', rest = ''] = /^([\w.]+)\s*(.*)$/s.exec(written) ?? [];
  const environment = /^env\.(\w+)$/.exec(written)?.[1];
  const args = splitArguments(rest);
  if (name === 'processEnv' || environment !== undefined) return known(environment ?? args[0] ?? '', at.processEnv, at);
  if (name === 'dotenv') return known(args[0] ?? '', at.dotenv, at);
  if (name === 'shared') return sharedValue(args[0] ?? '', at);
  if (!GENERATED_NAMES.includes(name)) throw unknown(name === '' ? written : name, at);
  const wrong = whatIsWrong(name, args);
  if (wrong !== null) throw badArguments(written, wrong, at);
  return { kind: 'generated', name, args, key: at.keyOf(name, at.column) };
}

/** `1 9`, `(1, 9)`, `"YYYY-MM-DD" 1 d`. */
function splitArguments(text: string): string[] {
  const bare = text.trim().replace(/^\((.*)\)$/s, '$1');
  return [...bare.matchAll(/"([^"]*)"|'([^']*)'|([^\s,]+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function known(written: string, values: Readonly<Record<string, string | undefined>>, at: At): TemplatePart {
  const name = written.replace(/^%/, '');
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value !== undefined) return { kind: 'text', text: value };
  throw errorAt(
    at.line.source,
    { line: at.line.place.line, column: at.column },
    {
      code: 'session-unknown-variable',
      message: `the environment has no variable ${name}`,
      hint: `Set it before the command: ${name}=value share-nothing …, or in a .env file for {{$dotenv ${name}}}.`,
    },
  );
}

function sharedValue(name: string, at: At & Scope): TemplatePart {
  const { shared, lookedAt } = at.environments;
  if (Object.hasOwn(shared, name)) return { kind: 'text', text: shared[name] ?? '' };
  throw errorAt(
    at.line.source,
    { line: at.line.place.line, column: at.column },
    { code: 'session-unknown-variable', message: `the environment $shared has no variable ${name}`, hint: lookedAt },
  );
}

function badArguments(written: string, wrong: string, at: At) {
  const place = { line: at.line.place.line, column: at.column };
  return syntaxError(at.line.source, place, {
    message: `{{$${written}}}: ${wrong}`,
    hint: 'For example {{$randomInt 1 100}}, {{$timestamp -1 d}}, {{$datetime "YYYY-MM-DD"}} or {{$uuid}}.',
  });
}

function unknown(name: string, at: At) {
  const meant = didYouMean(name, GENERATED_NAMES);
  return errorAt(
    at.line.source,
    { line: at.line.place.line, column: at.column },
    {
      code: 'session-unknown-variable',
      message: `{{$${name}}} is not known${meant === null ? '' : `; did you mean {{$${meant}}}?`}`,
      hint: `Known: ${GENERATED_NAMES.map((candidate) => `$${candidate}`).join(', ')}, $processEnv NAME, $dotenv NAME, $shared NAME.`,
    },
  );
}
