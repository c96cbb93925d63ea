import { UserError } from '../../errors.ts';
import { isMadeAsset } from '../../model/journal.ts';
import { friendliest } from '../../model/schedule.ts';
import type { SessionSearch } from '../session-search.ts';

/** One friendly play in which the app cannot write to its folder, where controls have made assets there: some platforms allow no more. */
export async function playReadOnly(sessionSearch: SessionSearch): Promise<void> {
  const { host, config } = sessionSearch.bed;
  const entries = sessionSearch.controls.flatMap(({ journal }) => journal?.entries ?? []);
  const inFolder = entries.filter(
    (entry) => entry.step !== null && isMadeAsset(entry) && entry.path.startsWith(`${config.app.cwd}/`),
  );
  if (inFolder.length === 0 || !host.canFreeze || !config.rules.includes('runtime-assets')) return;
  try {
    await sessionSearch.play({ ...friendliest(sessionSearch.session.steps.length), variant: { kind: 'read-only' } });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    sessionSearch.problem({
      step: null,
      code: 'assets-at-runtime',
      message: `where the app's folder is read-only, it does not start: ${error.message}`,
      hint: 'Some platforms run releases so. Compile assets in the build stage, and write nothing to the folder of the release.',
    });
  }
}
