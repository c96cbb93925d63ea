import type { RecordedRow } from '../../model/recording.ts';
import { Scroll } from '../shared/scroll.tsx';
import type { Act } from '../shared/send.ts';

interface RequestsProps {
  readonly rows: readonly RecordedRow[];
  readonly origin: string;
  readonly act: Act;
}

/** What was recorded, in order, with what is part of the session. */
export function Requests({ rows, origin, act }: RequestsProps) {
  const isShared = rows.some(({ visitor }) => visitor > 1);
  return (
    <section>
      <h2>Requests</h2>
      {rows.length === 0 ? (
        <p>
          Use the app at{' '}
          <a href={origin} target="_blank" rel="noreferrer">
            {origin}
          </a>
          : log in, change something, look at it again. What you do there is listed here.
        </p>
      ) : (
        <Scroll label="Requests">
          <table class="list requests">
            <thead>
              <tr>
                <th scope="col">Keep</th>
                <th scope="col">Step</th>
                <th scope="col">Request</th>
                <th scope="col">Status</th>
                {isShared && <th scope="col">Visitor</th>}
                <th scope="col">What is in it</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row key={row.id} row={row} isShared={isShared} act={act} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

function Row({ row, isShared, act }: { readonly row: RecordedRow; readonly isShared: boolean; readonly act: Act }) {
  const { id, method, path, status, visitor, kept, step, why, issues, secrets } = row;
  return (
    <tr class={step === null ? 'left-out' : ''}>
      <td>
        <input
          type="checkbox"
          checked={kept}
          aria-label={`Keep ${method} ${path}`}
          onChange={({ currentTarget: { checked } }) => act({ kind: 'keep', id, kept: checked })}
        />
      </td>
      <td class="number">{step}</td>
      <th scope="row">
        <code>
          {method} {path}
        </code>
      </th>
      <td class={status >= 400 ? 'bad' : ''}>{status}</td>
      {isShared && <td class="number">{visitor}</td>}
      <td>
        {issues.map(({ name, steps }) => (
          <span key={name} class="tag issued">
            issues {name} → {steps.length === 1 ? 'step' : 'steps'} {steps.join(', ')}
          </span>
        ))}
        {secrets.map((name) => (
          <span key={name} class="tag secret">
            secret: {name}
          </span>
        ))}
        {why !== null && <small>{why}</small>}
      </td>
    </tr>
  );
}
