/**
 * The draft: the temporary file in which a signed document grows. It stands in the folder of its target under a hidden name, so
 * that the last step is one rename on one file system. Until then the target doesn't exist (or is still the old one); after it,
 * the target is whole. A draft left over by a killed process is recognised by its name and removed by `cleanLeftovers`.
 */
import { constants } from 'node:fs';
import { link, open, readdir, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomBytes, sm3, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { isErrno, outputError } from './errno.ts';

const PREFIX = '.yiqian-';
const SUFFIX = '.part';
/** `.yiqian-<host>-<pid>-<random>.part`; host is a digest, so that no machine name gets into a shared folder. */
const DRAFT_NAME = /^\.yiqian-([0-9a-f]{8})-(\d+)-[0-9a-f]{16}\.part$/;
/** Drafts of another machine, or of a process id in use again, are only removed when they are this old. */
const ABANDONED_AFTER_MS = 24 * 3600 * 1000;

const hostTag = (): string =>
  toHex(sm3(new TextEncoder().encode(hostname())))
    .slice(0, 8)
    .toLowerCase();

/** Drafts this process works on right now, by full path. */
const ownDrafts = new Set<string>();

export class DraftFile {
  readonly path: string;
  readonly target: string;
  readonly #handle: FileHandle;
  #open = true;

  constructor(path: string, target: string, handle: FileHandle) {
    this.path = path;
    this.target = target;
    this.#handle = handle;
  }

  /** Makes an empty draft beside `target`. Rejects with SIGN_OUTPUT or SIGN_DISK_FULL. */
  static async create(target: string): Promise<DraftFile> {
    const full = resolve(target);
    const name = `${PREFIX}${hostTag()}-${process.pid}-${toHex(randomBytes(8)).toLowerCase()}${SUFFIX}`;
    const path = join(dirname(full), name);
    try {
      const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;
      const handle = await open(path, flags, 0o600);
      ownDrafts.add(path);
      return new DraftFile(path, full, handle);
    } catch (e) {
      throw outputError(e, full);
    }
  }

  /** Writes all of `bytes` at `position`, however many calls the system needs. */
  async write(bytes: Uint8Array, position: number): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
    } catch (e) {
      throw outputError(e, this.target);
    }
  }

  async truncate(size: number): Promise<void> {
    await this.#attempt(() => this.#handle.truncate(size));
  }

  /** Waits until the bytes are on the disk; a disk or share that is full says so here at the latest. */
  async sync(): Promise<void> {
    await this.#attempt(() => this.#handle.sync());
  }

  async setMode(mode: number): Promise<void> {
    // Some shares have no modes; a file that can't take one is still a good file.
    await this.#handle.chmod(mode & 0o777).catch(() => undefined);
  }

  /**
   * Puts the draft in the target's place and makes the folder entry durable. With `replace` false an existing target wins:
   * SIGN_TARGET_EXISTS.
   */
  async publish(replace: boolean): Promise<void> {
    try {
      await this.#close();
      await (replace ? renameStubbornly(this.path, this.target) : moveIfFree(this.path, this.target));
      ownDrafts.delete(this.path);
      await syncFolder(dirname(this.target));
    } catch (e) {
      throw outputError(e, this.target);
    }
  }

  /** Removes the draft; after `publish` it does nothing. Never rejects: the failure that led here is the one to report. */
  async discard(): Promise<void> {
    await this.#close().catch(() => undefined);
    if (!ownDrafts.delete(this.path)) return;
    await unlink(this.path).catch(() => undefined);
  }

  async #attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (e) {
      throw outputError(e, this.target);
    }
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#handle.close();
  }
}

/** Virus scanners on Windows hold a new file for a moment: EPERM, EACCES and EBUSY are tried again for about a second. */
async function renameStubbornly(from: string, to: string): Promise<void> {
  const waits = process.platform === 'win32' ? [20, 50, 100, 200, 300, 400] : [];
  for (;;) {
    try {
      return await rename(from, to);
    } catch (e) {
      const wait = waits.shift();
      if (wait === undefined || !isErrno(e, 'EPERM', 'EACCES', 'EBUSY')) throw e;
      await sleep(wait);
    }
  }
}

/** link() fails where the name is taken, so that nothing is overwritten even by a race; shares without links get a look first. */
async function moveIfFree(from: string, to: string): Promise<void> {
  const taken = (): YqError => new YqError('SIGN_TARGET_EXISTS', { params: { file: basename(to) } });
  try {
    await link(from, to);
  } catch (e) {
    if (isErrno(e, 'EEXIST')) throw taken();
    const exists = await stat(to).then(
      () => true,
      () => false,
    );
    if (exists) throw taken();
    return await renameStubbornly(from, to);
  }
  await unlink(from);
}

/**
 * Makes the rename durable. Windows can't open folders (NTFS journals the rename), some network file systems refuse to sync one;
 * neither makes the signed file less whole, so nothing is thrown.
 */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY).catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close().catch(() => undefined);
}

function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (e) {
    return isErrno(e, 'EPERM');
  }
}

/**
 * Removes drafts that killed processes left in `folder`; to be called once at the start and never waits for anything. Drafts of
 * living processes, and of other machines on a shared folder, stay until they are a day old. Gives the names removed.
 */
export async function cleanLeftovers(folder: string, now: Date = new Date()): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const removed: string[] = [];
  for (const name of names) {
    const match = DRAFT_NAME.exec(name);
    if (!match) continue;
    const path = join(resolve(folder), name);
    if (ownDrafts.has(path)) continue;
    const here = match[1] === hostTag();
    const pid = Number(match[2]);
    // This process's own id on a draft it doesn't know belongs to an earlier life of that number.
    const dead = here && (pid === process.pid || !processLives(pid));
    const age = await stat(path).then(
      (s) => now.getTime() - s.mtimeMs,
      () => 0,
    );
    if (!dead && age < ABANDONED_AFTER_MS) continue;
    await unlink(path).then(
      () => removed.push(name),
      () => undefined,
    );
  }
  return removed;
}
