/**
 * The folder of signed documents. It belongs to this desk alone (one instance per data directory), so whatever lies half-done in it
 * at the start was left by a desk that died.
 */
import { mkdir, open, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { YqError } from '#core/errors/index.ts';
import { cleanLeftovers, outputError } from '#core/signing/index.ts';

/** Copy of the bytes that were shown, from which the draft is made. Hidden, and gone when the record is done. */
const SHOWN = /^\..+\.shown\.pdf$/;

/** Bytes that an increment may take: picture, font subset, signature and time stamp come to less than half of it. */
const INCREMENT_ROOM = 256 * 1024;
/** A day and more: so that every draft of a dead desk counts as abandoned, also where its process id is in use again. */
const LONG_AGO_MS = 48 * 3_600_000;

export interface SignedFolder {
  readonly path: string;
  /** Removes what a dead desk left half-done. Never rejects. */
  clean(): Promise<void>;
  /**
   * Throws SIGN_DISK_FULL or SIGN_OUTPUT when documents of these sizes (bytes) can't be signed into the folder: asked before the
   * PIN is used, so that no signature is made that could not be kept.
   */
  requireRoom(name: string, sizes: readonly number[]): Promise<void>;
  /** Writes the exact bytes that were shown, on disk before the key is asked for anything. Throws like requireRoom. */
  keepShown(stem: string, bytes: Uint8Array): Promise<{ readonly path: string; drop(): Promise<void> }>;
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

export function openSignedFolder(path: string, now: () => Date): SignedFolder {
  const drop = (file: string): Promise<void> => rm(file, { force: true }).catch(() => undefined);
  return {
    path,
    async clean() {
      const names = await readdir(path).catch(() => []);
      await Promise.all(names.filter((name) => SHOWN.test(name)).map((name) => drop(join(path, name))));
      await cleanLeftovers(path, new Date(now().getTime() + LONG_AGO_MS)).catch(() => []);
    },
    async requireRoom(name, sizes) {
      const probe = join(path, '.probe.shown.pdf');
      try {
        await mkdir(path, { recursive: true, mode: 0o700 });
        await writeDurably(probe, new Uint8Array(4096));
      } catch (e) {
        throw outputError(e, name);
      } finally {
        await drop(probe);
      }
      // All signed documents stay; the copy of the one in hand comes on top.
      const needed = sizes.reduce((sum, size) => sum + size + INCREMENT_ROOM, Math.max(0, ...sizes));
      const free = await statfs(path).then(
        (s) => s.bavail * s.bsize,
        () => Infinity, // a share that doesn't tell its room
      );
      if (free < needed) {
        throw new YqError('SIGN_DISK_FULL', { params: { file: name }, detail: `${free} bytes free, ${needed} needed` });
      }
    },
    async keepShown(stem, bytes) {
      const file = join(path, `.${stem}.shown.pdf`);
      try {
        await mkdir(path, { recursive: true, mode: 0o700 });
        await writeDurably(file, bytes);
      } catch (e) {
        await drop(file);
        throw outputError(e, `${stem}.pdf`);
      }
      return { path: file, drop: () => drop(file) };
    },
  };
}
