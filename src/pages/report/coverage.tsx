import type { BehindReport, Report, SessionReport, WritesReport } from '../../model/report.ts';
import { STANDS_FOR } from '../../model/schedule.ts';
import { count } from '../../report/text.ts';

/** What of the search space was really played, session by session. */
export function Coverage({ report: { sessions } }: { report: Report }) {
  return (
    <section aria-labelledby="coverage">
      <h2 id="coverage">Coverage reached</h2>
      {sessions.length === 0 && <p>No session was played.</p>}
      {sessions.map((session) => (
        <div key={session.name} class="coverage">
          <h3>
            {session.name}{' '}
            <small>
              {count(session.steps, 'step')}
              {session.echoes > 0 ? `, ${session.echoes} once more` : ''}
              {session.assets > 0 ? `, ${count(session.assets, 'asset')}` : ''}
            </small>
          </h3>
          {session.coverage === null ? <p>It could not be played to its end.</p> : <Meters session={session} />}
        </div>
      ))}
    </section>
  );
}

function Meters({ session: { coverage, runs, behind, requests, steps, echoes, writes } }: { session: SessionReport }) {
  if (coverage === null) return null;
  const { judged, pairs, pairsUncovered, triples, triplesCovered, disk, jobs, cutShort } = coverage;
  if (runs !== null) return <Runs runs={runs} judged={judged.length} steps={requests.length} cutShort={cutShort} />;
  // Assets are not fetched after restarts.
  const boundaries = Math.max(0, steps + echoes - 1);
  return (
    <>
      <Meter name="steps judged" value={judged.length} of={requests.length} />
      {writes !== null && <Writes writes={writes} />}
      <Meter name="pairs on two processes" value={pairs - pairsUncovered.length} of={pairs} />
      <Meter name="patterns of three steps" value={triplesCovered} of={triples} />
      {RESTARTS.map(([mode, name]) => (
        <RestartMeter key={mode} name={name} coverage={coverage} mode={mode} of={boundaries} />
      ))}
      {disk !== null && <Meter name="pairs on two disks" value={disk.pairs - disk.pairsUncovered.length} of={disk.pairs} />}
      {jobs !== null && <JobMeters jobs={jobs} boundaries={boundaries} />}
      {behind !== null && <BehindMeters behind={behind} />}
      {cutShort !== null && <p class="remark">Cut short: {cutShort}</p>}
    </>
  );
}

const RESTARTS = [
  ['everything', 'restarts that take everything'],
  ['memory', 'restarts that take all but the disk'],
  ['deploy', 'restarts: deploy'],
  ['crash', 'restarts: crash'],
  ['config', 'restarts: config change'],
  ['relocate', 'moves to another machine'],
] as const;

interface RestartMeterProps {
  readonly name: string;
  readonly coverage: NonNullable<SessionReport['coverage']>;
  readonly mode: (typeof RESTARTS)[number][0];
  readonly of: number;
}

/** Restarts of one kind that were played, and what is known of others of the kind from restarts that take more. */
function RestartMeter({ name, coverage: { restarts, implied }, mode, of }: RestartMeterProps) {
  const [played, more] = [restarts[mode].length, implied[mode].length];
  if (mode in STANDS_FOR && played === 0) return null;
  return <Meter name={name} value={played} of={of} implied={more} />;
}

interface RunsProps {
  readonly runs: NonNullable<SessionReport['runs']>;
  readonly judged: number;
  readonly steps: number;
  readonly cutShort: string | null;
}

/** How often a script was run, and where: it has no other placements. */
function Runs({ runs: { elsewhere, again, afterKill }, judged, steps, cutShort }: RunsProps) {
  return (
    <>
      <Meter name="steps judged" value={judged} of={steps} />
      <dl class="facts">
        <div>
          <dt>Runs where it had never run</dt>
          <dd>{elsewhere}</dd>
        </div>
        <div>
          <dt>Runs where it had run</dt>
          <dd>{again}</dd>
        </div>
        <div>
          <dt>Runs where it had been killed</dt>
          <dd>{afterKill}</dd>
        </div>
      </dl>
      {cutShort !== null && <p class="remark">Cut short: {cutShort}</p>}
    </>
  );
}

/** What was played of the work that requests begin, and of the processes that do it. */
function JobMeters({
  jobs,
  boundaries,
}: {
  jobs: NonNullable<NonNullable<SessionReport['coverage']>['jobs']>;
  boundaries: number;
}) {
  const rows = [
    ['web ended right after its reply', jobs.deaths],
    ['workers ended in the midst of work', jobs.cut],
    ['workers ended between jobs', jobs.between],
  ] as const;
  return (
    <>
      {rows.flatMap(([name, modes]) =>
        Object.entries(modes).map(([mode, steps]) => (
          <Meter key={`${name} ${mode}`} name={`${name}: ${mode}`} value={steps.length} of={boundaries} />
        )),
      )}
      {jobs.apart && (
        <p class="remark">Everything was also played with a disk of its own for each process that is asked nothing.</p>
      )}
      {jobs.more.length > 0 && <p class="remark">Everything was also played with one more process of {jobs.more.join(', ')}.</p>}
    </>
  );
}

/** What was played once the sources of findings were played on every process. */
function BehindMeters({ behind: { findings, footing, refused, pairs, pairsOf } }: { behind: BehindReport }) {
  const about = `behind ${findings.join(', ')}`;
  if (refused !== null)
    return (
      <p class="remark">
        Not tried {about}: {refused}
      </p>
    );
  return (
    <>
      <p class="remark">
        Step {footing.join(', ')} played on every process, to look {about}.
      </p>
      {pairs > 0 && <Meter name="pairs on two processes, behind" value={pairs} of={pairsOf} />}
    </>
  );
}

/** Writes that later steps show, and where these were answered. */
function Writes({ writes: { all, read, onOthers, after, onOtherDisks } }: { writes: WritesReport }) {
  const restarted = Math.max(after.everything, after.memory, Math.min(after.deploy, after.crash, after.config));
  return (
    <>
      <Meter name="writes read later" value={read} of={all} />
      <Meter name="… on another process" value={onOthers} of={all} />
      <Meter name="… after each kind of restart" value={restarted} of={all} />
      {onOtherDisks !== null && <Meter name="… on another disk" value={onOtherDisks} of={all} />}
    </>
  );
}

interface MeterProps {
  readonly name: string;
  readonly value: number;
  readonly of: number;
  /** What need not be played any more. */
  readonly implied?: number;
}

function Meter({ name, value, of, implied = 0 }: MeterProps) {
  const share = (part: number) => `${of === 0 ? 0 : Math.min(1, part / of) * 100}%`;
  return (
    <div class="meter">
      <span>{name}</span>
      <span class="bar" aria-hidden="true">
        <i style={{ width: share(value) }} />
        {implied > 0 && <i class="implied" style={{ width: share(implied) }} />}
      </span>
      <span class="number">
        {value} of {of}
        {implied > 0 ? `, ${implied} implied` : ''}
      </span>
    </div>
  );
}
