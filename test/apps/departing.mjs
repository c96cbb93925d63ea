// Keeps names in Redis (REDIS_URL), in the way that HOW says; POST /NAME, GET /.
//   keeps: as it should.
//   deploy-clears: an end in good order (SIGTERM) clears them.
//   lock-left: a lock file on its own disk, gone after an end in good order only, keeps it from starting again.
//   shipped-later: what is written goes to a journal on its own disk, and to Redis when it ends in good order or starts again; no two processes
//     run side by side, as each listens on ADMIN_PORT.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Redis } from 'ioredis';

const { HOW, REDIS_URL, PORT, ADMIN_PORT } = process.env;
const LOCK = 'app.lock';
const JOURNAL = 'journal.json';
const journal = () => (existsSync(JOURNAL) ? JSON.parse(readFileSync(JOURNAL, 'utf8')) : []);
const redis = new Redis(REDIS_URL);
const stored = () => redis.lrange('names', 0, -1);

async function ship() {
  const names = journal();
  if (names.length > 0) await redis.rpush('names', ...names);
  rmSync(JOURNAL, { force: true });
}

if (HOW === 'lock-left') {
  if (existsSync(LOCK)) {
    console.error(`${LOCK} is there: is another process running?`);
    process.exit(1);
  }
  writeFileSync(LOCK, String(process.pid));
}
if (HOW === 'shipped-later') {
  await new Promise((resolve) => createServer().listen(Number(ADMIN_PORT), '127.0.0.1', resolve));
  await ship();
}
process.on('SIGTERM', async () => {
  if (HOW === 'deploy-clears') await redis.del('names');
  if (HOW === 'shipped-later') await ship();
  if (HOW === 'lock-left') rmSync(LOCK);
  process.exit(0);
});
createServer(async (request, response) => {
  const name = request.url.slice(1);
  if (request.method === 'POST' && HOW === 'shipped-later') writeFileSync(JOURNAL, JSON.stringify([...journal(), name]));
  else if (request.method === 'POST') await redis.rpush('names', name);
  const names = [...(await stored()), ...journal()];
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ names }));
}).listen(Number(PORT), '127.0.0.1');
