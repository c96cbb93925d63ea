// Keeps notes in its memory, and shows them on a page with a form.
import { createServer } from 'node:http';

const notes = [];

createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  if (request.url === '/healthz') return response.end('ok');
  if (request.method === 'POST') {
    notes.push(new URLSearchParams(text).get('title'));
    return response.writeHead(303, { location: '/' }).end();
  }
  const list = notes.map((note) => `<li>${note}</li>`).join('');
  const form = '<form method="post" action="/notes"><input name="title"><button>Add</button></form>';
  response.setHeader('content-type', 'text/html').end(`<ul>${list}</ul>${form}`);
}).listen(Number(process.env.PORT), '127.0.0.1');
