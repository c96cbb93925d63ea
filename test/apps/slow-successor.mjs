// Whoever starts as the second successor within one visit has no offers for a while; how many there were is counted elsewhere.
import { createServer } from 'node:http';

const { successors } = await (await fetch(`${process.env.COUNTER}/start`)).json();
let offers = ['book', 'pen'];
if (successors > 1) {
  offers = [];
  setTimeout(() => (offers = ['book', 'pen']), 120);
}

createServer(async (request, response) => {
  if (request.method === 'POST') await fetch(process.env.COUNTER + request.url);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(request.url === '/offers' ? { offers } : { page: request.url }));
}).listen(process.env.PORT, '127.0.0.1');
