import type { LiveProcess, LiveRequest, LiveState } from '../../model/live.ts';
import { Scroll } from '../shared/scroll.tsx';
import type { Act } from '../shared/send.ts';

type Seen = LiveRequest & { readonly at: number; readonly id: number };

/** Columns of requests. */
const SHOWN = 28;
const MIB = 1024 * 1024;
/** What can be done to a process. */
const ACTS = [
  { label: 'Restart', title: 'A successor starts, then this one is asked to end', command: { kind: 'replace', how: 'deploy' } },
  {
    label: 'Relocate',
    title: 'A successor starts on an empty disk, then this one is asked to end',
    command: { kind: 'replace', how: 'relocate' },
  },
  { label: 'Kill', title: 'SIGKILL, as in a crash', command: { kind: 'replace', how: 'crash' } },
  { label: 'Wipe', title: 'Takes what it has written off its disk while it runs', command: { kind: 'wipe' } },
] as const;

/** A lane for each process, a column for each request, and what can be done to a process. */
export function Processes({
  state,
  requests,
  missed,
  act,
}: {
  state: LiveState;
  requests: readonly Seen[];
  missed: number;
  act: Act;
}) {
  const shown = requests.slice(-SHOWN);
  const types = [...new Set(state.processes.map(({ type }) => type))];
  const nobody = shown.some(({ by }) => by === null);
  return (
    <section>
      <h2>Processes</h2>
      <Scroll label="Processes and their requests">
        <table class="processes">
          <thead>
            <tr>
              <th scope="col">process</th>
              <th scope="col">state</th>
              <th scope="col">restarts</th>
              <th scope="col">open</th>
              <th scope="col">memory</th>
              <th scope="col">files written</th>
              <th scope="col">act</th>
              <th scope="col">requests, the newest on the right{missed > 0 && ` (${missed} events left out)`}</th>
            </tr>
          </thead>
          <tbody>
            {state.processes.map((process) => (
              <Lane key={process.name} process={process} requests={shown} act={act} />
            ))}
            {nobody && (
              <tr>
                <th scope="row">nobody</th>
                <td colSpan={6} />
                <td>
                  <Marks requests={shown} by={null} />
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </Scroll>
      <p class="filters">
        {types.map((type) => {
          const count = state.processes.filter((process) => process.type === type).length;
          return (
            <span key={type} class="scale">
              {type}={count}{' '}
              <button
                type="button"
                aria-label={`One ${type} less`}
                disabled={count === 0}
                onClick={() => act({ kind: 'scale', type, count: count - 1 })}
              >
                −
              </button>{' '}
              <button type="button" aria-label={`One ${type} more`} onClick={() => act({ kind: 'scale', type, count: count + 1 })}>
                +
              </button>
            </span>
          );
        })}
      </p>
    </section>
  );
}

function Lane({ process, requests, act }: { process: LiveProcess; requests: readonly Seen[]; act: Act }) {
  const { name, state, pid, restarts, open, memory, written } = process;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class={state}>
        {state}
        {pid !== null && <small> {pid}</small>}
      </td>
      <td class="number">{restarts}</td>
      <td class="number">{open}</td>
      <td class="number">{memory === null ? '–' : `${Math.round(memory / MIB)} MB`}</td>
      <td class="number" title={written?.paths.join('\n')}>
        {written === null ? '–' : written.count}
      </td>
      <td class="acts">
        {ACTS.map(({ label, title, command }) => (
          <button key={label} type="button" title={title} onClick={() => act({ ...command, process: name })}>
            {label}
          </button>
        ))}
      </td>
      <td>
        <Marks requests={requests} by={name} />
      </td>
    </tr>
  );
}

/** The requests that one process has answered, each in its column. */
function Marks({ requests, by }: { requests: readonly Seen[]; by: string | null }) {
  return (
    <span class="marks">
      {requests.map((request) =>
        request.by === by ? (
          <span
            key={request.id}
            class={`dot ${kindOf(request)}`}
            title={`${request.method} ${request.path} → ${request.status || 'no answer'}, ${Math.round(request.ms)} ms, visitor ${request.visitor}`}
          >
            {request.method === 'GET' ? '' : (request.method[0] ?? '')}
          </span>
        ) : (
          <span key={request.id} class="gap" />
        ),
      )}
    </span>
  );
}

function kindOf({ status, whole }: LiveRequest): string {
  if (status === 0 || status >= 500 || !whole) return 'broken';
  return status >= 400 ? 'refused' : 'fine';
}
