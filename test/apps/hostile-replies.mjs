// Answers /N by the N-th reply of a list of raw bytes in Base64 (REPLIES), and closes; the rest of its replies are in order.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const replies = JSON.parse(readFileSync(process.env.REPLIES, 'utf8')).map((text) => Buffer.from(text, 'base64'));
createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', (head) => {
    const number = Number(/^\S+ \/(\d+)/.exec(head.toString('latin1'))?.[1] ?? -1);
    socket.end(replies[number] ?? 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok');
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
