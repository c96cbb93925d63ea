// Names that are registered in Redis, each once; SHUTDOWN=yes: the app ends its store when it is asked.
import { createServer } from 'node:http';
import { Redis } from 'ioredis';

const store = new Redis(process.env.CACHE_URL ?? process.env.REDIS_URL);
store.on('error', () => {});
createServer(async (request, response) => {
  const name = new URL(request.url, 'http://localhost').pathname.slice(1);
  if (process.env.SHUTDOWN === 'yes') store.shutdown('NOSAVE').catch(() => {});
  const answer = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (request.method === 'GET') return answer(200, { registered: (await store.exists(name)) === 1 });
  const isNew = (await store.setnx(name, 'yes')) === 1;
  answer(isNew ? 201 : 409, { name, isNew });
}).listen(Number(process.env.PORT), '127.0.0.1');
