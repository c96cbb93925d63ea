import { isSecretName } from '../evidence/redaction/secret-names.ts';
import type { BodyTemplate, Session, Step, Template, TemplatePart } from '../model/session.ts';
import { templateText } from '../model/session.ts';
import { type Atom, bodyAtoms, headerAtoms, targetAtoms } from '../session/formats/har/atoms.ts';

/** A value that a visitor typed and nobody else may read, under the name that stands for it in the session. */
export interface Secret {
  readonly name: string;
  /** As it is written where it is sent. */
  readonly value: string;
}

/** A session without its secrets. */
export interface Apart {
  readonly session: Session;
  readonly secrets: readonly Secret[];
  /** Names of the secrets of each step. */
  readonly byStep: readonly (readonly string[])[];
}

/** Names that mean something else in a file of variables already; `undefined`: a name is free. */
export type Taken = (name: string) => string | undefined;

/** What stands for a hole while fields are looked for: a value of any kind. */
const HOLE = '0';
/** A part of a path is a secret only where it looks like one: `/password/edit` holds none. */
const ODD = /^(?=.*\d)\S{12,}$/;

/**
 * Takes what was sent in fields that are named like secrets (passwords, keys, tokens that the app has not issued) out of a session, and
 * puts variables in its place.
 */
export function secretsApart(session: Session, taken: Taken = () => undefined): Apart {
  const names = new Map<string, string>();
  const nameFor = (field: string, value: string): string => {
    const known = names.get(value);
    if (known !== undefined) return known;
    const base = wordOf(field);
    const isFree = (name: string) => ![...names.values()].includes(name) && [undefined, value].includes(taken(name));
    let name = base;
    for (let count = 2; !isFree(name); count++) name = `${base}_${count}`;
    names.set(value, name);
    return name;
  };
  const byStep: string[][] = [];
  const steps = session.steps.map((step) => {
    const own = new Set<string>();
    const hide = (template: Template, atomsIn: (text: string) => readonly Atom[]) =>
      replaced(template, atomsIn, (atom, written) => {
        if (!isSecret(atom) || written === '' || written.includes('{{')) return null;
        const name = nameFor(atom.name, written);
        own.add(name);
        return { kind: 'variable', name };
      });
    const result = withTexts(step, hide);
    byStep.push([...own]);
    return result;
  });
  const secrets = [...names].map(([value, name]): Secret => ({ name, value }));
  return { session: { ...session, steps }, secrets, byStep };
}

type Hide = (template: Template, atomsIn: (text: string) => readonly Atom[]) => Template;

function withTexts(step: Step, hide: Hide): Step {
  const type = templateText(step.headers.find(([name]) => /^content-type$/i.test(name))?.[1] ?? []);
  return {
    ...step,
    target: hide(step.target, targetAtoms),
    headers: step.headers.map(([name, value]) => [name, hide(value, (text) => headerAtoms(name, text))] as const),
    body: step.body === null ? null : withoutSecrets(step.body, (text) => hide(text, (whole) => bodyAtoms(whole, type))),
  };
}

function withoutSecrets(body: BodyTemplate, hide: (text: Template) => Template): BodyTemplate {
  if (body.kind === 'text') return { kind: 'text', text: hide(body.text) };
  return { kind: 'parts', parts: body.parts.map((part) => ('text' in part ? { text: hide(part.text) } : part)) };
}

function isSecret({ name, value, where }: Atom): boolean {
  return isSecretName(name) && (where !== 'path' || ODD.test(value));
}

/** A template with some of the values in it replaced. Holes stay. */
function replaced(
  template: Template,
  atomsIn: (text: string) => readonly Atom[],
  replace: (atom: Atom, written: string) => TemplatePart | null,
): Template {
  const whole = template.map((part) => (part.kind === 'text' ? part.text : HOLE)).join('');
  const holes = holesOf(template);
  const cuts = atomsIn(whole).flatMap((atom) => {
    if (holes.some(({ at }) => at >= atom.start && at < atom.end)) return [];
    const part = replace(atom, whole.slice(atom.start, atom.end));
    return part === null ? [] : [{ start: atom.start, end: atom.end, part }];
  });
  if (cuts.length === 0) return template;
  const pieces = [...cuts, ...holes.map(({ at, part }) => ({ start: at, end: at + HOLE.length, part }))].sort(
    (one, other) => one.start - other.start,
  );
  const parts: TemplatePart[] = [];
  let last = 0;
  for (const { start, end, part } of pieces) {
    parts.push({ kind: 'text', text: whole.slice(last, start) }, part);
    last = end;
  }
  return [...parts, { kind: 'text' as const, text: whole.slice(last) }].filter((part) => part.kind !== 'text' || part.text !== '');
}

function holesOf(template: Template): { at: number; part: TemplatePart }[] {
  let at = 0;
  return template.flatMap((part) => {
    const start = at;
    at += part.kind === 'text' ? part.text.length : HOLE.length;
    return part.kind === 'text' ? [] : [{ at: start, part }];
  });
}

/** `user[password]` is `password`, `X-Api-Key` is `x_api_key`. */
function wordOf(field: string): string {
  const inner =
    field
      .replace(/[[\].]+$/, '')
      .split(/[[\].]/)
      .at(-1) ?? '';
  const word = inner.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  return /^[A-Za-z]/.test(word) ? word : `secret${word === '' ? '' : `_${word}`}`;
}
