import { type AuditOptions, type AuditResult, audit, judgeFile } from '../../audit.ts';
import type { Progress } from '../../model/progress.ts';
import type { Report } from '../../model/report.ts';
import { type Replay, type ReplayOptions, replay } from '../../replay.ts';

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

/** Does a task. */
export async function perform(
  task: Task,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: Progress) => void },
): Promise<Results[keyof Results]> {
  switch (task.kind) {
    case 'audit':
      return audit({ ...task.options, signal, onProgress });
    case 'replay':
      return replay({ ...task.options, signal });
    case 'judge':
      return judgeFile(task.path, { strict: task.strict });
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
