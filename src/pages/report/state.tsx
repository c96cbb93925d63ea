import { ranges } from '../../model/ranges.ts';
import type { Report } from '../../model/report.ts';
import { Scroll } from '../shared/scroll.tsx';

/** Where each kind of state lives that the sessions have shown, and when it goes. */
export function State({ report: { sessions, app } }: { report: Report }) {
  const rows = sessions.flatMap(({ name, state }) => state.map((one) => ({ name, ...one })));
  if (rows.length === 0) return null;
  const isSeveral = sessions.length > 1;
  return (
    <section aria-labelledby="state">
      <h2 id="state">Where state lives</h2>
      <Scroll label="Places of state">
        <table class="list state">
          <thead>
            <tr>
              {isSeveral && <th scope="col">session</th>}
              <th scope="col">what</th>
              <th scope="col">steps</th>
              <th scope="col">place</th>
              <th scope="col">there</th>
              <th scope="col">end</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, what, steps, place, detail, expiry }) => (
              <tr key={`${name} ${what} ${place} ${detail} ${steps.join()}`} class={placeClass(place)}>
                {isSeveral && <td>{name}</td>}
                <th scope="row">{what}</th>
                <td>{ranges(steps)}</td>
                <td>{place}</td>
                <td>
                  <code>{detail.startsWith(`${app.cwd}/`) ? detail.slice(app.cwd.length + 1) : detail}</code>
                </td>
                <td>{expiry ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function placeClass(place: string): string {
  return place.endsWith('of one process') ? 'fail' : place === 'not seen' ? 'open' : '';
}
