// An app with one odd behaviour, named by the first argument; /odd/NAME answers in an odd way whatever that is.

import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createTlsServer } from 'node:tls';
import { gzipSync } from 'node:zlib';

const [, , behaviour = 'plain'] = process.argv;
const port = Number(process.env.PORT);

// Members of a gzip stream follow each other: 100 MB that are made at once.
let bomb = null;

const answers = {
  huge(response) {
    const chunk = Buffer.alloc(1 << 20, 'x');
    let left = 100;
    response.writeHead(200, { 'content-type': 'text/plain' });
    const push = () => {
      while (left > 0) {
        left--;
        if (!response.write(chunk)) return response.once('drain', push);
      }
      response.end();
    };
    push();
  },
  endless(response) {
    response.writeHead(200, { 'content-type': 'text/plain' });
    const timer = setInterval(() => response.write('more\n'), 20);
    response.on('close', () => clearInterval(timer));
  },
  'wrong-length'(response) {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '1000' });
    response.write('short');
    setImmediate(() => response.destroy());
  },
  'broken-gzip'(response) {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
    response.end('this is not gzip');
  },
  'invalid-utf8'(response) {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(Buffer.from([0x68, 0x69, 0xff, 0xfe, 0x0a]));
  },
  'gzip-bomb'(response) {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
    bomb ??= Buffer.concat(Array(100).fill(gzipSync(Buffer.alloc(1_000_000))));
    response.end(bomb);
  },
  'odd-cookies'(response) {
    const cookies = [
      '=x',
      'novalue',
      'a=b; Domain=.example.com',
      'c="q;q"; Path=/x',
      '__Host-z=1; Secure',
      `d=${'x'.repeat(5000)}`,
    ];
    response.writeHead(200, { 'set-cookie': [...cookies, 'e=1; Expires=garbage; Max-Age=nope', ''] }).end();
  },
  slow(response) {
    response.writeHead(200, { 'content-type': 'text/plain' });
    let left = 20;
    const timer = setInterval(() => {
      if (left-- > 0) return response.write('x');
      clearInterval(timer);
      response.end();
    }, 10);
  },
  failing(response) {
    response.writeHead(500).end('no database');
  },
  missing(response) {
    response.writeHead(404).end();
  },
  moody(response) {
    response.writeHead(Math.random() < 0.5 ? 200 : 202).end();
  },
};

const server = createServer((request, response) => {
  const answer = answers[request.url.split('/')[2]] ?? answers[behaviour];
  if (request.url.startsWith('/odd') && answer !== undefined) return answer(response);
  response.writeHead(200, { 'content-type': 'text/plain' }).end('hello\n');
});

switch (behaviour) {
  case 'exits':
    console.error('Error: DATABASE_URL is not set');
    process.exit(3);
    break;
  case 'never-listens':
    setInterval(() => {}, 1000);
    break;
  case 'ignores-port':
    createServer((_, response) => response.end('hi')).listen(Number(process.argv[3]), '127.0.0.1');
    break;
  case 'ignores-sigterm':
    process.on('SIGTERM', () => {});
    server.listen(port, '127.0.0.1');
    break;
  case 'forks':
    spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' }).unref();
    server.listen(port, '127.0.0.1');
    break;
  case 'ipv6':
    server.listen(port, '::1');
    break;
  case 'unix-socket':
    server.listen('app.sock');
    break;
  case 'http2':
    createHttp2Server((_, response) => response.end('hello')).listen(port, '127.0.0.1');
    break;
  case 'tls':
    createTlsServer({}, () => {}).listen(port, '127.0.0.1');
    break;
  case 'daemon':
    // It sheds its parent, its group, its session and its environment, and ends by itself in a week.
    spawn('env', ['-i', '/usr/bin/setsid', '/bin/sleep', process.argv[3]], { detached: true, stdio: 'ignore' }).unref();
    // One that lowers a limit of its own for itself.
    spawn('env', ['-i', '/usr/bin/setsid', '/usr/bin/prlimit', '--msgqueue=1024:1024', '/bin/sleep', process.argv[3]], {
      detached: true,
      stdio: 'ignore',
    }).unref();
    server.listen(port, '127.0.0.1');
    break;
  case 'floods':
    setInterval(() => process.stdout.write(`${'x'.repeat(1000)}\n`.repeat(100)), 1);
    server.listen(port, '127.0.0.1');
    break;
  default:
    server.listen(port, '127.0.0.1');
}
