import { type Command, Option } from 'commander';
import { UserError } from '../../errors.ts';
import type { Flag } from './flag.ts';
import { FLAGS } from './flag-list.ts';

/** Adds the flags for the given keys (all by default) to a command. */
export function addFlags(command: Command, only?: readonly string[]): Command {
  for (const { flag, path, description, group, kind } of FLAGS) {
    if (only !== undefined && !only.includes(path.join('.'))) continue;
    const option = new Option(flag, description).helpGroup(group);
    if (kind === 'list' || kind === 'pairs' || kind === 'counts')
      option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    command.addOption(option);
  }
  return command;
}

/** The settings that the flags make, still to be validated. */
export function readFlags(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const one of FLAGS) {
    const value = options[new Option(one.flag).attributeName()];
    // A flag that says no is set where it was not given, too.
    const isGiven = value !== undefined && !(one.flag.startsWith('--no-') && value === true);
    if (isGiven) set(settings, one.path, read(one, value));
  }
  return settings;
}

/** The flag that sets the config's key at or above a path. */
export function flagOf(path: readonly PropertyKey[]): Flag | undefined {
  const key = path.filter((part) => typeof part === 'string');
  return FLAGS.find((one) => one.path.every((part, index) => key[index] === part));
}

function read({ flag, kind, example }: Flag, value: unknown): unknown {
  if (kind === 'number' && typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  if (kind !== 'pairs' && kind !== 'counts') return value;
  const texts = kind === 'counts' ? (value as string[]).flatMap((text) => text.split(',')) : (value as string[]);
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1)
        throw new UserError(
          'flag-invalid',
          `${flag.split(' ')[0]}: "${text}" given, but it must be a name, = and a value`,
          `For example: ${example}`,
        );
      const [name, rest] = [text.slice(0, at).trim(), text.slice(at + 1)];
      return [name, kind === 'counts' && /^\d+$/.test(rest) ? Number(rest) : rest];
    }),
  );
}

function set(settings: Record<string, unknown>, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    settings[first] = value;
    return;
  }
  settings[first] ??= {};
  set(settings[first] as Record<string, unknown>, rest, value);
}
