import type { Report } from '../../model/report.ts';

/** The report as JSON, valid against `schema/report.schema.json`. Characters that act on terminals or hide text are escaped. */
export function renderJson(report: Report): string {
  const json = JSON.stringify(report, null, 2);
  const acting = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;
  return `${json.replace(acting, (char) => [...Array(char.length).keys()].map((unit) => `\\u${char.charCodeAt(unit).toString(16).padStart(4, '0')}`).join(''))}\n`;
}
