/**
 * A file on the disk, pinned as it was at one moment. It is opened for each read and not held open (a thousand files may be on the
 * table, and Windows would keep others from moving them); a read after the file was changed, replaced or taken away rejects with
 * DOCUMENT_CHANGED. What pins it is what the file system says of it: identity, size, and the times of content and entry.
 */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { YqError } from '#core/errors/index.ts';
import type { ByteSource } from '#core/pdf/index.ts';

export interface PinnedFile extends ByteSource {
  readonly path: string;
  /** Rejects with DOCUMENT_CHANGED when the file is no longer what it was. */
  check(): Promise<void>;
}

interface Mark {
  readonly size: number;
  readonly text: string;
}

async function markOf(handle: FileHandle): Promise<Mark | undefined> {
  const s = await handle.stat({ bigint: true });
  if (!s.isFile()) return undefined;
  return { size: Number(s.size), text: [s.dev, s.ino, s.size, s.mtimeNs, s.ctimeNs].join(' ') };
}

async function withFile<T>(path: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  // A pipe without a writer would else keep the opening waiting for ever.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    return await work(handle);
  } finally {
    await handle.close().catch(() => undefined);
  }
}

/** Throws SIGN_INPUT when there is no regular file that can be read. */
export async function pinFile(path: string): Promise<PinnedFile> {
  const name = basename(path);
  const unreadable = (cause?: unknown): YqError => new YqError('SIGN_INPUT', { params: { file: name }, cause });
  const mark = await withFile(path, markOf).catch((cause: unknown) => {
    throw unreadable(cause);
  });
  if (!mark) throw unreadable();
  const changed = (cause?: unknown): YqError => new YqError('DOCUMENT_CHANGED', { params: { file: name }, cause });
  const unchanged = async (handle: FileHandle): Promise<void> => {
    if ((await markOf(handle))?.text !== mark.text) throw changed();
  };
  const guarded = <T>(work: (handle: FileHandle) => Promise<T>): Promise<T> =>
    withFile(path, work).catch((cause: unknown) => {
      throw cause instanceof YqError ? cause : changed(cause);
    });
  return {
    path,
    size: mark.size,
    check: () => guarded(unchanged),
    read: (offset, length) =>
      guarded(async (handle) => {
        const bytes = new Uint8Array(length);
        for (let done = 0; done < length;) {
          const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
          if (bytesRead === 0) throw changed();
          done += bytesRead;
        }
        // After the bytes, so that a change while they were read is seen too.
        await unchanged(handle);
        return bytes;
      }),
  };
}
