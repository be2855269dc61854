/**
 * An unlocked document's security (ISO 32000-2, 7.6): decrypts what is read, encrypts what an increment brings. Strings and streams of
 * every object that stands by itself are encrypted under a key of that object; not so the /Encrypt dictionary, cross-reference streams,
 * what is packed in an object stream (the stream is), the /Contents of signatures, and what a crypt filter leaves as it is.
 */
import { aesCbc, concatBytes, md5, randomBytes, rc4 } from '#core/crypto/index.ts';
import { damaged } from '../failures.ts';
import { isArray, isName, PdfDict, type PdfRef, PdfStream, PdfString, type PdfObject } from '../objects.ts';
import type { DocumentPermissions } from '../types.ts';

export type CipherMethod = 'none' | 'rc4' | 'aes-128' | 'aes-256';

/** Which method serves what. */
export interface CipherPlan {
  readonly strings: CipherMethod;
  readonly streams: CipherMethod;
  readonly embeddedFiles: CipherMethod;
  /** Crypt filters that a stream may name. */
  readonly named: ReadonlyMap<string, CipherMethod>;
  readonly encryptMetadata: boolean;
}

export interface SecurityFacts {
  readonly key: Uint8Array;
  readonly openedAs: 'owner' | 'user';
  readonly plan: CipherPlan;
  readonly description: string;
  readonly flags: number;
  readonly permissions: DocumentPermissions;
  readonly permissionsGenuine: boolean;
}

const BLOCK = 16;
const AES_SALT = Uint8Array.from([0x73, 0x41, 0x6c, 0x54]);

export class DocumentSecurity {
  readonly openedAs: 'owner' | 'user';
  /** For people, e.g. `AES-256 (R6)`. */
  readonly description: string;
  /** /P as a signed 32-bit number. */
  readonly flags: number;
  readonly permissions: DocumentPermissions;
  /** False: /P is not what the document was encrypted with; only AES-256 can tell. */
  readonly permissionsGenuine: boolean;
  readonly #key: Uint8Array;
  readonly #plan: CipherPlan;

  constructor(facts: SecurityFacts) {
    this.openedAs = facts.openedAs;
    this.description = facts.description;
    this.flags = facts.flags;
    this.permissions = facts.permissions;
    this.permissionsGenuine = facts.permissionsGenuine;
    this.#key = facts.key;
    this.#plan = facts.plan;
  }

  /** The strings of an object as read; a stream's data is not touched. */
  decryptStrings(ref: PdfRef, value: PdfObject): PdfObject {
    const method = this.#plan.strings;
    if (method === 'none') return value;
    const key = this.#keyOf(ref, method);
    return mapStrings(value, (s) => new PdfString(decrypt(method, key, s.bytes, `string in object ${ref.num}`), s.hex));
  }

  /** @param stream its dictionary, with /Filter and /DecodeParms direct */
  decryptStream(ref: PdfRef, stream: PdfDict, data: Uint8Array): Uint8Array {
    const method = this.#methodOf(stream, ref);
    if (method === 'none') return data;
    return decrypt(method, this.#keyOf(ref, method), data, `stream of object ${ref.num}`);
  }

  /** An object as it is to be written: strings and data encrypted, a stream's /Length set. */
  encrypt(ref: PdfRef, value: PdfObject): PdfObject {
    if (!(value instanceof PdfStream)) return this.#encryptStrings(ref, value);
    if (!(value.data instanceof Uint8Array)) throw new TypeError('a stream of another file cannot be encrypted');
    const method = this.#methodOf(value.dict, ref);
    const data = method === 'none' ? value.data : encrypt(method, this.#keyOf(ref, method), value.data);
    const entries = this.#encryptStrings(ref, value.dict) as PdfDict;
    return new PdfStream(entries.with({ Length: data.length }), data);
  }

  #encryptStrings(ref: PdfRef, value: PdfObject): PdfObject {
    const method = this.#plan.strings;
    if (method === 'none') return value;
    const key = this.#keyOf(ref, method);
    return mapStrings(value, (s) => new PdfString(encrypt(method, key, s.bytes), true));
  }

  #methodOf(stream: PdfDict, ref: PdfRef): CipherMethod {
    const type = stream.get('Type');
    if (isName(type, 'XRef')) return 'none';
    const filters = listOf(stream.get('Filter'));
    const crypt = filters.findIndex((filter) => isName(filter, 'Crypt'));
    if (crypt >= 0) {
      const parms = listOf(stream.get('DecodeParms'))[crypt];
      const name = parms instanceof PdfDict ? (parms.name('Name') ?? 'Identity') : 'Identity';
      const method = this.#plan.named.get(name);
      if (method === undefined) throw damaged(`stream of object ${ref.num}`, `no crypt filter ${name}`);
      return method;
    }
    if (isName(type, 'Metadata') && !this.#plan.encryptMetadata) return 'none';
    return isName(type, 'EmbeddedFile') ? this.#plan.embeddedFiles : this.#plan.streams;
  }

  /** Algorithm 1; AES-256 has one key for all (Algorithm 1.A). */
  #keyOf({ num, gen }: PdfRef, method: CipherMethod): Uint8Array {
    if (method === 'aes-256') return this.#key;
    const numbers = Uint8Array.of(num, num >> 8, num >> 16, gen, gen >> 8);
    const salt = method === 'aes-128' ? AES_SALT : new Uint8Array(0);
    return md5(this.#key, numbers, salt).subarray(0, Math.min(this.#key.length + 5, 16));
  }
}

const listOf = (value: PdfObject | undefined): readonly PdfObject[] =>
  isArray(value) ? value : value === undefined || value === null ? [] : [value];

/** A copy with every string replaced, but for the /Contents of a signature. What has no string in it comes back as it is. */
function mapStrings(value: PdfObject, replace: (string: PdfString) => PdfString): PdfObject {
  if (value instanceof PdfString) return replace(value);
  if (isArray(value)) {
    const items = value.map((item) => mapStrings(item, replace));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  if (!(value instanceof PdfDict)) return value;
  const signature = isSignature(value);
  const changes: [string, PdfObject][] = [];
  for (const [key, item] of value.entries()) {
    if (signature && key === 'Contents') continue;
    const replaced = mapStrings(item, replace);
    if (replaced !== item) changes.push([key, replaced]);
  }
  return changes.length === 0 ? value : value.with(Object.fromEntries(changes));
}

/** /Type is optional in a signature dictionary (Table 255); a /ByteRange stands nowhere else. */
const isSignature = (dict: PdfDict): boolean =>
  ['Sig', 'DocTimeStamp'].includes(dict.name('Type') ?? '') ||
  (isArray(dict.get('ByteRange')) && dict.get('Contents') instanceof PdfString);

function decrypt(method: CipherMethod, key: Uint8Array, data: Uint8Array, where: string): Uint8Array {
  if (method === 'rc4') return rc4(key, data);
  // Some writers leave an empty string empty.
  if (data.length === 0) return data;
  if (data.length < 2 * BLOCK || data.length % BLOCK !== 0) throw damaged(where, `AES data of ${data.length} bytes`);
  const plain = aesCbc.decrypt(key, data.subarray(0, BLOCK), data.subarray(BLOCK));
  const padding = plain.at(-1) ?? 0;
  if (padding < 1 || padding > BLOCK) throw damaged(where, 'AES padding');
  return plain.subarray(0, plain.length - padding);
}

function encrypt(method: CipherMethod, key: Uint8Array, data: Uint8Array): Uint8Array {
  if (method === 'rc4') return rc4(key, data);
  const padding = BLOCK - (data.length % BLOCK);
  const iv = randomBytes(BLOCK);
  return concatBytes(iv, aesCbc.encrypt(key, iv, concatBytes(data, new Uint8Array(padding).fill(padding))));
}

/** How a crypt filter's /CFM is called here; undefined for one that is not spoken. */
export function methodNamed(name: string | undefined): CipherMethod | undefined {
  switch (name) {
    case undefined:
    case 'None':
      return 'none';
    case 'V2':
      return 'rc4';
    case 'AESV2':
      return 'aes-128';
    case 'AESV3':
      return 'aes-256';
    default:
      return undefined;
  }
}
