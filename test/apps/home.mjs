// Keeps a note in the home folder, and a copy of it beside itself.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';

const file = join(homedir(), '.note');

createServer((request, response) => {
  if (request.method === 'POST') for (const path of [file, 'note.txt']) writeFileSync(path, 'written');
  response.end(existsSync(file) ? readFileSync(file, 'utf8') : 'nothing');
}).listen(process.env.PORT, '127.0.0.1');
