import { type DifferenceRow, differs, foldedWords, type Line } from '../../model/difference.ts';

interface DifferenceProps {
  readonly rows: readonly DifferenceRow[];
  /** What stands above the two columns. */
  readonly expected: string;
  readonly actual: string;
}

/** Two replies side by side, as far as they differ; below each other where it is narrow. */
export function Difference({ rows, expected, actual }: DifferenceProps) {
  if (rows.length === 0) return null;
  return (
    <table class="difference">
      <thead>
        <tr>
          <th scope="col">{expected}</th>
          <th scope="col">{actual}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <Row key={index} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row }: { row: DifferenceRow }) {
  if (row.kind === 'folded')
    return (
      <tr class="folded">
        <td colSpan={2}>{foldedWords(row)}</td>
      </tr>
    );
  const isChange = differs(row);
  return (
    <tr class={isChange ? 'change' : 'same'}>
      <td class={row.expected === null ? 'empty' : isChange ? 'lost' : undefined}>
        <Text line={row.expected} mark="del" />
      </td>
      <td class={row.actual === null ? 'empty' : isChange ? 'came' : undefined}>
        <Text line={row.actual} mark="ins" />
      </td>
    </tr>
  );
}

function Text({ line, mark: Mark }: { line: Line | null; mark: 'ins' | 'del' }) {
  return <>{line?.map(({ text, differs }, index) => (differs ? <Mark key={index}>{text}</Mark> : text))}</>;
}
