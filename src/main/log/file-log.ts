/** The desk's log: one JSON line per event in userData/logs, redacted, rotated. Small on purpose: IT reads it in any editor. */
import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isYqError } from '#core/errors/index.ts';
import type { Redactor } from './redact.ts';

export type Level = 'info' | 'warning' | 'error';

export interface Log {
  write(level: Level, event: string, detail?: Readonly<Record<string, unknown>>): void;
  /** Code, detail and cause chain of an error; no stack of a foreign module with its paths. */
  error(event: string, e: unknown): void;
}

export interface FileLogOptions {
  readonly directory: string;
  readonly redact: Redactor;
  readonly now: () => Date;
  /** Bytes per file; default 1 MB. */
  readonly maxBytes?: number;
  /** Old files kept beside the current one; default 3. */
  readonly keep?: number;
}

export function createFileLog({ directory, redact, now, maxBytes = 1_000_000, keep = 3 }: FileLogOptions): Log {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'desk.log');
  const numbered = (n: number): string => join(directory, `desk.${n}.log`);
  let size = existsSync(file) ? statSync(file).size : 0;

  const rotate = (): void => {
    rmSync(numbered(keep), { force: true });
    for (let n = keep - 1; n >= 1; n--) if (existsSync(numbered(n))) renameSync(numbered(n), numbered(n + 1));
    renameSync(file, numbered(1));
    size = 0;
  };

  const write: Log['write'] = (level, event, detail = {}) => {
    // Redacted as text, after JSON has made it flat, so that no nesting hides a value.
    const line = `${redact(JSON.stringify({ level, event, ...detail })).replace(/^\{/, `{"at":"${now().toISOString()}",`)}\n`;
    try {
      if (size + line.length > maxBytes && size > 0) rotate();
      appendFileSync(file, line, { mode: 0o600 });
      size += Buffer.byteLength(line);
    } catch {
      // A full disk must not stop a signature because of its log line.
    }
  };

  return {
    write,
    error(event, e) {
      const causes: string[] = [];
      for (
        let c: unknown = e;
        c !== undefined && c !== null && causes.length < 6;
        c = (c as { cause?: unknown }).cause
      ) {
        causes.push(c instanceof Error ? c.message : String(c));
      }
      write('error', event, { code: isYqError(e) ? e.code : 'INTERNAL', causes });
    },
  };
}
