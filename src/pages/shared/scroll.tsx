import type { ComponentChildren } from 'preact';

/** What may be wider than the page: it scrolls, also by keyboard (WCAG 2.1.1), and says what it is. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: else nobody could scroll it without a mouse
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
