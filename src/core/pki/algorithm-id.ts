/**
 * Signature algorithm identifiers as one text: the object identifier, and for RSASSA-PSS (RFC 4055 §3.1), which says nothing without
 * its parameters, also digest and salt: `1.2.840.113549.1.1.10/sha256/32`.
 */
import type { DigestName } from '../crypto/types.ts';
import { DerCursor, readOid, readSmallInteger, Tag, type DerElement } from './der.ts';
import { digestOfOid, Oid } from './oids.ts';

/** Reads an AlgorithmIdentifier. Parameters of RSASSA-PSS that nobody computes leave the bare identifier, which never verifies. */
export function readAlgorithmId(algorithm: DerElement): string {
  const c = new DerCursor(algorithm);
  const id = readOid(c.next(Tag.oid));
  if (id !== Oid.rsaPss) return id;
  const parameters = c.optional(Tag.sequence);
  const { digest, salt } = parameters === undefined ? DEFAULTS : (readParameters(parameters) ?? {});
  return digest === undefined || salt === undefined ? id : `${id}/${digest}/${salt}`;
}

interface PssParameters {
  readonly digest: DigestName;
  /** Bytes. */
  readonly salt: number;
}
const DEFAULTS: PssParameters = { digest: 'sha1', salt: 20 };
const MAX_SALT = 512;

function readParameters(parameters: DerElement): PssParameters | undefined {
  const c = new DerCursor(parameters);
  const field = (n: number): DerCursor | undefined => {
    const wrapped = c.optional(Tag.contextConstructed(n));
    return wrapped === undefined ? undefined : new DerCursor(wrapped);
  };
  const digestIn = (algorithm: DerElement | undefined): DigestName | undefined =>
    algorithm === undefined ? DEFAULTS.digest : digestOfOid(readOid(new DerCursor(algorithm).next(Tag.oid)));
  const digest = digestIn(field(0)?.next(Tag.sequence));
  const mask = field(1)?.next(Tag.sequence);
  let maskDigest: DigestName | undefined = DEFAULTS.digest;
  if (mask !== undefined) {
    const m = new DerCursor(mask);
    maskDigest = readOid(m.next(Tag.oid)) === Oid.mgf1 ? digestIn(m.next(Tag.sequence)) : undefined;
  }
  const saltField = field(2);
  const salt = saltField === undefined ? DEFAULTS.salt : readSmallInteger(saltField.next(Tag.integer).value);
  const trailer = field(3);
  const usual = trailer === undefined || readSmallInteger(trailer.next(Tag.integer).value) === 1;
  // Two digests in one signature are allowed and never met.
  return digest === undefined || digest === 'sm3' || maskDigest !== digest || !usual || salt > MAX_SALT
    ? undefined
    : { digest, salt };
}

/** Digest and salt of an identifier that `readAlgorithmId` gave; undefined for any other algorithm. */
export function pssParameters(id: string): PssParameters | undefined {
  const [oid, digest, salt] = id.split('/');
  if (oid !== Oid.rsaPss || digest === undefined || salt === undefined) return undefined;
  return { digest: digest as DigestName, salt: Number(salt) };
}
