import type { RecordState } from '../../model/recording.ts';

/** The file as it will be written, with its variables marked. */
export function SessionText({ state: { file, text, problem, rows } }: { readonly state: RecordState }) {
  const secrets = new Set(rows.flatMap((row) => row.secrets));
  return (
    <section>
      <h2>{/\.har$/.test(file) ? 'The session' : file}</h2>
      <p class="remark">
        <span class="tag issued">issued by the app</span> is taken from its reply in every play.{' '}
        <span class="tag secret">secret</span> is kept in http-client.private.env.json, not in this file.
      </p>
      {problem === null ? <pre class="session">{marked(text, secrets)}</pre> : <p>{problem}</p>}
    </section>
  );
}

function marked(text: string, secrets: ReadonlySet<string>) {
  return text.split(/(\{\{.*?\}\})/).map((part, index) => {
    const name = /^\{\{(.*)\}\}$/.exec(part)?.[1];
    if (name === undefined) return part;
    return (
      <mark key={index} class={secrets.has(name) ? 'secret' : 'issued'}>
        {part}
      </mark>
    );
  });
}
