// A server whose way of living is described by the environment.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { PORT, HOST = '127.0.0.1', BOOT_MS = '0', READY_AFTER = '0', DIARY, LINGER_MS, CHATTER } = process.env;
const note = (text) => DIARY && appendFileSync(DIARY, `${text}\n`);

note(`born ${process.pid}`);
if (CHATTER) process.stdout.write(`${'x'.repeat(2000)}\n`.repeat(Number(CHATTER)));
console.log('\u001b[31mstarting\u001b[0m');
if (process.argv.includes('--daemon'))
  spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e3)'], { detached: true, stdio: 'ignore' });
if (LINGER_MS)
  process.on('SIGTERM', () => {
    note('asked');
    setTimeout(() => {
      note('done');
      process.exit(0);
    }, Number(LINGER_MS));
  });

let asked = 0;
const server = createServer((request, response) => {
  if (request.url === '/ready') return response.writeHead(++asked > Number(READY_AFTER) ? 204 : 503).end();
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ port: PORT, args: process.argv.slice(2), workers: process.env.WEB_CONCURRENCY, asked }));
});
setTimeout(() => server.listen(Number(PORT), HOST, () => note(`ready ${process.pid}`)), Number(BOOT_MS));
