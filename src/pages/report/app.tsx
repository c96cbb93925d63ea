import { durationWords } from '../../model/duration.ts';
import type { Report } from '../../model/report.ts';
import { SERVICE_TITLES } from '../../model/service.ts';
import { conclusionOf } from '../../report/conclusion.ts';
import { Clauses } from './clauses.tsx';
import { Coverage } from './coverage.tsx';
import { Findings } from './findings.tsx';
import { NotJudged } from './not-judged.tsx';
import { ReachedRoutes } from './reached.tsx';
import { Sessions } from './sessions.tsx';
import { State } from './state.tsx';

const SIGNS = { conforms: '✓', 'does-not-conform': '✗', 'no-verdict': '?' } as const;

/** The whole report: the first screen says what was audited, and what the verdict rests on. */
export function App({ report }: { report: Report }) {
  const { conclusion, app, seed, tool, trials, isolation, services, formation, values, audited } = report;
  const notJudged = <NotJudged report={report} />;
  return (
    <>
      <header>
        <p class="brand">share-nothing · factor VI</p>
        <h1 class={conclusion}>
          <span class="sign" aria-hidden="true">
            {SIGNS[conclusion]}
          </span>
          {conclusionOf(report)}
        </h1>
        <dl class="facts">
          <Fact name="app" value={app.command.join(' ')} />
          <Fact name="folder" value={app.cwd} />
          {audited.commit !== null && <Fact name="commit" value={audited.commit} />}
          <Fact name="date" value={audited.at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')} />
          {audited.ms !== null && <Fact name="took" value={durationWords(audited.ms)} />}
          <Fact name="trials" value={String(trials)} />
          <Fact name="seed" value={String(seed)} />
          <Fact name="disks" value={isolation === null ? 'unknown' : isolation.host} />
          {formation.length > 1 && (
            <Fact name="processes" value={formation.map(({ name, count }) => `${name} ${count}`).join(', ')} />
          )}
          {services.length > 0 && (
            <Fact name="services" value={services.map(({ name, origin }) => `${SERVICE_TITLES[name]} (${origin})`).join(', ')} />
          )}
          <Fact name="made by" value={tool} />
          {values === 'disguised' && (
            <Fact name="values" value="what only the app knows is disguised, each value by one of its shape (--show-values)" />
          )}
        </dl>
      </header>
      <main>
        {/* What the verdict rests on comes first: findings or, where it is none, what could not be judged. */}
        {conclusion === 'no-verdict' && notJudged}
        <Findings report={report} />
        <div class="overview">
          <Clauses report={report} />
          <Coverage report={report} />
        </div>
        {conclusion !== 'no-verdict' && notJudged}
        <State report={report} />
        <ReachedRoutes report={report} />
        <Sessions report={report} />
      </main>
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
