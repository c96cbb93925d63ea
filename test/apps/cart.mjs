// A shop that keeps sessions in its memory, as the fixture app on Express does, but boots in no time.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const sessions = new Map();

function bodyOf(request) {
  return new Promise((resolve) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => resolve(text === '' ? {} : JSON.parse(text)));
  });
}

createServer(async (request, response) => {
  const answer = (status, value, headers = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
  const id = /connect\.sid=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  const session = sessions.get(id);
  const body = await bodyOf(request);
  if (request.url === '/') return answer(200, { shop: 'open' });
  if (request.url === '/ready') return answer(200, {});
  if (request.url === '/login') {
    const sid = `s%3A${randomBytes(16).toString('hex')}`;
    sessions.set(sid, { user: body.user, items: [] });
    return answer(200, { ok: true }, { 'set-cookie': `connect.sid=${sid}; Path=/; HttpOnly` });
  }
  if (session === undefined) return answer(401, { error: 'please log in' });
  if (request.method === 'POST') {
    session.items.push(body.item);
    return answer(201, { items: session.items });
  }
  return answer(200, { items: session.items });
}).listen(process.env.PORT, '127.0.0.1');
