import { type ServerResponse, STATUS_CODES } from 'node:http';
import { OUTCOME_HEADER } from './headers.ts';

/** Why no app answered: `nobody` was there, the connection was `refused`, or the request was sent and its fate is unknown. */
export type Failure = 'nobody' | 'refused' | 'lost';

const ANSWERS: Readonly<Record<Failure, { readonly status: number; readonly outcome: string; readonly text: string }>> = {
  nobody: { status: 503, outcome: 'refused', text: 'no process is there to answer\n' },
  refused: { status: 502, outcome: 'refused', text: 'the process declined the connection\n' },
  lost: {
    status: 502,
    outcome: 'lost',
    text: 'the process closed the connection before it answered\n',
  },
};

/** Answers in place of the app; a client that has gone is left alone. */
export function answerFailure(reply: ServerResponse, failure: Failure): void {
  if (reply.destroyed || reply.headersSent) return;
  const { status, outcome, text } = ANSWERS[failure];
  reply.writeHead(
    status,
    STATUS_CODES[status],
    [
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Content-Length', String(Buffer.byteLength(text))],
      ['Cache-Control', 'no-store'],
      [OUTCOME_HEADER, outcome],
    ].flat(),
  );
  reply.end(text);
}

/** Ends the client's connection so that a reply already begun is seen to be broken. */
export function breakOff(reply: ServerResponse): void {
  // To a client without chunks a plain end may look like the end of the body.
  if (reply.req.httpVersion === '1.0') reply.socket?.resetAndDestroy();
  reply.destroy();
}
