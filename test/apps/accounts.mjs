// Accounts in a file that outlives every process: a second sign-up with the same name is refused.
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const folder = process.env.ACCOUNTS;

createServer(async (request, response) => {
  const reply = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  let text = '';
  for await (const chunk of request) text += chunk;
  if (request.method !== 'POST') return reply(200, { ok: true });
  const file = join(folder, encodeURIComponent(JSON.parse(text).email));
  if (existsSync(file)) return reply(409, { error: 'taken' });
  writeFileSync(file, '');
  reply(201, { ok: true });
}).listen(Number(process.env.PORT), '127.0.0.1');
