import { tmpdir } from 'node:os';

/** Folders for temporary state: the first that will do is used. */
export const ROOMS: readonly string[] = [tmpdir(), '/var/tmp', '/dev/shm'];
