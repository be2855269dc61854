/** RFC 3161 TimeStampReq (GB/T 20520, GM/T 0033). */
import type { DigestName } from '#core/crypto/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import {
  booleanTrue,
  DerCursor,
  integer,
  nullValue,
  octetString,
  oid,
  readBoolean,
  readDer,
  readOid,
  readSmallInteger,
  sequence,
  Tag,
} from '../der.ts';
import { readExtensions, type Extension } from '../extensions.ts';
import { digestOfOid, oidOfDigest } from '../oids.ts';

export interface TimeStampQuery {
  readonly digestName: DigestName;
  /** Digest of the data to be stamped. */
  readonly imprint: Uint8Array;
  /** Random positive integer, big-endian; without it an old answer could be replayed. */
  readonly nonce?: Uint8Array;
  /** OID asked for. */
  readonly policy?: string;
  /** true: the token shall carry the TSA's certificate. */
  readonly certReq: boolean;
}

/** DER TimeStampReq. Digest parameters NULL, as every TSA met takes them. */
export const createTimeStampRequest = ({ digestName, imprint, nonce, policy, certReq }: TimeStampQuery): Uint8Array =>
  sequence(
    integer(1),
    messageImprint(digestName, imprint),
    ...(policy === undefined ? [] : [oid(policy)]),
    ...(nonce === undefined ? [] : [integer(nonce)]),
    ...(certReq ? [booleanTrue()] : []),
  );

export const messageImprint = (name: DigestName, imprint: Uint8Array): Uint8Array =>
  sequence(sequence(oid(oidOfDigest(name)), nullValue()), octetString(imprint));

export interface ImprintView {
  readonly digestOid: string;
  /** undefined: an algorithm this product does not compute. */
  readonly digestName: DigestName | undefined;
  readonly imprint: Uint8Array;
}

export interface TimeStampRequestView extends ImprintView {
  /** DER of the messageImprint as received. */
  readonly imprintDer: Uint8Array;
  /** Content octets of the nonce INTEGER. */
  readonly nonce: Uint8Array | undefined;
  readonly policy: string | undefined;
  readonly certReq: boolean;
  readonly extensions: readonly Extension[];
}

/** @throws YqError PKI_PARSE, PKI_LIMIT */
export function parseTimeStampRequest(der: Uint8Array): TimeStampRequestView {
  try {
    const c = new DerCursor(readDer(new Uint8Array(der), Tag.sequence));
    const version = readSmallInteger(c.next(Tag.integer).value);
    if (version !== 1) throw new YqError('PKI_PARSE', { detail: `TimeStampReq version ${version}` });
    const imprint = c.next(Tag.sequence);
    const policy = c.optional(Tag.oid);
    const nonce = c.optional(Tag.integer);
    const certReq = c.optional(Tag.boolean);
    const extensions = c.optional(Tag.contextConstructed(0));
    c.end();
    return {
      ...readImprint(imprint.value),
      imprintDer: imprint.bytes,
      nonce: nonce?.value,
      policy: policy === undefined ? undefined : readOid(policy),
      certReq: certReq !== undefined && readBoolean(certReq),
      extensions: extensions === undefined ? [] : readExtensions(extensions),
    };
  } catch (e) {
    throw asYqError(e, 'PKI_PARSE');
  }
}

export function readImprint(content: Uint8Array): ImprintView {
  const c = new DerCursor(content);
  const digestOid = readOid(new DerCursor(c.next(Tag.sequence)).next(Tag.oid));
  const imprint = c.next(Tag.octetString).value;
  c.end();
  return { digestOid, digestName: digestOfOid(digestOid), imprint };
}
