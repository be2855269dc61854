/**
 * Keys of the CA and of the time stamp service on a PKCS#11 token (an HSM, or a soft token for trials). The private keys never leave
 * it. What the token has no mechanism for (RSA on an SM2 token) stays in files.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fromHex, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { readPublicKey, sm2Spki, type KeySigner } from '#core/pki/index.ts';
import { forkHost, loadProfiles, pkcs11Provider, signWith, type DriverConfig, type Token } from '#core/token/index.ts';
import { fileURLToPath } from 'node:url';
import type { KeyKind, KeyVault } from './keys.ts';

export interface Pkcs11KeysSettings {
  readonly driver: DriverConfig;
  readonly tokenLabel: string;
  /** Reads the user PIN; asked once, when the vault is opened. */
  readonly pin: () => Promise<string>;
  /** Where the public half is noted: which CKA_ID belongs to which name. */
  readonly dir: string;
  /** Kinds of keys that go onto the token. */
  readonly kinds: readonly KeyKind[];
  /** Takes the other kinds. */
  readonly others: KeyVault;
}

/** Name → key on the token. Public data. */
type Notes = Readonly<Record<string, { readonly ckaId: string; readonly spki: string }>>;

/** @throws YqError TOKEN_NOT_FOUND, TOKEN_PIN_INCORRECT and the rest of the TOKEN_ family */
export async function pkcs11Keys(settings: Pkcs11KeysSettings): Promise<KeyVault> {
  const { driver, tokenLabel, dir, kinds, others } = settings;
  const profiles = await loadProfiles(fileURLToPath(new URL('../../../resources/vendor-profiles/', import.meta.url)));
  const provider = pkcs11Provider({ drivers: [driver], profiles, spawnHost: forkHost(), pollMs: 0 });
  const close = async (): Promise<void> => {
    await provider.close();
    await others.close();
  };
  try {
    const info = (await provider.list()).find((t) => t.label === tokenLabel);
    if (info === undefined) throw new YqError('TOKEN_NOT_FOUND', { params: { token: tokenLabel } });
    const pin = await settings.pin();
    const token = await provider.open(info.id);
    await token.login(pin);
    const file = path.join(dir, 'token-keys.json');
    return {
      key: async (name, kind) => {
        if (!kinds.includes(kind)) return others.key(name, kind);
        const notes = await readNotes(file);
        const known = notes[name];
        if (known !== undefined) return keyOnToken(token, name, kind, known);
        const made = await generate(name, kind);
        const note = { ckaId: toHex(made.ckaId), spki: Buffer.from(made.spki).toString('base64') };
        await mkdir(dir, { recursive: true, mode: 0o700 });
        await writeFile(file, `${JSON.stringify({ ...notes, [name]: note }, null, 2)}\n`, { mode: 0o600, flush: true });
        return keyOnToken(token, name, kind, note);
      },
      close,
    };

    async function generate(name: string, kind: KeyKind): Promise<{ ckaId: Uint8Array; spki: Uint8Array }> {
      const admin = provider.admin(token.info.id);
      if (kind === 'rsa') return admin.generateKeyPair({ pin, label: name, kind: 'rsa' });
      const { ckaId, publicKey } = await admin.generateSm2KeyPair({ pin, label: name });
      return { ckaId, spki: sm2Spki(publicKey) };
    }
  } catch (e) {
    await close();
    throw e;
  }
}

async function keyOnToken(token: Token, name: string, kind: KeyKind, note: Notes[string]): Promise<KeySigner> {
  const wanted = note.ckaId.toUpperCase();
  const key = (await token.certificates()).find((k) => k.keyId.toUpperCase() === wanted);
  if (key === undefined)
    throw new YqError('TOKEN_KEY_NOT_FOUND', { params: { key: name }, detail: `CKA_ID ${wanted}` });
  return {
    publicKey: readPublicKey(Uint8Array.from(Buffer.from(note.spki, 'base64'))),
    digest: kind === 'sm2' ? 'sm3' : 'sha256',
    sign: signWith(token, key),
  };
}

async function readNotes(file: string): Promise<Notes> {
  try {
    const notes = JSON.parse(await readFile(file, 'utf8')) as Notes;
    for (const { ckaId } of Object.values(notes)) fromHex(ckaId);
    return notes;
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw e;
  }
}
