import type { FileKind } from '../../model/journal.ts';

/** The first that fits is taken: what a file is called says more than where it lies. */
const KINDS: readonly (readonly [FileKind, RegExp])[] = [
  ['log', /\.log(\.\d+|\.gz)?$|\/(logs?|var\/log)\//i],
  // A JVM keeps counters of itself in a file by its process id.
  ['lock', /\.(lock|lck|pid|sock)$|\/(lock|run\/lock)\/|\/hsperfdata_[^/]*(\/|$)/i],
  ['database', /\.(sqlite3?|db3?|mdb|ldb|rdb|aof)([-.](wal|shm|journal|lock))?$|-(wal|journal|shm)$|\/(leveldb|lmdb|rocksdb)\//i],
  ['session', /\/sess_[^/]*$|\/\.?sessions?\/|session[^/]*$/i],
  ['cache', /\/\.?cache[sd]?\/|\/__pycache__\/|\/[^/]*[-_.]cache\/|\.(pyc|djcache|cache)$|\/(compiled|views_c|templates_c)\//i],
  ['upload', /\/(uploads?|media|attachments?|files|avatars?)\//i],
  ['asset', /\.(css|js|mjs|map|woff2?|svg|ico)$|\/(static|public|assets|dist|build)\//i],
  ['temporary', /^\/(var\/)?tmp\/|^\/dev\/shm\/|\/te?mp\/|\.(te?mp|part|swp)$|~$/i],
  ['upload', /\.(jpe?g|png|gif|webp|heic|pdf|docx?|xlsx?|csv|zip|mp[34]|mov|wav)$/i],
];

/** What a file is for, by its absolute path. */
export function fileKind(path: string): FileKind {
  return KINDS.find(([, pattern]) => pattern.test(path))?.[0] ?? 'other';
}
