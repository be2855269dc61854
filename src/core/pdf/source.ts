/** Byte sources: a document in memory, in a file, or the front part of another source. */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { damaged } from './failures.ts';
import type { ByteSource } from './types.ts';

function checkRange(source: ByteSource, offset: number, length: number): void {
  if (
    !Number.isSafeInteger(offset) ||
    !Number.isSafeInteger(length) ||
    offset < 0 ||
    length < 0 ||
    offset + length > source.size
  )
    throw damaged(`@ ${offset}`, `${length} bytes at ${offset} lie outside the file of ${source.size} bytes`);
}

/** The bytes are not copied; the caller leaves them alone. */
export function bytesSource(document: Uint8Array): ByteSource {
  // A Buffer's slice() does not copy; as a plain array it behaves as its type says.
  const bytes = new Uint8Array(document.buffer, document.byteOffset, document.byteLength);
  const source: ByteSource = {
    size: bytes.length,
    read(offset, length) {
      try {
        checkRange(source, offset, length);
        return Promise.resolve(bytes.subarray(offset, offset + length));
      } catch (error) {
        return Promise.reject(error as Error);
      }
    },
  };
  return source;
}

const BLOCK = 32 << 10;
const BLOCKS_KEPT = 128;

/**
 * A file opened for reading; small reads go through a cache of 4 MB, larger ones straight to the file.
 * @returns the source and `close`. Rejects with the file system's own error when the file cannot be opened, EINVAL when it is none.
 */
export async function fileSource(path: string): Promise<ByteSource & { close(): Promise<void> }> {
  // A pipe without a writer would else keep the opening waiting for ever.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const { size } = await sizeOfRegularFile(handle);
  const blocks = new Map<number, Promise<Uint8Array>>();

  async function readExactly(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) throw damaged(`@ ${offset + done}`, 'the file became shorter while it was read');
      done += bytesRead;
    }
    return bytes;
  }

  function block(index: number): Promise<Uint8Array> {
    const known = blocks.get(index);
    if (known !== undefined) {
      blocks.delete(index);
      blocks.set(index, known);
      return known;
    }
    const start = index * BLOCK;
    const loading = readExactly(start, Math.min(BLOCK, size - start));
    loading.catch(() => blocks.delete(index));
    blocks.set(index, loading);
    if (blocks.size > BLOCKS_KEPT)
      for (const oldest of blocks.keys()) {
        blocks.delete(oldest);
        break;
      }
    return loading;
  }

  const source: Required<ByteSource> & { close(): Promise<void> } = {
    size,
    async read(offset, length) {
      const bytes = await source.peek(offset, length);
      return length > BLOCK ? bytes : bytes.slice();
    },
    async peek(offset, length) {
      checkRange(source, offset, length);
      if (length > BLOCK) return readExactly(offset, length);
      if (length === 0) return new Uint8Array(0);
      const first = Math.floor(offset / BLOCK);
      const start = offset - first * BLOCK;
      const head = await block(first);
      if (start + length <= head.length) return head.subarray(start, start + length);
      const tail = await block(first + 1);
      const bytes = new Uint8Array(length);
      bytes.set(head.subarray(start));
      bytes.set(tail.subarray(0, start + length - head.length), head.length - start);
      return bytes;
    },
    close: () => handle.close(),
  };
  return source;
}

/** Devices and pipes have no size to go by; a folder opens on some systems. */
async function sizeOfRegularFile(handle: FileHandle): Promise<{ readonly size: number }> {
  const status = await handle.stat();
  if (status.isFile()) return status;
  await handle.close();
  throw Object.assign(new Error('EINVAL: not a regular file'), { code: 'EINVAL' });
}

/** Bytes to look at and let go. */
export const peekAt = (source: ByteSource, offset: number, length: number): Promise<Uint8Array> =>
  source.peek === undefined ? source.read(offset, length) : source.peek(offset, length);

/** The first `size` bytes of a source: the file as it was before later revisions were appended. */
export function frontOf(source: ByteSource, size: number): ByteSource {
  const front: ByteSource = {
    size,
    async read(offset, length) {
      checkRange(front, offset, length);
      return source.read(offset, length);
    },
    async peek(offset, length) {
      checkRange(front, offset, length);
      return peekAt(source, offset, length);
    },
  };
  if (!Number.isSafeInteger(size) || size < 0 || size > source.size) throw damaged(`@ ${size}`, 'no such revision end');
  return front;
}

/** A source with more bytes behind it, e.g. the original and its increment. */
export function joinedSource(first: ByteSource, second: Uint8Array): ByteSource {
  const joined: ByteSource = {
    size: first.size + second.length,
    async read(offset, length) {
      checkRange(joined, offset, length);
      const end = offset + length;
      if (end <= first.size) return first.read(offset, length);
      if (offset >= first.size) return second.subarray(offset - first.size, end - first.size);
      const bytes = new Uint8Array(length);
      bytes.set(await first.read(offset, first.size - offset));
      bytes.set(second.subarray(0, end - first.size), first.size - offset);
      return bytes;
    },
  };
  return joined;
}
