/**
 * Memory in which a PIN may still lie must not end in a file when a process crashes. Linux lets a process say what of it a core dump
 * holds (core(5), /proc/self/coredump_filter): nothing. Children inherit it, token hosts too. Elsewhere a process can't say (021-pin.md).
 */
import { writeFileSync } from 'node:fs';

/** Gives whether it was done. Never throws. */
export function leaveMemoryOutOfCoreDumps(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
    return true;
  } catch {
    return false;
  }
}
