interface ProblemProps {
  /** `null`: there is none. */
  readonly text: string | null;
  readonly close: () => void;
}

/** What went wrong, until it is closed. */
export function Problem({ text, close }: ProblemProps) {
  if (text === null) return null;
  return (
    <p class="problem" role="alert">
      {text}{' '}
      <button type="button" onClick={close}>
        Close
      </button>
    </p>
  );
}
