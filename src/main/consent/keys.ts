/**
 * What a consent form holds is kept encrypted (SM4-GCM). Two kinds of key, for two lengths of life:
 * - the storage key: for the forms themselves, as long as the desk has any. Wrapped by the system's own store of secrets (Electron's
 *   safeStorage) where there is one, else in a file that only this account can read;
 * - one evidence key per form, for strokes, fingerprint and photo, in a file of its own and not in the store: it is destroyed once the
 *   evidence is sealed, so that neither a backup of the store nor what SQLite left on the disk can be read any more.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { concatBytes, randomBytes, sm4Gcm } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';

/** The system's store of secrets; Electron's safeStorage. */
export interface SystemSecrets {
  /** False where the desktop has no keyring. */
  available(): boolean;
  /** True where the system only obscures (Linux without a keyring): no better than a file. */
  isPlain(): boolean;
  encrypt(text: string): Uint8Array;
  decrypt(bytes: Uint8Array): string;
}

/** How the storage key is protected: told in the diagnosis. */
export type Protection = 'system' | 'file';

export interface ConsentKeys {
  readonly protection: Protection;
  /** SM4-GCM under the storage key; `about` is authenticated with it, so that no row can take another's place. */
  seal(about: string, plain: Uint8Array): Uint8Array;
  /** Throws CONSENT_KEPT when it was changed or belongs elsewhere. */
  open(about: string, sealed: Uint8Array): Uint8Array;
  /** The same under the form's evidence key, which is made when it is first needed. */
  sealEvidence(formId: string, about: string, plain: Uint8Array): Uint8Array;
  openEvidence(formId: string, about: string, sealed: Uint8Array): Uint8Array;
  hasEvidence(formId: string): boolean;
  /** Overwrites and removes the form's evidence key. What was under it is gone for good. */
  destroyEvidence(formId: string): void;
}

const IV = 12;
const KEY = 16;
const utf8 = new TextEncoder();

function sealWith(key: Uint8Array, about: string, plain: Uint8Array): Uint8Array {
  const iv = randomBytes(IV);
  return concatBytes(iv, sm4Gcm.encrypt(key, iv, plain, utf8.encode(about)));
}

function openWith(key: Uint8Array, about: string, sealed: Uint8Array): Uint8Array {
  try {
    return sm4Gcm.decrypt(key, sealed.subarray(0, IV), sealed.subarray(IV), utf8.encode(about));
  } catch (cause) {
    throw new YqError('CONSENT_KEPT', { cause, detail: about });
  }
}

/** On the disk, under its name, when it returns. */
function writeDurably(file: string, bytes: Uint8Array): void {
  const fd = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${file}.new`, file);
  syncFolder(dirname(file));
}

/** Windows has no folder that could be opened for this; NTFS keeps the order of names itself. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

const read = (file: string): Uint8Array | undefined => {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new YqError('CONSENT_KEPT', { cause: e, detail: 'key file' });
  }
};

/** First byte of the key file: how the rest is protected. */
const BY_SYSTEM = 0x53;
const BY_FILE = 0x46;

export function openConsentKeys(folder: string, system?: SystemSecrets): ConsentKeys {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // A key that a death kept from getting its name was never used.
  for (const name of readdirSync(folder)) if (name.endsWith('.new')) rmSync(join(folder, name), { force: true });
  const mainFile = join(folder, 'storage.key');
  const isProtected = system?.available() === true && !system.isPlain();

  const keep = (key: Uint8Array): void => {
    const wrapped =
      isProtected && system
        ? concatBytes(Uint8Array.of(BY_SYSTEM), system.encrypt(Buffer.from(key).toString('base64')))
        : concatBytes(Uint8Array.of(BY_FILE), key);
    writeDurably(mainFile, wrapped);
  };
  const load = (): Uint8Array => {
    const kept = read(mainFile);
    if (!kept) {
      const key = randomBytes(KEY);
      keep(key);
      return key;
    }
    if (kept[0] === BY_FILE && kept.length === 1 + KEY) {
      const key = kept.slice(1);
      // A keyring has come since: the key moves into its care.
      if (isProtected) keep(key);
      return key;
    }
    try {
      if (kept[0] !== BY_SYSTEM || !system) throw new Error('no store of secrets');
      const key = new Uint8Array(Buffer.from(system.decrypt(kept.subarray(1)), 'base64'));
      if (key.length !== KEY) throw new Error('length');
      return key;
    } catch (cause) {
      throw new YqError('CONSENT_KEPT', { cause, detail: 'the storage key can’t be unwrapped' });
    }
  };
  /** Read at the first use: a desk that has no consent form needs no key. */
  let storageKey: Uint8Array | undefined;
  const storage = (): Uint8Array => (storageKey ??= load());

  const evidenceFile = (formId: string): string => join(folder, `${formId}.evidence-key`);
  const wrappedAs = (formId: string): string => `evidence key of ${formId}`;
  const evidence = (formId: string): Uint8Array => {
    const kept = read(evidenceFile(formId));
    if (kept) return openWith(storage(), wrappedAs(formId), kept);
    const key = randomBytes(KEY);
    writeDurably(evidenceFile(formId), sealWith(storage(), wrappedAs(formId), key));
    return key;
  };
  const withEvidence = <T>(formId: string, work: (key: Uint8Array) => T): T => {
    const key = evidence(formId);
    try {
      return work(key);
    } finally {
      key.fill(0);
    }
  };
  return {
    protection: isProtected ? 'system' : 'file',
    seal: (about, plain) => sealWith(storage(), about, plain),
    open: (about, sealed) => openWith(storage(), about, sealed),
    sealEvidence: (formId, about, plain) => withEvidence(formId, (key) => sealWith(key, about, plain)),
    openEvidence(formId, about, sealed) {
      if (!read(evidenceFile(formId))) throw new YqError('CONSENT_KEPT', { detail: 'its evidence was destroyed' });
      return withEvidence(formId, (key) => openWith(key, about, sealed));
    },
    hasEvidence: (formId) => read(evidenceFile(formId)) !== undefined,
    destroyEvidence(formId) {
      const file = evidenceFile(formId);
      let size: number;
      try {
        ({ size } = statSync(file));
      } catch {
        return;
      }
      // In place, so that the same sectors are meant; a flash disk may keep the old ones, which is why the key lies there wrapped.
      const fd = openSync(file, 'r+');
      try {
        writeSync(fd, randomBytes(size), 0, size, 0);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      rmSync(file);
      syncFolder(folder);
    },
  };
}
