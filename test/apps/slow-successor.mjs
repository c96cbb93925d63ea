// Whoever is told at its start that it is late has no offers for a while; with DECLINES it answers nothing before.
import { createServer } from 'node:http';

const { late } = await (await fetch(`${process.env.COUNTER}/start`)).json();
let isReady = !late;
if (late) setTimeout(() => (isReady = true), process.env.DECLINES ? 1000 : 120);

createServer(async (request, response) => {
  if (request.method === 'POST') await fetch(process.env.COUNTER + request.url);
  response.setHeader('content-type', 'application/json');
  if (!isReady && process.env.DECLINES) return response.writeHead(503).end('{"error":"starting"}');
  response.end(JSON.stringify(request.url === '/offers' ? { offers: isReady ? ['book', 'pen'] : [] } : { page: request.url }));
}).listen(process.env.PORT, '127.0.0.1');
