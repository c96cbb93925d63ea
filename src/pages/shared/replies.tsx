import type { ShownReply } from '../../model/finding.ts';

interface RepliesProps {
  readonly replies: readonly [ShownReply, ShownReply];
  /** What stands above each of them. */
  readonly titles: readonly [string, string];
}

/** Both replies as they came, but for secrets, and cut. */
export function Replies({ replies, titles }: RepliesProps) {
  return (
    <details class="replies">
      <summary>The two replies as they came</summary>
      <div class="pair">
        {replies.map((reply, index) => (
          <figure key={titles[index]} class="lanes">
            <figcaption>{titles[index]}</figcaption>
            <pre>{textOf(reply)}</pre>
          </figure>
        ))}
      </div>
      <p class="remark">Secrets are redacted{replies.some(isCut) ? '; long replies are cut' : ''}.</p>
    </details>
  );
}

function isCut({ body, bytes }: ShownReply): boolean {
  return bytes > 0 && body.length > 0 && body.length < bytes / 4;
}

function textOf({ status, reason, headers, body, bytes }: ShownReply): string {
  if (status === null) return `no answer: ${reason}`;
  const head = [String(status), ...headers.map(([name, value]) => `${name}: ${value}`)];
  return [...head, '', body === '' && bytes > 0 ? `(${bytes} bytes)` : body].join('\n');
}
