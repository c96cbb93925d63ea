import { useEffect, useState } from 'preact/hooks';
import type { RecordState } from '../../model/recording.ts';

const EVERY_MS = 500;

/** What the page knows; `isConnected`: it is told of changes. */
export interface Recorded {
  readonly state: RecordState | null;
  readonly isConnected: boolean;
  /** Asks at once. */
  readonly refresh: () => void;
}

/** Asks what was recorded, again and again, for as long as the page is shown. */
export function useRecorded(): Recorded {
  const [state, setState] = useState<RecordState | null>(null);
  const [isConnected, setConnected] = useState(true);
  const [asked, setAsked] = useState(0);
  const version = state?.version ?? -1;
  useEffect(() => {
    let isOver = false;
    let timer = 0;
    const ask = async () => {
      try {
        const reply = await fetch(`/state?version=${version}`);
        const changed = reply.status === 200 ? ((await reply.json()) as RecordState) : null;
        if (isOver) return;
        setConnected(true);
        if (changed !== null) setState(changed);
      } catch {
        if (!isOver) setConnected(false);
      }
      if (!isOver) timer = window.setTimeout(() => void ask(), EVERY_MS);
    };
    void ask();
    return () => {
      isOver = true;
      window.clearTimeout(timer);
    };
  }, [version, asked]);
  return { state, isConnected, refresh: () => setAsked((count) => count + 1) };
}
