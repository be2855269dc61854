import { account, isAccounted } from './death.ts';
import { endOfLog } from './log-of-writes.ts';

/** Everything in the log of a store is on the disk now. */
export function syncedLog(path: string): void {
  const log = isAccounted() ? endOfLog(path) : undefined;
  if (log) account('log synced', path, log.salts, log.end);
}
