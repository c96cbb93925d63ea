import { kindOfRequest } from '../../model/request-kind.ts';

/**
 * Names a finding over audits, whatever steps and sessions are called and wherever they stand: 16 hexadecimal digits (FNV-1a, 64 bit) of
 * the rule and the kinds of its requests.
 */
export function fingerprint(rule: string, requests: readonly string[]): string {
  let value = 0xcbf29ce484222325n;
  for (const char of [rule, ...requests.map(kindOfRequest)].join('\n'))
    value = BigInt.asUintN(64, (value ^ BigInt(char.codePointAt(0) ?? 0)) * 0x100000001b3n);
  return value.toString(16).padStart(16, '0');
}
