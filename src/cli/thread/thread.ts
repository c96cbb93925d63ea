import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { messageOf, UserError } from '../../errors.ts';
import { causesOf } from '../describe-error.ts';
import { type News, type PlainError, perform, type Task } from './tasks.ts';

/** The thread that does the task it is sent, so that the main thread always has time for Ctrl-C. Begun by `off-thread.ts`. */
const port = parentPort;
if (port === null) throw new Error('this is not the main thread');
const controller = new AbortController();
const tell = (news: News) => port.postMessage(news);

const [task]: Task[] = await once(port, 'message');
port.on('message', () => {
  tell({ kind: 'interrupted' });
  controller.abort();
});
try {
  const result = await perform(task as Task, {
    signal: controller.signal,
    onProgress: (progress) => tell({ kind: 'progress', progress }),
  });
  tell({ kind: 'done', result });
} catch (error) {
  tell({ kind: 'failed', error: plain(error) });
}
port.close();

function plain(error: unknown): PlainError {
  if (error instanceof UserError) {
    const { message, code, hint, details } = error;
    return { message, stack: '', user: { code, hint, details } };
  }
  return { message: messageOf(error), stack: causesOf(error), user: null };
}
