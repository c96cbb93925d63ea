// A shop of forms. Cookie and form tokens are signed: with SHOP_KEY, or else with a key drawn at boot.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const KEY = process.env.SHOP_KEY ?? randomBytes(16);
const sign = (text) => createHmac('sha256', KEY).update(text).digest('hex');
const seal = (value) => {
  const text = Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${text}.${sign(text)}`;
};

function unseal(sealed = '') {
  const [text = '', signature = ''] = sealed.split('.');
  const wanted = Buffer.from(sign(text));
  const given = Buffer.from(signature);
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? JSON.parse(Buffer.from(text, 'base64url')) : null;
}

const page = (body) => `<!doctype html><title>Shop</title><link rel="stylesheet" href="/style.css">${body}`;
const form = (visit, action, field) =>
  `<form method="post" action="${action}"><input type="hidden" name="token" value="${seal({ for: visit, at: Date.now() })}"><input name="${field}"><button>Go</button></form>`;

createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  const fields = Object.fromEntries(new URLSearchParams(text));
  const session = unseal(/shop=([\w.-]+)/.exec(request.headers.cookie ?? '')?.[1]) ?? {
    visit: randomBytes(8).toString('hex'),
    cart: [],
  };
  const send = (status, body, headers = {}) =>
    response
      .writeHead(status, {
        'content-type': 'text/html; charset=utf-8',
        'set-cookie': `shop=${seal(session)}; Path=/; HttpOnly`,
        ...headers,
      })
      .end(body);
  if (request.url === '/style.css')
    return response.writeHead(200, { 'content-type': 'text/css' }).end('body { font-family: serif }');
  if (request.method === 'POST' && unseal(fields.token)?.for !== session.visit) return send(419, page('<h1>Page expired</h1>'));
  if (request.url === '/login') {
    session.user = fields.user;
    return send(303, '', { location: '/cart' });
  }
  if (request.url === '/items') {
    session.cart.push(fields.item);
    return send(303, '', { location: '/cart' });
  }
  if (request.url === '/cart') {
    const items = session.cart.map((item) => `<li>1 × ${item}</li>`).join('');
    return send(200, page(`<h1>Cart of ${session.user}</h1><ul>${items}</ul>${form(session.visit, '/items', 'item')}`));
  }
  send(200, page(`<h1>Shop</h1>${form(session.visit, '/login', 'user')}`));
}).listen(Number(process.env.PORT), '127.0.0.1');
