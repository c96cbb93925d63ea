import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProxyServer } from 'httpxy';
import { fixedPolicy } from '../src/router/policies.ts';
import { startRouter } from '../src/router/router.ts';

const BODY = 'x'.repeat(200);

// One contestant of the router bench in a process of its own: `router-contestant.ts <role> <upstream>` prints its port, and
// tells its CPU time when asked.
const [role = '', upstream = ''] = process.argv.slice(2);
console.log(await start());
process.on('message', () => process.send?.(process.cpuUsage()));
process.on('disconnect', () => process.exit());

async function start(): Promise<number> {
  if (role === 'router pooled' || role === 'router fresh') {
    const target = { name: 'web.1', origin: upstream };
    return (await startRouter({ policy: fixedPolicy(() => target), freshConnections: role === 'router fresh' })).port;
  }
  if (role === 'app') return listen(createServer((_, reply) => reply.setHeader('Content-Type', 'text/plain').end(BODY)));
  const agent = role === 'httpxy pooled' ? new Agent({ keepAlive: true, maxFreeSockets: 256 }) : new Agent({ keepAlive: false });
  const proxy = createProxyServer({ target: upstream, agent, xfwd: true });
  return listen(createServer((request, reply) => void proxy.web(request, reply)));
}

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}
