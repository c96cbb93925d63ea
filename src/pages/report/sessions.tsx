import { ranges } from '../../model/ranges.ts';
import type { EffectReport, Report, SessionReport, StepReport } from '../../model/report.ts';
import { count } from '../../report/text.ts';
import { Scroll } from '../shared/scroll.tsx';

/** Steps, trials and fields that were not compared, to look up. */
export function Sessions({ report: { sessions } }: { report: Report }) {
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">Sessions, trials and masked fields</h2>
      {sessions.map((session) => (
        <Session key={session.name} session={session} />
      ))}
    </section>
  );
}

function Session({ session: { name, file, requests, plays, noise, effects } }: { session: SessionReport }) {
  return (
    <>
      <h3>
        {name} <small>{file}</small>
      </h3>
      <details>
        <summary>
          {requests.length} step{requests.length === 1 ? '' : 's'}
        </summary>
        <Scroll label={`Steps of ${name}`}>
          <table class="list">
            <thead>
              <tr>
                <th scope="col">step</th>
                <th scope="col">line</th>
                <th scope="col">name</th>
                <th scope="col">request</th>
                <th scope="col">answered with</th>
                <th scope="col">status</th>
                <th scope="col">what it did</th>
                <th scope="col">not compared, as controls disagree</th>
              </tr>
            </thead>
            <tbody>
              {requests.map(({ number, line, name: called, request, answered, status, kind }) => (
                <tr key={number}>
                  <td>{number}</td>
                  <td>{line}</td>
                  <td>{called ?? ''}</td>
                  <td>
                    <code>{request}</code>
                  </td>
                  <td>{answered ?? 'nothing'}</td>
                  <td>{status ?? KINDS[kind]}</td>
                  <td>
                    {effects
                      .filter(({ step }) => step === number)
                      .map(describeEffect)
                      .join('')}
                  </td>
                  <td>
                    {noise
                      .filter(({ step }) => step === number)
                      .map(({ field, as }) => `${field} (${as})`)
                      .join(', ')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
      <details>
        <summary>{count(plays.length, 'play')}</summary>
        <Scroll label={`Trials of ${name}`}>
          <table class="list">
            <thead>
              <tr>
                <th scope="col">trial</th>
                <th scope="col">axis</th>
                <th scope="col">placement, one letter a step</th>
                <th scope="col">steps that differed</th>
              </tr>
            </thead>
            <tbody>
              {plays.map(({ trial, axis, schedule, differs }) => (
                <tr key={trial} class={differs.length > 0 ? 'differs' : undefined}>
                  <td>{trial}</td>
                  <td>{axis}</td>
                  <td>
                    <code class="schedule">{schedule}</code>
                  </td>
                  <td>{differs.join(', ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
        <p class="remark">
          A, B, …: the process that served the step. Before the step that follows: ^ deploy, ! crash, ~ config change, &gt; another
          machine, # all but the disk taken, * everything taken, - files lost; twice where it came right after the reply before. ·
          left out.
        </p>
      </details>
    </>
  );
}

const KINDS: Readonly<Record<StepReport['kind'], string>> = { own: '', echo: 'asked once more', asset: 'asset' };

function describeEffect({ kind, readBy, why }: EffectReport): string {
  switch (kind) {
    case 'read':
      return `read by step ${ranges(readBy.map(({ step }) => step))}`;
    case 'asks':
      return `only asks (${why})`;
    case 'unread-meant':
      return `unread (${why})`;
    default:
      return kind;
  }
}
