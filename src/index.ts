/** Public API. Everything else is internal and may change. */
export { type AuditOptions, type AuditResult, audit } from './audit.ts';
export { type CheckOptions, check } from './check.ts';
export { defineConfig } from './config/define-config.ts';
export { resolveConfig } from './config/resolve.ts';
export type { UserConfig } from './config/schema.ts';
export { UserError } from './errors.ts';
export { judgeFile } from './judge-file.ts';
export { type MatcherResult, toBeStateless } from './matcher.ts';
export type { Config } from './model/config.ts';
export type { Finding } from './model/finding.ts';
export type { Progress } from './model/progress.ts';
export type { Report, Verdict } from './model/report.ts';
export type { RuleId } from './model/rule.ts';
export { renderJson } from './report/reporters/json.ts';
export { renderJunit } from './report/reporters/junit.ts';
export { renderMarkdown } from './report/reporters/markdown.ts';
export { renderSarif } from './report/reporters/sarif.ts';
export { renderTerminal } from './report/reporters/terminal.ts';
