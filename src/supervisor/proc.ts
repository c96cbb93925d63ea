import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

// All of it is read at once, not through the thread pool: these files are in memory, and there are several for each of the machine's processes.

/** A file of `/proc` as text; empty where it is not, or no longer, there. */
export function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return '';
  }
}

/** Names in a folder of `/proc`; none where it is not there. */
export function namesInProc(path: string): string[] {
  try {
    return readdirSync(`/proc/${path}`);
  } catch {
    return [];
  }
}

/** What a link of `/proc` points to; empty where it is not there. */
export function linkInProc(path: string): string {
  try {
    return readlinkSync(`/proc/${path}`);
  } catch {
    return '';
  }
}

/** Ids of all processes; empty where there is no `/proc`. */
export function processIds(): number[] {
  return namesInProc('').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}
