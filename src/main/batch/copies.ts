/**
 * Copies of the documents of a list, on the disk for as long as the list is: two hundred records are not held in memory. What is signed
 * are the bytes of the copy, whose SM3 stands in the approved list.
 */
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outputError } from '#core/signing/index.ts';

export interface Copies {
  /** Writes a copy; `durable`: it is on the disk when this settles. Throws SIGN_OUTPUT or SIGN_DISK_FULL. */
  keep(listId: string, name: string, bytes: Uint8Array, durable?: boolean): Promise<string>;
  /** Removes the copies of a list. Never rejects. */
  drop(listId: string): Promise<void>;
  /** Removes what a desk that died has left. Never rejects. */
  clean(): Promise<void>;
}

export function openCopies(folder: string): Copies {
  const remove = (path: string): Promise<void> =>
    rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  return {
    async keep(listId, name, bytes, durable = false) {
      const path = join(folder, listId, `${name}.pdf`);
      try {
        await mkdir(join(folder, listId), { recursive: true, mode: 0o700 });
        await writeFile(path, bytes, { mode: 0o600 });
        if (durable) {
          const file = await open(path, 'r+');
          await file.sync().finally(() => file.close());
        }
        return path;
      } catch (e) {
        throw outputError(e, `${name}.pdf`);
      }
    },
    drop: (listId) => remove(join(folder, listId)),
    clean: () => remove(folder),
  };
}
