/** Streams the source into the draft and through the hashes, each byte read once, in constant memory. */
import type { FileHandle } from 'node:fs/promises';
import type { Hash } from '#core/crypto/index.ts';
import { inputError } from './errno.ts';
import type { DraftFile } from './draft-file.ts';

/** Bytes per read. Two such buffers are all the memory a file of any size takes. */
const CHUNK = 1 << 20;

export interface CopyOrder {
  readonly source: FileHandle;
  readonly sourcePath: string;
  readonly draft: DraftFile;
  readonly hashes: readonly Hash[];
  /** Called before each chunk; throws to stop. */
  readonly checkpoint: () => void;
}

/** Copies to the end of the source; gives the number of bytes. While one chunk is hashed and written the next one is read. */
export async function copyHashed({ source, sourcePath, draft, hashes, checkpoint }: CopyOrder): Promise<number> {
  const buffers = [new Uint8Array(CHUNK), new Uint8Array(CHUNK)] as const;
  const read = (turn: 0 | 1, position: number): Promise<number> =>
    source.read(buffers[turn], 0, CHUNK, position).then(
      (r) => r.bytesRead,
      (e: unknown) => Promise.reject(inputError(e, sourcePath)),
    );
  let position = 0;
  let turn: 0 | 1 = 0;
  let pending = read(turn, position);
  for (;;) {
    const length = await pending;
    if (length === 0) return position;
    const chunk = buffers[turn].subarray(0, length);
    const at = position;
    position += length;
    turn = turn === 0 ? 1 : 0;
    pending = read(turn, position);
    try {
      checkpoint();
      const written = draft.write(chunk, at);
      try {
        for (const hash of hashes) hash.update(chunk);
      } finally {
        await written;
      }
    } catch (e) {
      // The read under way must end before the caller closes the file.
      await pending.catch(() => undefined);
      throw e;
    }
  }
}
