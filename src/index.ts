/** Public API. Everything else is internal and may change. */
export { type AuditOptions, type AuditResult, audit, judgeFile } from './audit.ts';
export { defineConfig } from './config/define.ts';
export { resolveConfig } from './config/resolve.ts';
export type { UserConfig } from './config/schema.ts';
export { UserError } from './errors.ts';
export type { Config } from './model/config.ts';
export type { Progress } from './model/progress.ts';
export type { Finding, Report, Verdict } from './model/report.ts';
export type { RuleId } from './model/rule.ts';
export { renderJson } from './report/json.ts';
export { renderTerminal } from './report/terminal.ts';
