/** The soft token's control file (resources/soft-token/src/faults.c), renamed into place as the token asks. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Without lines the key is in and has no fault. */
export function tokenControl(state: string, ...lines: readonly string[]): void {
  const control = join(state, 'control');
  writeFileSync(`${control}.new`, `${(lines.length > 0 ? lines : ['slot0.present=1']).join('\n')}\n`);
  renameSync(`${control}.new`, control);
}
