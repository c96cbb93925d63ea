// Answers as told: the file named by REPLIES holds a reply for each path. /echo/… gives back what it was sent, as a careless debug page does.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const replies = JSON.parse(readFileSync(process.env.REPLIES, 'utf8'));
console.log('started with', process.argv.slice(2).join(' '), process.env.DATABASE_URL, process.env.STRIPE_KEY);
if (process.env.BROKEN === 'yes') {
  console.error(`error: cannot connect to ${process.env.DATABASE_URL} with password=${process.env.DB_PWD}`);
  process.exit(1);
}

createServer(async (request, response) => {
  let sent = '';
  for await (const chunk of request) sent += chunk;
  const { status = 200, headers = {}, body = '' } = replies[request.url] ?? {};
  response.writeHead(status, { 'content-type': 'text/plain', ...headers });
  const echo = [request.url, ...Object.values(request.headers), sent].map((text) => `you said ${text}`).join('\n');
  response.end(request.url.startsWith('/echo') ? echo : body);
}).listen(Number(process.env.PORT), '127.0.0.1');
