import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../errors.ts';

/** Where a server is to listen. */
export interface Listening {
  /** What it is, in a word: `router`. */
  readonly what: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** What to do if it cannot be had. */
  readonly hint: string;
}

/** Waits until a server listens. Promises its port; one that cannot be had is a `UserError`. */
export async function listen(server: Server, { what, host, port, hint }: Listening): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    throw new UserError(`${what}-listen`, `the ${what} cannot listen on ${host}:${port} (${code})`, hint, { cause });
  }
  return (server.address() as AddressInfo).port;
}
