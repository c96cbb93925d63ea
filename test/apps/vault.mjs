// Answers as told: the file named by REPLIES holds a reply for each path, in which ‹marked› says whether this process was asked for /mark. /echo/… gives back what it was sent, as a careless debug page does. What POST /keep/NAME is told to keep, GET /kept/NAME gives back, from a file.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const replies = JSON.parse(readFileSync(process.env.REPLIES, 'utf8'));
console.log('started with', process.argv.slice(2).join(' '), process.env.DATABASE_URL, process.env.STRIPE_KEY);
if (process.env.BROKEN === 'yes') {
  console.error(`error: cannot connect to ${process.env.DATABASE_URL} with password=${process.env.DB_PWD}`);
  process.exit(1);
}

let marked = false;
createServer(async (request, response) => {
  let sent = '';
  for await (const chunk of request) sent += chunk;
  const [, action, name] = request.url.split('/');
  const file = `kept-${name}.txt`;
  if (action === 'keep') writeFileSync(file, sent);
  if (action === 'kept') return response.end(existsSync(file) ? readFileSync(file) : 'nothing');
  const { status = 200, headers = {}, body = '' } = replies[request.url] ?? {};
  if (request.url === '/mark') marked = true;
  response.writeHead(status, { 'content-type': 'text/plain', ...headers });
  const echo = [request.url, ...Object.values(request.headers), sent].map((text) => `you said ${text}`).join('\n');
  response.end(request.url.startsWith('/echo') ? echo : body.replace('‹marked›', marked ? 'yes' : 'no'));
}).listen(Number(process.env.PORT), '127.0.0.1');
