/** Files written where the person says: whole or not at all. */
import { open, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { createHash, toHex } from '#core/crypto/index.ts';
import { isYqError, YqError } from '#core/errors/index.ts';
import type { ByteSource } from '#core/pdf/index.ts';
import type { DeskPorts, SaveKind } from './ports.ts';

/** Bytes copied at a time. */
const CHUNK = 4 * 1024 * 1024;

async function writeWhole(path: string, write: (part: (bytes: Uint8Array) => Promise<void>) => Promise<void>) {
  const part = `${path}.part`;
  try {
    const file = await open(part, 'w', 0o600);
    try {
      await write(async (bytes) => {
        await file.writeFile(bytes);
      });
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined);
    if (isYqError(cause)) throw cause;
    const reason = (cause as NodeJS.ErrnoException).code ?? 'I/O';
    throw new YqError('SIGN_OUTPUT', { params: { file: basename(path), reason }, cause });
  }
}

type Saved = Promise<{ path: string | null }>;

/** Asks where to; path null when the person thinks better of it. Throws SIGN_OUTPUT. */
export async function saveFile(
  ports: DeskPorts,
  suggested: string,
  kind: SaveKind,
  content: Uint8Array | string,
): Saved {
  const path = await ports.dialogs.saveFile(suggested, kind);
  if (path === undefined) return { path: null };
  await saveTo(path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  return { path };
}

/** Throws SIGN_OUTPUT. */
export const saveTo = (path: string, content: Uint8Array): Promise<void> => writeWhole(path, (part) => part(content));

/** Copies a document; its SM3 (hex) is that of what was opened, or nothing is kept (DOCUMENT_CHANGED). */
export async function saveCopy(ports: DeskPorts, name: string, source: ByteSource, sm3: string): Saved {
  const path = await ports.dialogs.saveFile(name, 'pdf');
  if (path === undefined) return { path: null };
  await writeWhole(path, async (part) => {
    const hash = createHash('sm3');
    for (let at = 0; at < source.size;) {
      const bytes = await source.read(at, Math.min(CHUNK, source.size - at));
      at += bytes.length;
      hash.update(bytes);
      await part(bytes);
    }
    if (toHex(hash.digest()) !== sm3) throw new YqError('DOCUMENT_CHANGED', { params: { file: name } });
  });
  return { path };
}
