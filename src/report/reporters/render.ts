import type { ReporterName } from '../../model/config.ts';
import type { Report } from '../../model/report.ts';
import { renderGithub } from './github.ts';
import { renderGitlab } from './gitlab.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderSarif } from './sarif.ts';

/** Formats that are the same whoever reads them. `folder`: what paths of files are relative to. */
export const RENDERERS: Readonly<Record<Exclude<ReporterName, 'terminal' | 'html'>, (report: Report, folder: string) => string>> = {
  json: renderJson,
  junit: renderJunit,
  sarif: renderSarif,
  markdown: renderMarkdown,
  github: renderGithub,
  gitlab: renderGitlab,
};
