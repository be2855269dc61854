/** The report as JSON (docs/verify-report.md): bytes become base64, absent values are left out. */
import type { VerifyReport } from '#core/verify/index.ts';

/** Two blanks of indent, a line end at the end. */
export function reportJson(report: VerifyReport): string {
  return `${JSON.stringify(report, (_, value: unknown) => (value instanceof Uint8Array ? base64(value) : value), 2)}\n`;
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
