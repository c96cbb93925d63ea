import { judge } from './checks/judge.ts';
import type { EvidenceRecord } from './model/evidence.ts';
import type { Report } from './model/report.ts';
import { buildReport } from './report/build.ts';

/** The report that the evidence of an audit comes to. */
export function reportOf(records: readonly EvidenceRecord[], strict: boolean): Report {
  const { header, ...judgement } = judge(records);
  const { command, cwd } = header.app;
  return buildReport(
    {
      tool: header.tool,
      audited: {
        at: header.at,
        ms: records.flatMap((record) => (record.kind === 'end' ? [record.ms] : []))[0] ?? null,
        commit: header.commit,
      },
      seed: header.seed,
      app: { command, cwd },
      formation: header.script ? [] : [{ name: 'web', count: header.processes }, ...header.companions],
      values: header.values,
      ...judgement,
    },
    { strict },
  );
}
