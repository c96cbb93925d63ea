import { type LiveSettings, POLICIES, REPLACEMENTS } from '../../model/live.ts';
import type { Act } from '../shared/send.ts';

const EVERY: readonly (readonly [ms: number, words: string])[] = [
  [0, 'never'],
  [2_000, 'every 2 s'],
  [10_000, 'every 10 s'],
  [60_000, 'every minute'],
];

interface ControlsProps {
  readonly settings: LiveSettings;
  readonly seed: number;
  readonly act: Act;
  /** Shows a setting before it is told. */
  readonly assume: (setting: Partial<LiveSettings>) => void;
}

/** What can be switched while it runs. */
export function Controls({ settings, seed, act, assume }: ControlsProps) {
  const { policy, replaceEvery, mirror } = settings;
  const set = (setting: Partial<LiveSettings>) => {
    assume(setting);
    act({ kind: 'set', setting });
  };
  const every = replaceEvery?.ms ?? 0;
  const how = replaceEvery?.how ?? 'deploy';
  const choices = EVERY.some(([ms]) => ms === every) ? EVERY : [...EVERY, [every, `every ${every / 1000} s`] as const];
  return (
    <div class="filters">
      <label>
        Who answers{' '}
        <select value={policy} onChange={({ currentTarget: { value } }) => set({ policy: value as LiveSettings['policy'] })}>
          {POLICIES.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        Restarts{' '}
        <select
          value={String(every)}
          onChange={({ currentTarget: { value } }) => set({ replaceEvery: value === '0' ? null : { ms: Number(value), how } })}
        >
          {choices.map(([ms, words]) => (
            <option key={ms} value={String(ms)}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {replaceEvery !== null && (
        <label>
          by{' '}
          <select
            value={how}
            onChange={({ currentTarget: { value } }) =>
              set({ replaceEvery: { ms: every, how: value as (typeof REPLACEMENTS)[number] } })
            }
          >
            {REPLACEMENTS.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      <label>
        <input type="checkbox" checked={mirror} onChange={({ currentTarget: { checked } }) => set({ mirror: checked })} /> Mirror
        GETs
      </label>
      <button type="button" onClick={() => act({ kind: 'save' })}>
        Save as session
      </button>
      <button type="button" onClick={() => act({ kind: 'audit' })}>
        Audit this
      </button>
      <small>seed {seed}</small>
    </div>
  );
}
