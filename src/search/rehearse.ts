import type { Observation, Reply } from '../model/observation.ts';
import { friendliest, type Variant } from '../model/schedule.ts';
import type { Session } from '../model/session.ts';
import { compareObservation, learnOracle } from '../oracle/oracle.ts';
import { withAssets } from '../session/assets.ts';
import { unrollRedirects } from '../session/unroll.ts';
import { type Cast, dismiss, gather } from '../trials/cast.ts';
import { type Complaint, conduct } from '../trials/conduct.ts';
import type { Stage } from '../trials/stage.ts';
import { Scene } from './scene.ts';
import { refuseYouth } from './settling.ts';
import { summarise } from './summarise.ts';
import { reportUnplayable } from './unplayable.ts';

const MAX_CONTROLS = 5;

/**
 * Plays controls (one process, no restart) until they teach nothing new: two at least, five at most. The first control's
 * process also plays for a second visitor, which shows what is bound to a process. `null`: the session cannot be judged; why
 * has been recorded as a problem. Throws `TooYoung` if processes answer otherwise before they have settled.
 */
export async function rehearse(stage: Stage, session: Session, index: number): Promise<Scene | null> {
  stage.tell({ phase: 'rehearse', session: session.name, planned: 3 });
  const first = await firstControl(stage, session, index);
  if (first === null) return null;
  stage.record({ kind: 'session', session: index, summary: summarise(first.session) });
  const play = () =>
    conduct(stage, {
      session: first.session,
      sessionIndex: index,
      schedule: friendliest(first.session.steps.length),
      oracle: null,
    });
  const second = await play();
  const played = {
    session: first.session,
    index,
    controls: [first.control, second.observation] as const,
    warm: first.warm,
    complaints: [...first.complaints, ...second.complaints],
  };
  await refuseYouth(stage, played);
  if (reportUnplayable(stage, played)) return null;
  const controls: Observation[] = [...played.controls];
  for (let taught = isUncertain(stage, controls); taught && controls.length < MAX_CONTROLS; ) {
    const { observation } = await play();
    taught = disagrees(stage, controls, observation);
    controls.push(observation);
  }
  return new Scene(stage, { session: first.session, index, controls, warm: first.warm });
}

interface FirstControl {
  /** The session with its redirects, and its pages' assets, as steps. */
  readonly session: Session;
  readonly control: Observation;
  readonly complaints: readonly Complaint[];
  readonly warm: Observation;
}

async function firstControl(stage: Stage, original: Session, index: number): Promise<FirstControl | null> {
  let session = original;
  const lost = new Set<string>();
  const grow = ({ exchanges }: Observation): Session | null => {
    const replies = exchanges.map((exchange): Reply => exchange.reply);
    const unrolled = unrollRedirects(session, replies);
    return unrolled ?? (stage.config.rules.includes('runtime-assets') ? withAssets(session, replies, lost) : null);
  };
  for (;;) {
    const cast = await gather(stage, friendliest(session.steps.length), 0);
    const play = (variant: Variant) => {
      const schedule = { ...friendliest(session.steps.length), variant };
      return conduct(stage, { session, sessionIndex: index, schedule, oracle: null, cast });
    };
    try {
      if (!(await knowWorkers(stage, cast, index))) return null;
      let { observation, complaints } = await play({ kind: 'plain' });
      const before = session;
      // What the session grows to can be found out on a used process; it is then played anew on a fresh one.
      for (let grown = grow(observation); grown !== null; grown = grow(observation)) {
        session = grown;
        ({ observation, complaints } = await play({ kind: 'plain' }));
      }
      if (session !== before) {
        stage.record({ kind: 'afresh', session: index });
        continue;
      }
      // Some get ready only later than the first of them.
      if (stage.traits.workers === 1 && (await knowWorkers(stage, cast, index)) && stage.traits.workers > 1) {
        stage.record({ kind: 'afresh', session: index });
        continue;
      }
      const warm = await play({ kind: 'warm' });
      return { session, control: observation, complaints, warm: warm.observation };
    } finally {
      await dismiss(stage, cast);
    }
  }
}

/** Finds out whether one copy of the app answers with several processes. False if it does and they cannot be told apart. */
async function knowWorkers(stage: Stage, cast: Cast, index: number): Promise<boolean> {
  const slot = cast.slots.get(0);
  if (slot === undefined || stage.traits.workers > 1) return true;
  const found = await slot.process.workers();
  if (found.kind === 'several') {
    stage.traits.workers = found.pids.length;
    slot.worker = { place: 0, pids: found.pids };
    stage.record({
      kind: 'problem',
      session: null,
      step: null,
      code: 'several-workers',
      message: `one copy of the app answers with ${found.pids.length} processes: each was addressed by itself (web.1/1, web.1/2)`,
      hint: 'Nothing need be done. With one worker (WEB_CONCURRENCY=1, --workers 1) the audit is faster.',
    });
  }
  if (found.kind !== 'hidden') return true;
  stage.record({
    kind: 'problem',
    session: index,
    step: null,
    code: 'hidden-workers',
    message: `one copy of the app answers with ${found.pids.length} processes behind a socket of its own, and which of them has answered cannot be told: whatever one of them remembers would look like chance`,
    hint: 'Let it run one worker for the audit, which multiplies the whole: such as WEB_CONCURRENCY=1, --workers 1, pm.max_children = 1.',
  });
  return false;
}

/** Whether two controls leave more in doubt than the values of single fields. */
function isUncertain(stage: Stage, controls: readonly Observation[]): boolean {
  const { steps } = learnOracle(controls, { ignore: stage.config.ignore });
  const settled = /^(number|time|uuid|secret|text|ignored)$/;
  return steps.some((step) => step.unjudgeable?.kind === 'unstable' || step.noise.some((noise) => !settled.test(noise.as)));
}

function disagrees(stage: Stage, controls: readonly Observation[], latest: Observation): boolean {
  const oracle = learnOracle(controls, { ignore: stage.config.ignore });
  return compareObservation(oracle, latest).some((result) => result.kind === 'different');
}
