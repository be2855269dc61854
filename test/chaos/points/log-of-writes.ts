/** SQLite's log of writes (-wal), read as a stranger reads it. */
import { closeSync, openSync, readSync } from 'node:fs';

const real = { closeSync, openSync, readSync };

const WAL_HEADER = 32;
const FRAME_HEADER = 24;

/** Which log it is (its salts), and where the newest frame of it ends (sqlite.org/fileformat2.html, 4.1 and 4.2). */
export function endOfLog(path: string): { salts: string; end: number } | undefined {
  let file: number | undefined;
  try {
    file = real.openSync(path, 'r');
    const head = Buffer.alloc(WAL_HEADER);
    if (real.readSync(file, head, 0, WAL_HEADER, 0) < WAL_HEADER) return undefined;
    const salts = head.toString('hex', 16, 24);
    const frame = FRAME_HEADER + head.readUInt32BE(8);
    const header = Buffer.alloc(FRAME_HEADER);
    let end = WAL_HEADER;
    while (real.readSync(file, header, 0, FRAME_HEADER, end) === FRAME_HEADER) {
      if (header.toString('hex', 8, 16) !== salts) break;
      end += frame;
    }
    return { salts, end };
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) real.closeSync(file);
  }
}
