/**
 * The standard security handler's keys (ISO 32000-2, 7.6.4; revision 5 as in Adobe's supplement to ISO 32000, extension level 3):
 * from a password to the key of the file, as its owner, as a user, or not at all.
 */
import { aesBlock, aesCbc, concatBytes, digest, equalBytes, md5, rc4 } from '#core/crypto/index.ts';
import { passwordsOfOldKind, passwordsUtf8 } from './passwords.ts';

/** What the dictionary says, as far as keys go. */
export interface KeyMaterial {
  readonly revision: 2 | 3 | 4 | 5 | 6;
  /** Bytes that a file key may have; writers of revision 4 note it in different places, so all of them are tried. */
  readonly keyLengths: readonly number[];
  /** 32 bytes up to revision 4, 48 from 5 on. */
  readonly owner: Uint8Array;
  readonly user: Uint8Array;
  /** Revisions 5 and 6: the file key under each password, 32 bytes, and the permissions once more, 16. */
  readonly ownerKey?: Uint8Array;
  readonly userKey?: Uint8Array;
  readonly sealedPermissions?: Uint8Array;
  /** /P as a signed 32-bit number. */
  readonly permissions: number;
  /** First element of the trailer's /ID. */
  readonly id: Uint8Array;
  readonly encryptMetadata: boolean;
}

export interface Unlocked {
  readonly key: Uint8Array;
  readonly as: 'owner' | 'user';
}

/** The key that `password` opens; undefined when it opens nothing. An owner's password counts as such where it is the user's too. */
export function unlock(material: KeyMaterial, password: string): Unlocked | undefined {
  const modern = material.revision >= 5;
  for (const bytes of modern ? passwordsUtf8(password) : passwordsOfOldKind(password)) {
    const found = modern ? unlockModern(material, bytes) : unlockOld(material, bytes);
    if (found !== undefined) return found;
  }
  return undefined;
}

// ---- Revisions 2 to 4 ----

/** Filled up with this, or cut, a password has 32 bytes (Algorithm 2, step a). */
const PADDING = Uint8Array.from([
  0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08, 0x2e, 0x2e, 0x00,
  0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a,
]);
const BLOCK = 16;
const padded = (password: Uint8Array): Uint8Array => concatBytes(password, PADDING).subarray(0, PADDING.length);

function unlockOld(material: KeyMaterial, password: Uint8Array): Unlocked | undefined {
  for (const length of material.keyLengths) {
    // The standard hashes all 16 bytes again and again, several writers only as many as the key has.
    for (const rehashed of new Set([BLOCK, length])) {
      const behindOwner = userPasswordOf(material, password, length, rehashed);
      const ownerKey = keyOfUser(material, behindOwner, length);
      if (ownerKey !== undefined) return { key: ownerKey, as: 'owner' };
    }
    const userKey = keyOfUser(material, padded(password), length);
    if (userKey !== undefined) return { key: userKey, as: 'user' };
  }
  return undefined;
}

/** Algorithm 7: the padded user password that /O holds. */
function userPasswordOf(
  { revision, owner }: KeyMaterial,
  password: Uint8Array,
  length: number,
  rehashed: number,
): Uint8Array {
  let hash = md5(padded(password));
  if (revision >= 3) for (let i = 0; i < 50; i++) hash = md5(hash.subarray(0, rehashed));
  const key = hash.subarray(0, length);
  let value = owner;
  for (let i = revision === 2 ? 0 : 19; i >= 0; i--) value = rc4(xored(key, i), value);
  return value;
}

/** Algorithms 2 and 6: the file key, when the padded password is the user's. */
function keyOfUser(material: KeyMaterial, password: Uint8Array, length: number): Uint8Array | undefined {
  const { revision, owner, user, permissions, id, encryptMetadata } = material;
  const flags = new Uint8Array(4);
  new DataView(flags.buffer).setInt32(0, permissions, true);
  const clearMetadata = revision >= 4 && !encryptMetadata ? new Uint8Array(4).fill(0xff) : new Uint8Array(0);
  let hash = md5(password, owner, flags, id, clearMetadata);
  if (revision >= 3) for (let i = 0; i < 50; i++) hash = md5(hash.subarray(0, length));
  const key = hash.slice(0, length);
  if (revision === 2) return equalBytes(rc4(key, PADDING), user) ? key : undefined;
  let value = md5(PADDING, id);
  for (let i = 0; i < 20; i++) value = rc4(xored(key, i), value);
  return equalBytes(value, user.subarray(0, 16)) ? key : undefined;
}

const xored = (key: Uint8Array, mask: number): Uint8Array => key.map((byte) => byte ^ mask);

// ---- Revisions 5 and 6 ----

/** /O and /U: hash, then the salts that check the password and that make the key. */
const HASH_END = 32;
const CHECK_SALT_END = 40;
const KEY_SALT_END = 48;
const ZERO_IV = new Uint8Array(16);

function unlockModern(material: KeyMaterial, password: Uint8Array): Unlocked | undefined {
  const { revision, owner, user, ownerKey, userKey } = material;
  const hash = revision === 5 ? plainHash : hardenedHash;
  const attempt = (of: Uint8Array, sealed: Uint8Array | undefined, extra: Uint8Array): Uint8Array | undefined => {
    const check = hash(password, of.subarray(HASH_END, CHECK_SALT_END), extra);
    if (sealed === undefined || !equalBytes(check, of.subarray(0, HASH_END))) return undefined;
    return aesCbc.decrypt(hash(password, of.subarray(CHECK_SALT_END, KEY_SALT_END), extra), ZERO_IV, sealed);
  };
  const asOwner = attempt(owner, ownerKey, user);
  if (asOwner !== undefined) return { key: asOwner, as: 'owner' };
  const asUser = attempt(user, userKey, new Uint8Array(0));
  return asUser === undefined ? undefined : { key: asUser, as: 'user' };
}

const plainHash = (password: Uint8Array, salt: Uint8Array, extra: Uint8Array): Uint8Array =>
  digest('sha256', password, salt, extra);

/** Algorithm 2.B: at least 64 rounds of AES and SHA-2, each choosing the next hash by its result. */
function hardenedHash(password: Uint8Array, salt: Uint8Array, extra: Uint8Array): Uint8Array {
  let key = digest('sha256', password, salt, extra);
  for (let round = 1; ; round++) {
    const once = concatBytes(password, key, extra);
    const many = concatBytes(...Array.from({ length: 64 }, () => once));
    const mixed = aesCbc.encrypt(key.subarray(0, 16), key.subarray(16, 32), many);
    // The first 16 bytes as a number modulo 3: 256 is 1 modulo 3, so their sum will do.
    const choice = mixed.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) % 3;
    key = digest(choice === 0 ? 'sha256' : choice === 1 ? 'sha384' : 'sha512', mixed);
    if (round >= 64 && (mixed.at(-1) ?? 0) <= round - 32) return key.slice(0, 32);
  }
}

/** Algorithm 13: whether /P and /EncryptMetadata are still those that the file was encrypted with. True where nothing can be checked. */
export function permissionsAreGenuine(material: KeyMaterial, key: Uint8Array): boolean {
  const { sealedPermissions, permissions, encryptMetadata } = material;
  if (material.revision < 5) return true;
  if (sealedPermissions === undefined) return false;
  const plain = aesBlock.decrypt(key, sealedPermissions);
  const [t, a, d, b] = plain.subarray(8, 12);
  const marked = a === 0x61 && d === 0x64 && b === 0x62;
  const flags = new DataView(plain.buffer, plain.byteOffset).getInt32(0, true);
  return marked && flags === permissions && t === (encryptMetadata ? 0x54 : 0x46);
}
