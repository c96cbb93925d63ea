import { useState } from 'preact/hooks';
import type { RecordState } from '../../model/recording.ts';
import { Problem } from '../shared/problem.tsx';
import { type Act, send } from '../shared/send.ts';
import { useRecorded } from './recorded.ts';
import { Requests } from './requests.tsx';
import { SessionText } from './session-text.tsx';

export function App() {
  const { state, isConnected, refresh } = useRecorded();
  const [problem, setProblem] = useState<string | null>(null);
  const act: Act = (command) =>
    void send(command).then((wrong) => {
      setProblem(wrong);
      refresh();
    });
  return (
    <>
      <header>
        <p class="brand">share-nothing record</p>
        <h1>{state === null ? 'Recording' : titleOf(state)}</h1>
        <p class="state" role="status">
          {isConnected ? 'recording' : 'not connected: what is shown is how it was'}
          {state !== null && (
            <a href={state.origin} target="_blank" rel="noreferrer">
              {state.origin}
            </a>
          )}
          {state?.saved != null && <span class="saved">{state.saved}</span>}
        </p>
        <Problem text={problem} close={() => setProblem(null)} />
        {state !== null && (
          <div class="filters">
            <button type="button" class="main" onClick={() => act({ kind: 'save' })}>
              Save as {state.file}
            </button>
            <button type="button" onClick={() => act({ kind: 'clear' })}>
              Begin anew
            </button>
            <Remarks state={state} />
          </div>
        )}
      </header>
      {state !== null && (
        <main>
          <Requests rows={state.rows} origin={state.origin} act={act} />
          <SessionText state={state} />
        </main>
      )}
    </>
  );
}

function titleOf({ rows }: RecordState): string {
  const steps = rows.filter(({ step }) => step !== null).length;
  return `${steps} step${steps === 1 ? '' : 's'} recorded`;
}

function Remarks({ state: { missed, upgrades } }: { readonly state: RecordState }) {
  const words = [
    missed === 0 ? '' : `${missed} request${missed === 1 ? ' was' : 's were'} too long or too many to be kept`,
    upgrades === 0 ? '' : `${upgrades} WebSocket${upgrades === 1 ? ' is' : 's are'} not recorded`,
  ].filter((text) => text !== '');
  return words.length === 0 ? null : <small>{words.join('; ')}</small>;
}
