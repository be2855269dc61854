/** X.509 certificate (RFC 5280, GM/T 0015) as received: immutable, compared and verified over its raw bytes. */
import { readAlgorithmId } from './algorithm-id.ts';
import { equalBytes, sm3, toHex } from '#core/crypto/portable/index.ts';
import { asYqError } from '#core/errors/index.ts';
import { DerCursor, readBitStringBytes, readDer, readSmallInteger, readTime, Tag } from './der.ts';
import { readCertificateExtensions, readExtensions, type CertificateExtensions, type Extension } from './extensions.ts';
import { readName } from './name.ts';
import { readPem, toDer, toPem } from './pem.ts';
import { readPublicKey } from './public-key.ts';
import type { PublicKey } from './types.ts';

interface CertificateFields extends CertificateExtensions {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly version: number;
  readonly serialBytes: Uint8Array;
  readonly issuerDer: Uint8Array;
  readonly subjectDer: Uint8Array;
  readonly issuer: string;
  readonly subject: string;
  readonly commonName: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: PublicKey;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  readonly extensions: readonly Extension[];
}

export class Certificate {
  /** The whole certificate as received. */
  readonly der: Uint8Array;
  /** tbsCertificate: the bytes that are signed. */
  readonly tbs: Uint8Array;
  /** 1, 2 or 3. */
  readonly version: number;
  /** Content octets of serialNumber, sign byte included: what serials are compared by. */
  readonly serialBytes: Uint8Array;
  /** Upper case hex without the sign byte 00; for people. */
  readonly serial: string;
  readonly issuerDer: Uint8Array;
  readonly subjectDer: Uint8Array;
  /** RFC 4514 text. */
  readonly issuer: string;
  readonly subject: string;
  /** Last CN of the subject; the whole subject text when it has none. */
  readonly commonName: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: PublicKey;
  /** OID. */
  readonly signatureAlgorithm: string;
  /** Content of signatureValue; for SM2 and ECDSA the DER SEQUENCE{r,s}. */
  readonly signature: Uint8Array;
  /** undefined: the extension is absent, any usage is allowed. */
  readonly keyUsage: ReadonlySet<string> | undefined;
  /** OIDs. */
  readonly extendedKeyUsage: ReadonlySet<string> | undefined;
  readonly extendedKeyUsageCritical: boolean;
  readonly isCa: boolean;
  readonly pathLength: number | undefined;
  readonly subjectKeyId: Uint8Array | undefined;
  readonly authorityKeyId: Uint8Array | undefined;
  readonly crlUrls: readonly string[];
  readonly ocspUrls: readonly string[];
  /** Where the issuer's certificate can be had (caIssuers). */
  readonly issuerUrls: readonly string[];
  readonly extensions: readonly Extension[];
  /** SM3 of the DER, upper case hex. */
  readonly fingerprint: string;

  private constructor(fields: CertificateFields) {
    this.der = fields.der;
    this.tbs = fields.tbs;
    this.version = fields.version;
    this.serialBytes = fields.serialBytes;
    this.serial = serialText(fields.serialBytes);
    this.issuerDer = fields.issuerDer;
    this.subjectDer = fields.subjectDer;
    this.issuer = fields.issuer;
    this.subject = fields.subject;
    this.commonName = fields.commonName;
    this.notBefore = fields.notBefore;
    this.notAfter = fields.notAfter;
    this.publicKey = fields.publicKey;
    this.signatureAlgorithm = fields.signatureAlgorithm;
    this.signature = fields.signature;
    this.keyUsage = fields.keyUsage;
    this.extendedKeyUsage = fields.extendedKeyUsage;
    this.extendedKeyUsageCritical = fields.extendedKeyUsageCritical;
    this.isCa = fields.isCa;
    this.pathLength = fields.pathLength;
    this.subjectKeyId = fields.subjectKeyId;
    this.authorityKeyId = fields.authorityKeyId;
    this.crlUrls = fields.crlUrls;
    this.ocspUrls = fields.ocspUrls;
    this.issuerUrls = fields.issuerUrls;
    this.extensions = fields.extensions;
    this.fingerprint = toHex(sm3(fields.der)).toUpperCase();
    Object.freeze(this);
  }

  /** Reads DER, PEM or bare Base64. Keeps its own copy of the bytes. @throws YqError PKI_PARSE, PKI_LIMIT */
  static parse(input: Uint8Array | string): Certificate {
    try {
      return new Certificate(readCertificate(toDer(input, ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'])));
    } catch (e) {
      throw asYqError(e, 'PKI_PARSE');
    }
  }

  /** All certificates of a PEM text, in order; a single DER certificate is taken too. @throws YqError PKI_PARSE */
  static parseAll(input: Uint8Array | string): Certificate[] {
    if (input instanceof Uint8Array && input[0] === 0x30) return [Certificate.parse(input)];
    const text = typeof input === 'string' ? input : new TextDecoder('latin1').decode(input);
    return readPem(text)
      .filter((block) => block.label === 'CERTIFICATE')
      .map((block) => Certificate.parse(block.der));
  }

  /** Issuer and subject are the same name; says nothing of the signature. */
  get isSelfIssued(): boolean {
    return equalBytes(this.issuerDer, this.subjectDer);
  }

  equals(other: Certificate): boolean {
    return equalBytes(this.der, other.der);
  }

  toPem(): string {
    return toPem('CERTIFICATE', this.der);
  }
}

/** Content octets of an INTEGER as upper case hex, without the sign byte. */
export const serialText = (content: Uint8Array): string =>
  toHex(content.length > 1 && content[0] === 0 ? content.subarray(1) : content).toUpperCase();

function readCertificate(bytes: Uint8Array): CertificateFields {
  const outer = new DerCursor(readDer(bytes, Tag.sequence));
  const tbs = outer.next(Tag.sequence);
  const signatureAlgorithm = readAlgorithmId(outer.next(Tag.sequence));
  const signature = readBitStringBytes(outer.next(Tag.bitString));
  outer.end();

  const c = new DerCursor(tbs);
  const version = c.optional(Tag.contextConstructed(0));
  const serial = c.next(Tag.integer);
  const innerAlgorithm = readAlgorithmId(c.next(Tag.sequence));
  const issuer = c.next(Tag.sequence);
  const validity = new DerCursor(c.next(Tag.sequence));
  const notBefore = readTime(validity.next());
  const notAfter = readTime(validity.next());
  const subject = c.next(Tag.sequence);
  const spki = c.next(Tag.sequence);
  c.optional(Tag.context(1));
  c.optional(Tag.context(2));
  const wrapped = c.optional(Tag.contextConstructed(3));
  c.end();
  const extensions = wrapped === undefined ? [] : readExtensions(new DerCursor(wrapped).next(Tag.sequence));

  const subjectView = readName(subject);
  return {
    der: bytes,
    tbs: tbs.bytes,
    version: version === undefined ? 1 : readSmallInteger(new DerCursor(version).next(Tag.integer).value) + 1,
    serialBytes: serial.value,
    issuerDer: issuer.bytes,
    subjectDer: subject.bytes,
    issuer: readName(issuer).text,
    subject: subjectView.text,
    commonName: subjectView.commonName === '' ? subjectView.text : subjectView.commonName,
    notBefore,
    notAfter,
    publicKey: readPublicKey(spki.bytes),
    // RFC 5280 §4.1.1.2: both fields must agree; a certificate in which they differ never verifies.
    signatureAlgorithm:
      signatureAlgorithm === innerAlgorithm ? signatureAlgorithm : `${signatureAlgorithm}≠${innerAlgorithm}`,
    signature,
    extensions,
    ...readCertificateExtensions(extensions),
  };
}
