import type { LiveEvent } from './live.ts';

/** An event of a process in words that follow its name; `null`: it is none, or not worth a line. Hostile text. */
export function eventWords(event: LiveEvent): string | null {
  switch (event.kind) {
    case 'started':
      return `started with pid ${event.pid} in ${(event.bootMs / 1000).toFixed(1)} s`;
    case 'stopping':
      return STOPPING[event.why];
    case 'kept':
      return `not replaced: ${event.why}`;
    case 'wiped':
      return `its disk was wiped: ${event.files} file${event.files === 1 ? '' : 's'}`;
    case 'gone':
      return 'gone';
    case 'ended':
      return `${event.how}; ${againWords(event.againMs)}`;
    default:
      return null;
  }
}

function againWords(ms: number | null): string {
  if (ms === null) return 'not started again';
  return ms === 0 ? 'again at once' : `again in ${ms / 1000} s`;
}

const STOPPING = {
  deploy: 'replaced (deploy)',
  relocate: 'replaced (relocate)',
  crash: 'killed, as in a crash',
  scale: 'stopping: one less is wanted',
  end: 'stopping',
} as const;
