import { once } from 'node:events';
import { connect } from 'node:net';

const ANSWER_MS = 10_000;

/**
 * One command of Memcached's text protocol, and its answer up to the line that ends it, as Latin-1 (docs/protocol.txt of Memcached). Rejects if
 * nobody answers.
 */
export async function ask({ host, port }: { host: string; port: number }, command: string, end: RegExp): Promise<string> {
  const socket = connect({ host, port });
  socket.setEncoding('latin1');
  socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error(`no answer within ${ANSWER_MS / 1000} s`)));
  try {
    await once(socket, 'connect');
    socket.write(`${command}\r\n`);
    let answer = '';
    for await (const chunk of socket) {
      answer += chunk;
      if (/^(?:ERROR|CLIENT_ERROR|SERVER_ERROR)/.test(answer)) throw new Error(answer.trim());
      if (end.test(answer)) return answer;
    }
    throw new Error('the connection ended');
  } finally {
    socket.destroy();
  }
}
