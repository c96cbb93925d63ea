// Keeps its records in a JSON file beside it, and reads it for every request. Says on SIGTERM that it was asked.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const file = join(process.env.FOLDER ?? process.cwd(), 'records.json');
const read = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []);

const server = createServer((request, response) => {
  if (request.method === 'POST') writeFileSync(file, JSON.stringify([...read(), { id: read().length + 1, path: request.url }]));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ records: read() }));
}).listen(process.env.PORT, '127.0.0.1');
process.on('SIGTERM', () => {
  console.log('asked to stop');
  server.close(() => process.exit(0));
});
