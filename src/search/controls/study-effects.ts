import { ignorer } from '../../model/ignore.ts';
import { isSafe, type Observation } from '../../model/observation.ts';
import { friendliest, type Variant } from '../../model/schedule.ts';
import { isOwn, type Session, templateText } from '../../model/session.ts';
import { compareObservation } from '../../oracle/compare/comparison.ts';
import type { Oracle } from '../../oracle/compare/judge-step.ts';
import { asksOnly, mayAsk } from '../../oracle/effects/asks.ts';
import { type Effect, effectsOf } from '../../oracle/effects/effects.ts';
import { learnOracle } from '../../oracle/learn/learn-oracle.ts';
import { readsBefore, withEchoes, withoutAssets } from '../../session/growth/echo.ts';
import { standInsFor } from '../../session/play/stand-ins.ts';
import { type PlayedTrial, playTrial } from '../../trials/play-trial.ts';
import type { TestBed } from '../../trials/test-bed.ts';
import type { TrialProcesses } from '../../trials/trial-processes.ts';
import { patience } from '../patience.ts';

/** A session that has just been played. */
export interface Studied {
  readonly session: Session;
  readonly index: number;
  /** Its processes, which go on running; `null`: every visitor is to find others, as the services are then as they were. */
  readonly trialProcesses: TrialProcesses | null;
  readonly played: PlayedTrial;
}

/** What came of it. */
export interface Study {
  /** The session with those of its own reads at its end that show what nothing shows before; `null`: it is complete. */
  readonly longer: Session | null;
  /** Plays of this session by further visitors on the same process that left no step out. */
  readonly visits: readonly Observation[];
}

/**
 * Finds out what each step does that may change something: more visitors play the session on the same processes (or others, where services can be made as they were), each without one of those
 * steps; where nothing notices, one in which it writes something else. Where still nothing shows what a step did, the session's own reads are
 * asked once more at its end: the session with those of them that do show it is to be played and studied in its turn. The plays are evidence,
 * and judged as such.
 */
export async function studyEffects(bed: TestBed, studied: Studied): Promise<Study> {
  const { session, index, played } = studied;
  const changers = changersOf(bed, session, played.observation);
  const study = changers.length === 0 ? null : await visit(bed, studied, played);
  if (study === null) return { longer: null, visits: [] };
  // The last visitor leaves out what comes first: steps that tidy up, which come later, are played.
  for (const step of changers.toReversed()) await study.play({ kind: 'omit', step });
  const isUnread = ({ step, readers }: Effect) => readers.length === 0 && !isSafe(session.steps[step]?.method ?? '');
  const hasEchoes = session.steps.some(({ echo }) => echo !== null);
  const unread = study.effects().filter(isUnread);
  let isChanged = false;
  for (const { step } of unread) {
    // Where reads are asked once more, what seems to ask may be what they are there for.
    if ((await study.asksOnly(step)) && !hasEchoes) continue;
    await study.play({ kind: 'change', step });
    isChanged = true;
  }
  if (isChanged) await study.leave();
  const open = study
    .effects()
    .filter(isUnread)
    .map(({ step }) => step);
  const reads = readsBefore(session, Math.max(-1, ...open)).filter((read) => study.oracle.steps[read]?.unjudgeable === null);
  const isComplete = open.length === 0 || reads.length === 0 || hasEchoes;
  if (isComplete) return { longer: null, visits: study.visits() };
  const longer = withEchoes(withoutAssets(session), reads);
  const again = await visit(bed, { ...studied, session: longer }, null);
  if (again === null) return { longer: null, visits: study.visits() };
  for (const step of open) {
    await again.play({ kind: 'omit', step });
    await again.play({ kind: 'change', step });
  }
  await again.leave();
  const first = longer.steps.findIndex(({ echo }) => echo !== null);
  const needed = fewest(again.effects(), { first, count: reads.length }).map((at) => reads[at - first] ?? 0);
  // The plays with the echoes are of another session: their steps have other numbers where it fetches assets.
  if (needed.length === 0) return { longer: null, visits: study.visits() };
  bed.record({ kind: 'afresh', session: index });
  return { longer: withEchoes(session, needed), visits: [] };
}

interface Trial {
  readonly oracle: Oracle;
  play(variant: Variant): Promise<Observation>;
  effects(): Effect[];
  visits(): Observation[];
  /** One more whole play: without a step that tidies up, the app's store is as no whole play leaves it. */
  leave(): Promise<void>;
  /** Whether a step only asks; it is sent twice to find out, where that could show it. */
  asksOnly(step: number): Promise<boolean>;
}

/** Opens a trial in which many visitors play a session, the first of them whole. `before`: such a play; `null`: there is none. */
async function visit(bed: TestBed, { session, index, trialProcesses }: Studied, before: PlayedTrial | null): Promise<Trial | null> {
  const trial = bed.nextTrial();
  const plays: Observation[] = [];
  const { ignore } = bed.config;
  const send = async (variant: Variant, given: Given) => {
    const { oracle, steps = session.steps.length, ...standIns } = given;
    const schedule = { ...friendliest(steps), variant };
    const visitor = plays.length;
    const playedTrial = await playTrial(bed, {
      session,
      sessionIndex: index,
      schedule,
      oracle,
      ...(trialProcesses === null ? {} : { trialProcesses }),
      visit: { trial, visitor, ...standIns },
      ...(oracle === null ? {} : { patience: { kind: 'usual', ms: patience(plays) } as const }),
    });
    plays.push(playedTrial.observation);
    return playedTrial;
  };
  const whole = await send({ kind: 'omit', step: null }, { oracle: null });
  const other = before ?? (await send({ kind: 'omit', step: null }, { oracle: null }));
  if (whole.observation.broken !== null || other.observation.broken !== null) return null;
  const oracle = learnOracle([other.observation, whole.observation], { ignore });
  const standIns = standInsFor(whole.handed, other.handed, bed.random(`stand-ins ${trial}`));
  const steps = mayShowWrites(session, [other.observation, whole.observation])
    ? session.steps.length
    : withoutAssets(session).steps.length;
  const play = async (variant: Variant) => (await send(variant, { oracle, standIns, steps })).observation;
  return {
    oracle,
    play,
    effects: () => effectsOf(oracle, plays, { follows: session.steps.map(({ follows }) => follows) }),
    visits: () => plays.filter(({ schedule: { variant } }) => variant.kind === 'change' || isWhole(variant)),
    async leave() {
      await play({ kind: 'omit', step: null });
    },
    async asksOnly(step) {
      const [exchange, expectation] = [whole.observation.exchanges[step], oracle.steps[step]];
      if (exchange === undefined || expectation === undefined) return false;
      if (asksOnly(exchange, { expectation, again: null }) !== null) return true;
      if (exchange.setsClock) return true;
      if (!mayAsk(exchange)) return false;
      const again = compareObservation(oracle, await play({ kind: 'twice', step }))[step] ?? null;
      return asksOnly(exchange, { expectation, again }) !== null;
    },
  };
}

/** What one visitor is told before he plays. */
interface Given {
  readonly oracle: Oracle | null;
  readonly standIns?: ReturnType<typeof standInsFor>;
  /** How many steps he plays, from the first; by default all. */
  readonly steps?: number;
}

/**
 * Whether assets may show what steps did: some were answered otherwise for another visitor, or there are images, and a file is sent. Others
 * are files of the release, and are not fetched again by every visitor.
 */
function mayShowWrites(session: Session, [one, other]: readonly [Observation, Observation]): boolean {
  const sendsFile = session.steps.some(({ headers }) =>
    headers.some(
      ([name, value]) => /^content-type$/i.test(name) && /^(?:multipart|image|application\/octet)/i.test(templateText(value)),
    ),
  );
  const textOf = ({ exchanges }: Observation, step: number) => {
    const { request, reply } = exchanges[step] ?? {};
    return JSON.stringify([request?.target, reply?.outcome === 'answered' ? [reply.status, reply.body] : reply?.outcome]);
  };
  return session.steps.some(
    ({ asset }, step) => asset !== null && ((sendsFile && /^image /.test(asset.key)) || textOf(one, step) !== textOf(other, step)),
  );
}

function isWhole(variant: Variant): boolean {
  return variant.kind === 'omit' && variant.step === null;
}

/**
 * Steps that may change something: by their method, unless the app refuses them or the session's author has said what they do; and reads that
 * hand out a cookie for the first time, or a value that later steps send.
 */
function changersOf({ config }: TestBed, { steps }: Session, { exchanges }: Observation): number[] {
  const given = new Set<string>();
  const ignored = ignorer(config.ignore);
  return exchanges.flatMap(({ step: index, request, reply }) => {
    const step = steps[index];
    if (step === undefined || !isOwn(step) || reply.outcome !== 'answered') return [];
    const cookies = reply.headers.flatMap(([name, value]) =>
      name === 'set-cookie' ? [`${step.visitor} ${value.split('=', 1)[0]}`] : [],
    );
    const isNew = cookies.some((cookie) => !given.has(cookie));
    for (const cookie of cookies) given.add(cookie);
    if (step.follows !== null || ignored(request) !== null) return [];
    if (isSafe(request.method)) return isNew || step.captures.length > 0 ? [index] : [];
    return reply.status >= 400 || step.declared !== null ? [] : [index];
  });
}

/** The fewest echoes that show whatever echoes show, one after the other by how much each adds. */
function fewest(effects: readonly Effect[], { first, count }: { first: number; count: number }): number[] {
  const shownBy = (echo: number) =>
    effects.filter(({ readers }) => readers.some(({ step }) => step === echo)).map(({ step }) => step);
  const echoes = Array.from({ length: count }, (_, at) => ({ echo: first + at, shows: shownBy(first + at) }));
  const chosen: number[] = [];
  let open = new Set(echoes.flatMap(({ shows }) => shows));
  while (open.size > 0) {
    const gain = ({ shows }: { shows: readonly number[] }) => shows.filter((step) => open.has(step)).length;
    const best = echoes.reduce((a, b) => (gain(b) > gain(a) ? b : a));
    chosen.push(best.echo);
    open = new Set([...open].filter((step) => !best.shows.includes(step)));
  }
  return chosen.sort((a, b) => a - b);
}
