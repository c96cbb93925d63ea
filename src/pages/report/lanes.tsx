import { useState } from 'preact/hooks';
import type { Arm, ArmStep } from '../../model/finding.ts';
import { Scroll } from '../shared/scroll.tsx';

/** More columns are folded to those that the finding is about. */
const MAX_COLUMNS = 12;

/** How an arm was played: a lane for each process, a column for each step, a mark with the reply's status. */
export function Lanes({ arm, title, told, id }: { arm: Arm; title: string; told: readonly number[]; id: string }) {
  const [isWhole, setWhole] = useState(arm.steps.length <= MAX_COLUMNS);
  const matters = ({ number, before, differs }: ArmStep) => told.includes(number) || before.length > 0 || differs;
  const steps = isWhole ? arm.steps : arm.steps.filter(matters).slice(0, 4 * MAX_COLUMNS);
  const hidden = arm.steps.length - steps.length;
  const lanes = [...new Set([...arm.processes, ...arm.steps.map(({ by }) => laneOf(by))])];
  const events = steps.flatMap(({ number, before }) => before.map((text) => `before step ${number}: ${text}`));
  return (
    <figure class="lanes">
      <figcaption>
        {title}{' '}
        <small>
          trial {arm.trial}, {arm.disks === 'own' ? 'a disk for each process' : 'one disk for all'}
        </small>
      </figcaption>
      <Scroll label={`${title}, finding ${id}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">step</th>
              {steps.map(({ number, before }) => (
                <th key={number} scope="col" class={before.length > 0 ? 'event' : undefined}>
                  {number}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lanes.map((lane) => (
              <tr key={lane}>
                <th scope="row">{lane}</th>
                {steps.map((step) => (
                  <td key={step.number} class={step.before.length > 0 ? 'event' : undefined}>
                    {laneOf(step.by) === lane && <Mark step={step} isTold={told.includes(step.number)} />}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {events.length > 0 && (
        <ul class="events">
          {events.slice(0, MAX_COLUMNS).map((text) => (
            <li key={text}>{text}</li>
          ))}
          {events.length > MAX_COLUMNS && <li>and {events.length - MAX_COLUMNS} more</li>}
        </ul>
      )}
      {hidden > 0 && (
        <button type="button" onClick={() => setWhole(true)}>
          Show {hidden} more steps
        </button>
      )}
    </figure>
  );
}

function Mark({ step: { differs, reply, by }, isTold }: { step: ArmStep; isTold: boolean }) {
  const kind = differs ? 'differs' : isTold ? 'told' : 'same';
  return (
    <span class={`mark ${kind}`} title={by}>
      {differs ? '✗ ' : ''}
      {reply}
      {by.includes("'") && <span class="life">{by.replace(/^[^']*/, '')}</span>}
    </span>
  );
}

/** The process, whichever of its lives: `web.1'` is on the lane of `web.1`. */
function laneOf(by: string): string {
  return by.replaceAll("'", '');
}
