import { UserError } from '../../../errors.ts';
import { makeOutput } from '../../../evidence/store.ts';
import type { Recorder } from '../../../live/recorder.ts';
import { type SavedSession, saveSessions } from '../../../live/save-sessions.ts';
import type { Simulation } from '../../../live/simulation.ts';
import type { LiveEvent } from '../../../model/live.ts';
import { TOOL } from '../../../packaged.ts';
import { count, harmlessText } from '../../../report/text.ts';
import type { Guardian } from '../../../supervisor/guardian.ts';
import { fromHere } from '../../terminal/paths.ts';
import { auditSessions } from './up-audit.ts';
import type { UpSettings } from './up-settings.ts';

export interface DeskOptions {
  readonly settings: UpSettings;
  readonly simulation: Simulation;
  readonly recorder: Recorder;
  readonly guardian: Guardian;
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly tell: (event: LiveEvent) => void;
}

/** What a person can have done with what visitors have asked for, from the terminal and from the dashboard. Each throws a UserError if it cannot be done. */
export interface Desk {
  /** Saves the last minutes, and tells where. */
  save(): readonly SavedSession[];
  /** Saves them, and audits the app with them; what comes of it is told as it comes. */
  audit(): void;
}

/** A desk for a running simulation. */
export function createDesk({ settings, simulation, recorder, guardian, cwd, signal, tell }: DeskOptions): Desk {
  const { config, types } = settings;
  const folder = () => makeOutput(config.output, 'sessions');
  const [route] = simulation.routes;
  let isAuditing = false;
  const save = () => {
    const saved = saveSessions(recorder.recordings(), {
      folder: folder(),
      origin: route?.origin ?? 'http://127.0.0.1',
      tool: TOOL,
      now: new Date(),
    });
    for (const { file, requests } of saved) {
      const path = fromHere(file, cwd);
      tell({ kind: 'note', text: `${count(requests, 'request')} saved, with what was sent in them, passwords too: ${path}` });
    }
    return saved;
  };
  return {
    save,
    audit() {
      if (isAuditing) throw new UserError('audit-running', 'an audit is running', 'Wait for its end.');
      const sessions = save();
      const app = types.find(({ name }) => name === route?.type)?.app ?? config.app;
      isAuditing = true;
      auditSessions({ app, config, sessions, folder: folder(), cwd, guardian, signal, tell })
        .catch((error: unknown) => tell({ kind: 'note', text: `the audit failed: ${harmlessText(String(error))}` }))
        .finally(() => {
          isAuditing = false;
        });
    },
  };
}
