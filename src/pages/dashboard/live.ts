import { useEffect, useState } from 'preact/hooks';
import type { Contradiction, LiveRequest, LiveSettings, LiveState, Message } from '../../model/live.ts';
import { eventWords } from '../../model/live-words.ts';

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

/** What is shown, and how it is assumed to be until it is told. */
export interface Listening {
  readonly live: Live;
  readonly assume: (setting: Partial<LiveSettings>) => void;
}

/** Listens to the simulation for as long as the page is shown. The browser connects again by itself; then all is told anew. */
export function useLive(): Listening {
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
  const assume = (setting: Partial<LiveSettings>) =>
    setLive(({ state, ...rest }) => ({ ...rest, state: state === null ? null : withSettings(state, setting) }));
  return { live, assume };
}

function withSettings(state: LiveState, changed: Partial<LiveSettings>): LiveState {
  return { ...state, settings: { ...state.settings, ...changed } };
}

let ids = 0;

function heard(before: Live, message: Message): Live {
  if (message.kind === 'state') return { ...before, state: message.state };
  const requests = [...before.requests];
  const findings = [...before.findings];
  const lines = [...before.lines];
  let { state } = before;
  for (const event of message.events) {
    const id = ++ids;
    if (event.kind === 'request') requests.push({ ...event.request, at: event.at, id });
    else if (event.kind === 'set') state = state === null ? null : withSettings(state, event.setting);
    else if (event.kind === 'contradiction') findings.push({ ...event.contradiction, at: event.at });
    else {
      const text = event.kind === 'line' || event.kind === 'note' ? event.text : eventWords(event);
      const by = 'by' in event ? event.by : 'router';
      if (text !== null) lines.push({ id, at: event.at, by, text, isNews: event.kind !== 'line' });
    }
  }
  return {
    ...before,
    state,
    requests: requests.slice(-MAX_REQUESTS),
    findings,
    lines: lines.slice(-MAX_LINES),
    missed: before.missed + message.missed,
  };
}
