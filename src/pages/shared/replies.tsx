import { diffLines } from 'diff';
import type { ShownReply } from '../../model/finding.ts';

interface RepliesProps {
  readonly expected: ShownReply;
  readonly actual: ShownReply;
  /** What the signs mean. */
  readonly remark?: string;
}

/** Both replies, line by line, with what differs marked. */
export function Replies({ expected, actual, remark = '− expected, + actual; secrets are redacted' }: RepliesProps) {
  const parts = diffLines(textOf(expected), textOf(actual));
  return (
    <details class="replies">
      <summary>The two replies</summary>
      <pre>
        {parts.map(({ value, added, removed }, index) => {
          const sign = added ? '+ ' : removed ? '- ' : '  ';
          const text = value
            .replace(/\n$/, '')
            .split('\n')
            .map((line) => `${sign}${line}\n`)
            .join('');
          return <Part key={index} kind={added ? 'ins' : removed ? 'del' : 'span'} text={text} />;
        })}
      </pre>
      <p class="remark">
        {remark}
        {isCut(expected) || isCut(actual) ? '; cut' : ''}
      </p>
    </details>
  );
}

function Part({ kind: Kind, text }: { kind: 'ins' | 'del' | 'span'; text: string }) {
  return <Kind>{text}</Kind>;
}

function isCut({ body, bytes }: ShownReply): boolean {
  return bytes > 0 && body.length > 0 && body.length < bytes / 4;
}

function textOf({ status, reason, headers, type, body, bytes }: ShownReply): string {
  if (status === null) return `no answer: ${reason}\n`;
  const head = [String(status), ...headers.map(([name, value]) => `${name}: ${value}`)];
  return `${[...head, '', body === '' && bytes > 0 ? `(${bytes} bytes)` : inLines(type, body)].join('\n')}\n`;
}

/** The body in lines that can be compared. */
function inLines(type: string, body: string): string {
  if (/json/.test(type)) {
    try {
      return JSON.stringify(JSON.parse(body), null, 2);
    } catch {
      return body;
    }
  }
  return /html|xml/.test(type) ? body.replace(/>\s*</g, '>\n<') : body;
}
