import { useEffect, useState } from 'preact/hooks';
import type { Contradiction, LiveRequest, LiveState, Message, Stamped } from '../model/live.ts';

/** What the page knows. */
export interface Live {
  readonly state: LiveState | null;
  readonly requests: readonly (LiveRequest & { readonly at: number; readonly id: number })[];
  readonly findings: readonly (Contradiction & { readonly at: number })[];
  readonly lines: readonly Line[];
  readonly missed: number;
  readonly isConnected: boolean;
}

/** A line of a process, or what happened to one. Hostile text. */
export interface Line {
  readonly id: number;
  readonly at: number;
  readonly by: string;
  readonly text: string;
  /** Whether it is about the process, not by it. */
  readonly isNews: boolean;
}

const MAX_REQUESTS = 200;
const MAX_LINES = 1_000;
const NOTHING: Live = { state: null, requests: [], findings: [], lines: [], missed: 0, isConnected: false };

/** Listens to the simulation for as long as the page is shown. The browser connects again by itself; then all is told anew. */
export function useLive(): Live {
  const [live, setLive] = useState(NOTHING);
  useEffect(() => {
    const source = new EventSource('/events');
    source.onopen = () => setLive({ ...NOTHING, isConnected: true });
    source.onerror = () => setLive((before) => ({ ...before, isConnected: false }));
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const message = JSON.parse(data) as Message;
      setLive((before) => heard(before, message));
    };
    return () => source.close();
  }, []);
  return live;
}

let ids = 0;

function heard(before: Live, message: Message): Live {
  if (message.kind === 'state') return { ...before, state: message.state };
  const requests = [...before.requests];
  const findings = [...before.findings];
  const lines = [...before.lines];
  for (const event of message.events) {
    const id = ++ids;
    if (event.kind === 'request') requests.push({ ...event.request, at: event.at, id });
    else if (event.kind === 'contradiction') findings.push({ ...event.contradiction, at: event.at });
    else {
      const text = wordsOf(event);
      const by = 'by' in event ? event.by : 'router';
      if (text !== null) lines.push({ id, at: event.at, by, text, isNews: event.kind !== 'line' });
    }
  }
  return {
    ...before,
    requests: requests.slice(-MAX_REQUESTS),
    findings,
    lines: lines.slice(-MAX_LINES),
    missed: before.missed + message.missed,
  };
}

function wordsOf(event: Stamped): string | null {
  switch (event.kind) {
    case 'line':
    case 'note':
      return event.text;
    case 'started':
      return `started, pid ${event.pid}, ${(event.bootMs / 1000).toFixed(1)} s`;
    case 'stopping':
      return `stopping: ${event.why}`;
    case 'kept':
      return `not replaced: ${event.why}`;
    case 'ended':
      return `${event.how}; ${event.againMs === null ? 'not started again' : `again in ${event.againMs / 1000} s`}`;
    case 'wiped':
      return `disk wiped: ${event.files} files`;
    case 'gone':
      return 'gone';
    default:
      return null;
  }
}

/** Does a command; what goes wrong is shown. */
export type Act = (command: object) => void;

/** Asks for something to be done. Promises what went wrong; `null`: nothing did. */
export async function send(command: object): Promise<string | null> {
  try {
    const reply = await fetch('/command', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(command),
    });
    return reply.ok ? null : (await reply.text()).trim();
  } catch {
    return 'share-nothing up does not answer: has it ended?';
  }
}
