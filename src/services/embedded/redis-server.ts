/**
 * A Redis written in JavaScript, as a program: `node redis-server.mjs PORT`. It is bundled with what it needs, and taken where no real server is
 * on the machine.
 */
import { Server, type Socket } from 'node:net';
import { createRedisServer } from 'js-redis-server';

const port = Number(process.argv[2]);
const { emit, listen } = Server.prototype;

// It answers in many small writes, which wait for each other otherwise.
Server.prototype.emit = function (this: Server, event: string, ...args: unknown[]) {
  if (event === 'connection') (args[0] as Socket).setNoDelay(true);
  return emit.apply(this, [event, ...args] as unknown as Parameters<typeof emit>);
} as typeof emit;

// It listens on all addresses otherwise.
Server.prototype.listen = function (this: Server, ...args: unknown[]) {
  const listening = args.find((one): one is () => void => typeof one === 'function');
  return listen.call(this, { port, host: '127.0.0.1' }, listening);
} as typeof listen;

await createRedisServer({ port });
