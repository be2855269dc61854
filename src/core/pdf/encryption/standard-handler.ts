/** Reads /Encrypt (ISO 32000-2, 7.6.2 to 7.6.4) and unlocks the document with a password. */
import { YqError } from '#core/errors/index.ts';
import { damaged } from '../failures.ts';
import { PdfDict, PdfString, type PdfObject } from '../objects.ts';
import { permissionsAreGenuine, unlock, type KeyMaterial } from './file-key.ts';
import { permissionsOf } from './permissions.ts';
import { DocumentSecurity, methodNamed, type CipherMethod, type CipherPlan } from './security.ts';

const WHERE = '/Encrypt';
const unsupported = (method: string): YqError =>
  new YqError('PDF_ENCRYPTION', { params: { method }, detail: `${WHERE}: ${method}` });

/**
 * @param encrypt the /Encrypt dictionary without references in it
 * @param id the first element of the trailer's /ID
 * @param password the empty one is tried when none is given
 * @throws PDF_ENCRYPTED without a password where one is needed, PDF_PASSWORD for a wrong one, PDF_ENCRYPTION for what is not spoken here
 */
export function openSecurity(encrypt: PdfDict, id: PdfObject, password: string | undefined): DocumentSecurity {
  const filter = encrypt.name('Filter') ?? 'without a name';
  if (filter !== 'Standard') throw unsupported(filter);
  const version = numberOf(encrypt, 'V', 0);
  const revision = numberOf(encrypt, 'R', 0);
  const plan = planOf(encrypt, version);
  const material = materialOf(encrypt, version, revision, id, plan.encryptMetadata);
  const unlocked = unlock(material, password ?? '');
  if (unlocked === undefined) throw new YqError(password === undefined ? 'PDF_ENCRYPTED' : 'PDF_PASSWORD');
  const flags = material.permissions;
  return new DocumentSecurity({
    key: unlocked.key,
    openedAs: unlocked.as,
    plan,
    description: describe(plan.streams, unlocked.key.length, revision),
    flags,
    permissions: permissionsOf(flags, revision),
    permissionsGenuine: permissionsAreGenuine(material, unlocked.key),
  });
}

function describe(method: CipherMethod, keyLength: number, revision: number): string {
  const name = { none: 'none', rc4: `RC4-${8 * keyLength}`, 'aes-128': 'AES-128', 'aes-256': 'AES-256' }[method];
  return `${name} (R${revision})`;
}

function planOf(encrypt: PdfDict, version: number): CipherPlan {
  if (version === 1 || version === 2) {
    const rc4 = { strings: 'rc4', streams: 'rc4', embeddedFiles: 'rc4' } as const;
    return { ...rc4, named: new Map([['Identity', 'none']]), encryptMetadata: true };
  }
  if (version !== 4 && version !== 5) throw unsupported(`V ${version}`);
  const filters = encrypt.get('CF') ?? null;
  if (filters !== null && !(filters instanceof PdfDict)) throw damaged(WHERE, '/CF is no dictionary');
  const named = new Map<string, CipherMethod>([['Identity', 'none']]);
  for (const [name, filter] of filters?.entries() ?? []) {
    if (!(filter instanceof PdfDict)) throw damaged(WHERE, `crypt filter ${name} is no dictionary`);
    const cfm = filter.name('CFM');
    const method = methodNamed(cfm);
    // AES-256 has its own kind of file key, and the other way round.
    if (method === undefined || (method !== 'none' && (method === 'aes-256') !== (version === 5)))
      throw unsupported(`V ${version} with ${cfm}`);
    if (name !== 'Identity') named.set(name, method);
  }
  const pick = (key: string, otherwise: string): CipherMethod => {
    const name = encrypt.name(key) ?? otherwise;
    const method = named.get(name);
    if (method === undefined) throw damaged(WHERE, `/${key} names no crypt filter`);
    return method;
  };
  const streamFilter = encrypt.name('StmF') ?? 'Identity';
  return {
    strings: pick('StrF', 'Identity'),
    streams: pick('StmF', 'Identity'),
    embeddedFiles: pick('EFF', streamFilter),
    named,
    encryptMetadata: encrypt.get('EncryptMetadata') !== false,
  };
}

function materialOf(
  encrypt: PdfDict,
  version: number,
  revision: number,
  id: PdfObject,
  encryptMetadata: boolean,
): KeyMaterial {
  if (revision !== 2 && revision !== 3 && revision !== 4 && revision !== 5 && revision !== 6)
    throw unsupported(`R ${revision}`);
  if ((version === 5) !== revision >= 5) throw damaged(WHERE, `V ${version} with R ${revision}`);
  const modern = revision >= 5;
  const bytes = (key: string, length: number): Uint8Array => {
    const value = encrypt.get(key);
    if (!(value instanceof PdfString) || value.bytes.length < length) throw damaged(WHERE, `/${key} is too short`);
    // Some writers fill up with zeros.
    return value.bytes.subarray(0, length);
  };
  return {
    revision,
    keyLengths: keyLengthsOf(encrypt, version),
    owner: bytes('O', modern ? 48 : 32),
    user: bytes('U', modern ? 48 : 32),
    ...(modern ? { ownerKey: bytes('OE', 32), userKey: bytes('UE', 32), sealedPermissions: bytes('Perms', 16) } : {}),
    // Some writers note the 32 bits as an unsigned number.
    permissions: numberOf(encrypt, 'P') | 0,
    id: id instanceof PdfString ? id.bytes : new Uint8Array(0),
    encryptMetadata,
  };
}

/** Candidates in bytes, the likely one first. /Length counts bits, in crypt filters bytes, but several writers mix that up. */
function keyLengthsOf(encrypt: PdfDict, version: number): readonly number[] {
  if (version === 1) return [5];
  if (version === 5) return [32];
  const filters = encrypt.get('CF');
  const written = [encrypt.get('Length')];
  if (filters instanceof PdfDict) {
    const streamFilter = filters.get(encrypt.name('StmF') ?? '');
    if (streamFilter instanceof PdfDict) written.push(streamFilter.get('Length'));
  }
  const lengths = written.flatMap((n) => (typeof n === 'number' ? [n % 8 === 0 && n >= 40 ? n / 8 : n] : []));
  const candidates = version === 4 ? [16, ...lengths, 5] : [...lengths, 5, 16];
  return [...new Set(candidates)].filter((n) => Number.isInteger(n) && n >= 5 && n <= 16);
}

function numberOf(encrypt: PdfDict, key: string, otherwise?: number): number {
  const value = encrypt.get(key) ?? otherwise;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw damaged(WHERE, `/${key} is no number`);
  return value;
}
