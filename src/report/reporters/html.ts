import type { Report } from '../../model/report.ts';

/** Where the page expects the report. */
const PLACE = '"the report"';
/** What reorders or hides text on a page as well. */
const HIDDEN = /[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/**
 * The report as one page that needs nothing else. `page`: the built one of `src/pages/report`. Nothing of the app's can leave the data that it is
 * in, and what would hide there is shown by its number.
 */
export function renderHtml(report: Report, page: string): string {
  if (!page.includes(PLACE)) throw new Error('a page without a place for the report');
  const json = JSON.stringify(report)
    .replaceAll('<', '\\u003c')
    .replace(HIDDEN, (char) => `\\\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return page.replace(PLACE, () => json);
}
