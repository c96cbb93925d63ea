import { hostname } from 'node:os';

/** A name for another machine, like this one's in length and in the kind of its characters, so that replies that show it differ in nothing else. */
export function otherHostname(number: number): string {
  const by = 1 + (number % 9);
  return hostname()
    .replace(/[a-z]/g, shift('a', 26, by))
    .replace(/[A-Z]/g, shift('A', 26, by))
    .replace(/\d/g, shift('0', 10, by));
}

function shift(first: string, many: number, by: number): (character: string) => string {
  const from = first.charCodeAt(0);
  return (character) => String.fromCharCode(from + ((character.charCodeAt(0) - from + by) % many));
}
