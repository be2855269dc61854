/**
 * Seals on the disk: those that somebody imported on this PC, and a copy of those that the record service gave each person, for when
 * it cannot be reached. One file each, named by the SM3 of its bytes; written whole or not at all. A file whose bytes are not what its
 * name says, or that is no seal, counts as not there.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digest, toHex } from '#core/crypto/index.ts';
import { isYqError, YqError } from '#core/errors/index.ts';
import { parseSeal, type Seal } from '#core/seal/index.ts';

export interface KeptSeal {
  /** SM3 of its bytes, hex: the same esID may be issued anew with another picture or validity. */
  readonly id: string;
  readonly seal: Seal;
  readonly source: 'imported' | 'backend';
}

export interface SealStore {
  imported(): readonly KeptSeal[];
  /** Throws SIGN_OUTPUT. */
  keep(der: Uint8Array): KeptSeal;
  remove(id: string): void;
  /** What the record service gave this person last. */
  cached(personId: string): readonly KeptSeal[];
  /** Takes the place of what was cached. Seals that cannot be read are left out and named. */
  cache(personId: string, ders: readonly Uint8Array[]): readonly string[];
}

const idOf = (der: Uint8Array): string => toHex(digest('sm3', der));
const FILE = /^([0-9A-F]{64})\.esl$/;

export function openSealStore(folder: string): SealStore {
  const imported = join(folder, 'imported');
  // A person's id may hold anything; the folder's name tells nothing of it.
  const folderOf = (personId: string): string =>
    join(folder, 'service', idOf(new TextEncoder().encode(personId)).slice(0, 32));

  const names = (at: string): readonly string[] => {
    try {
      return readdirSync(at).sort();
    } catch {
      return [];
    }
  };
  const read = (at: string, source: KeptSeal['source']): readonly KeptSeal[] =>
    names(at).flatMap((name) => {
      const id = FILE.exec(name)?.[1];
      if (id === undefined) return [];
      try {
        const bytes = new Uint8Array(readFileSync(join(at, name)));
        return idOf(bytes) === id ? [{ id, seal: parseSeal(bytes), source }] : [];
      } catch {
        return [];
      }
    });
  const write = (at: string, der: Uint8Array): string => {
    const id = idOf(der);
    const file = join(at, `${id}.esl`);
    try {
      mkdirSync(at, { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.new`, der, { mode: 0o600, flush: true });
      renameSync(`${file}.new`, file);
    } catch (cause) {
      rmSync(`${file}.new`, { force: true });
      const reason = (cause as NodeJS.ErrnoException).code ?? 'I/O';
      throw new YqError('SIGN_OUTPUT', { params: { file: `${id.slice(0, 8)}.esl`, reason }, cause });
    }
    return id;
  };

  return {
    imported: () => read(imported, 'imported'),
    keep(der) {
      const seal = parseSeal(der);
      return { id: write(imported, der), seal, source: 'imported' };
    },
    remove(id) {
      if (FILE.test(`${id}.esl`)) rmSync(join(imported, `${id}.esl`), { force: true });
    },
    cached: (personId) => read(folderOf(personId), 'backend'),
    cache(personId, ders) {
      const at = folderOf(personId);
      const unreadable: string[] = [];
      const kept = new Set<string>();
      for (const der of ders) {
        try {
          parseSeal(der);
          kept.add(`${write(at, der)}.esl`);
        } catch (e) {
          if (!isYqError(e)) throw e;
          unreadable.push(e.code);
        }
      }
      for (const name of names(at)) if (!kept.has(name)) rmSync(join(at, name), { force: true });
      return unreadable;
    },
  };
}
