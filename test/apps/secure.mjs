// Logs visitors in by a cookie that it only sets where TLS was ended in front of it.
import { createServer } from 'node:http';

createServer((request, response) => {
  const secure = request.headers['x-forwarded-proto'] === 'https';
  const known = /visitor=ann/.test(request.headers.cookie ?? '');
  if (request.method === 'POST')
    return response.writeHead(204, secure ? { 'set-cookie': 'visitor=ann; Secure; Path=/' } : {}).end();
  response.writeHead(known ? 200 : 401, { 'content-type': 'text/plain' }).end(known ? 'Hello, ann' : 'log in first');
}).listen(Number(process.env.PORT), '127.0.0.1');
