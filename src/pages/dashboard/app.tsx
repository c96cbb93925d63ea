import { useState } from 'preact/hooks';
import { Problem } from '../shared/problem.tsx';
import { type Act, send } from '../shared/send.ts';
import { Controls } from './controls.tsx';
import { Findings } from './findings.tsx';
import { useLive } from './live.ts';
import { Logs } from './logs.tsx';
import { Processes } from './processes.tsx';

export function App() {
  const { live, assume } = useLive();
  const [problem, setProblem] = useState<string | null>(null);
  const act: Act = (command) => void send(command).then(setProblem);
  const { state, findings } = live;
  return (
    <>
      <header>
        <p class="brand">share-nothing up</p>
        <h1>
          {findings.length === 0
            ? 'Nothing depends on one process, so far'
            : `${findings.length} request${findings.length === 1 ? ' depends' : 's depend'} on who answers`}
        </h1>
        <p class="state" role="status">
          {live.isConnected ? 'live' : 'not connected: what is shown is how it was'}
          {state?.routes.map(({ type, origin }) => (
            <a key={type} href={origin} target="_blank" rel="noreferrer">
              {origin}
            </a>
          ))}
        </p>
        <Problem text={problem} close={() => setProblem(null)} />
        {state !== null && <Controls settings={state.settings} seed={state.seed} act={act} assume={assume} />}
      </header>
      {state !== null && (
        <main>
          <Processes state={state} requests={live.requests} missed={live.missed} act={act} />
          <Findings findings={findings} isMirroring={state.settings.mirror} />
          <Logs lines={live.lines} names={[...new Set(live.lines.map(({ by }) => by))].sort()} />
        </main>
      )}
    </>
  );
}
