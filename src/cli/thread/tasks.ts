import type { AuditOptions, AuditResult } from '../../audit.ts';
import type { Progress } from '../../model/progress.ts';
import type { Report } from '../../model/report.ts';
import type { Replay, ReplayOptions } from '../../replay.ts';

/** What is done beside the main thread. Plain data: it is sent to another thread. */
export type Task =
  | { readonly kind: 'audit'; readonly options: Omit<AuditOptions, 'signal' | 'onProgress'> }
  | { readonly kind: 'replay'; readonly options: Omit<ReplayOptions, 'signal'> }
  | { readonly kind: 'judge'; readonly path: string; readonly strict: boolean };

/** What each task comes to. */
export interface Results {
  readonly audit: AuditResult;
  readonly replay: Replay;
  readonly judge: Report;
}

/** Does a task; no more is loaded than it needs. */
export async function perform(
  task: Task,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: Progress) => void },
): Promise<Results[keyof Results]> {
  switch (task.kind) {
    case 'audit': {
      const { audit } = await import('../../audit.ts');
      return audit({ ...task.options, signal, onProgress });
    }
    case 'replay': {
      const { replay } = await import('../../replay.ts');
      return replay({ ...task.options, signal });
    }
    case 'judge': {
      const { judgeFile } = await import('../../judge-file.ts');
      return judgeFile(task.path, { strict: task.strict });
    }
  }
}

/** What the thread that does a task tells the main thread. */
export type News =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** The interruption has been heard. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'done'; readonly result: Results[keyof Results] }
  | { readonly kind: 'failed'; readonly error: PlainError };

/** An error that has crossed threads; `user`: code and hint of a UserError. */
export interface PlainError {
  readonly message: string;
  readonly stack: string;
  readonly user: { readonly code: string; readonly hint: string; readonly details: readonly string[] } | null;
}
