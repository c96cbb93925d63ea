// Whatever is pushed shows in the metrics alone.
import { createServer } from 'node:http';

let pushed = 0;
createServer(async (request, response) => {
  for await (const _ of request);
  if (request.url === '/metrics') return response.end(`pushed ${pushed}\n`);
  if (request.method === 'POST') pushed++;
  if (request.url.endsWith('created')) response.statusCode = 201;
  response.end('fine');
}).listen(process.env.PORT);
