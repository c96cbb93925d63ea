import { useEffect, useRef, useState } from 'preact/hooks';
import type { Line } from './live.ts';

/** What processes wrote and what happened to them, the newest last. */
export function Logs({ lines, names }: { lines: readonly Line[]; names: readonly string[] }) {
  const [by, setBy] = useState('');
  const [text, setText] = useState('');
  const [isPinned, setPinned] = useState(true);
  const list = useRef<HTMLDivElement>(null);
  const shown = lines.filter((line) => (by === '' || line.by === by) && line.text.toLowerCase().includes(text.toLowerCase()));
  const last = shown.at(-1)?.id;
  useEffect(() => {
    if (isPinned && list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  }, [last, isPinned]);
  return (
    <section>
      <h2>Logs</h2>
      <div class="filters">
        <label>
          Of{' '}
          <select value={by} onChange={({ currentTarget }) => setBy(currentTarget.value)}>
            <option value="">all</option>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          With <input type="search" value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
        </label>
        <label>
          <input type="checkbox" checked={isPinned} onChange={({ currentTarget }) => setPinned(currentTarget.checked)} /> Follow
        </label>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must be reached by the keyboard */}
      <div ref={list} class="logs" role="log" tabIndex={0} aria-label="Lines of processes">
        {shown.map((line) => (
          <span key={line.id} class={line.isNews ? 'news' : undefined}>
            <b>{line.by.padEnd(8)}</b> {line.text}
          </span>
        ))}
      </div>
    </section>
  );
}
