/** The sealed package: opened by the escrow key alone, and whatever is changed in it is told. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { sm3, sm4Gcm, toHex } from '#core/crypto/index.ts';
import { isYqError } from '#core/errors/index.ts';
import {
  type Certificate,
  generateSoftwareKey,
  issueCertificate,
  issueSelfSignedCertificate,
  softwareKeySigner,
  softwareSigner,
  type KeyUsageName,
  type SoftwareKey,
} from '#core/pki/index.ts';
import {
  checkEscrow,
  decodeEvidence,
  encodeEvidence,
  openEvidence,
  readSealed,
  sealEvidence,
  unwrapWith,
  type Evidence,
} from '#core/consent/index.ts';
import { anyInk } from './ink-arbitrary.ts';
import { evidenceOf, PNG } from './samples.ts';

const now = new Date('2026-11-22T02:05:00.000Z');
const DOCUMENT = 'AB'.repeat(32);
const evidence = evidenceOf('C-1', DOCUMENT);
const key = generateSoftwareKey('sm2');
let escrow: Certificate;
let root: Certificate;
let issue: (usage: readonly KeyUsageName[], days: number, holder?: SoftwareKey) => Promise<Certificate>;

beforeAll(async () => {
  const rootKey = generateSoftwareKey('sm2');
  root = await issueSelfSignedCertificate(
    {
      subject: [['CN', '根']],
      notBefore: new Date(now.getTime() - 1e9),
      notAfter: new Date(now.getTime() + 1e11),
      ca: {},
      keyUsage: ['keyCertSign', 'cRLSign'],
    },
    softwareKeySigner(rootKey),
  );
  issue = (keyUsage, days, holder = key) =>
    issueCertificate(
      {
        subject: [['CN', '证据保管']],
        publicKey: holder.publicKey,
        notBefore: new Date(now.getTime() - 1e9),
        notAfter: new Date(now.getTime() + days * 86_400_000),
        keyUsage,
      },
      softwareSigner(rootKey, root),
    );
  escrow = await issue(['keyEncipherment'], 365);
});

const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (e) {
    if (isYqError(e)) return e.code;
    throw e;
  }
  return 'none';
};
/** Offset of the content of the DER value at `at`. */
const contentOf = (bytes: Uint8Array, at: number): number => {
  const first = bytes[at + 1] ?? 0;
  return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
};
/** Where the value of this tag begins that ends at `end`. */
function endingAt(bytes: Uint8Array, tag: number, end: number): number {
  for (let at = end - 2; at >= 0; at--) {
    if (bytes[at] !== tag) continue;
    const begin = contentOf(bytes, at);
    const first = bytes[at + 1] ?? 0;
    const length = first < 0x80 ? first : bytes.subarray(at + 2, begin).reduce((n, b) => n * 256 + b, 0);
    if (begin + length === end) return at;
  }
  throw new Error('no such value');
}
/** Zigzag and quantisation leave numbers as the package has them. */
const normal = (e: Evidence): Evidence => decodeEvidence(encodeEvidence(e));

describe('evidence as bytes', () => {
  it('has one way of writing', () => {
    fc.assert(
      fc.property(
        anyInk,
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.boolean(),
        fc.option(fc.uint8Array({ minLength: 1, maxLength: 300 }), { nil: undefined }),
        (ink, name, offline, data) => {
          const photo =
            data === undefined
              ? {}
              : {
                  photo: { format: 'JPG' as const, data, source: 'camera', simulated: false, at: evidence.confirmedAt },
                };
          const one: Evidence = {
            ...evidence,
            ink,
            offline,
            party: { ...evidence.party, name: name.toWellFormed() },
            ...photo,
          };
          const bytes = encodeEvidence(one);
          const back = decodeEvidence(bytes);
          expect(encodeEvidence(back)).toEqual(bytes);
          expect({ ...back, ink: undefined }).toEqual({ ...one, ink: undefined });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is refused when a byte is missing, added or another', () => {
    const bytes = encodeEvidence(evidence);
    for (const length of [0, 1, 100, bytes.length - 1])
      expect(() => decodeEvidence(bytes.subarray(0, length))).toThrow(/CONSENT_EVIDENCE_FORMAT/);
    expect(() => decodeEvidence(Uint8Array.of(...bytes, 0))).toThrow(/CONSENT_EVIDENCE_FORMAT/);
    // A BOOLEAN that is not 00 or FF is no DER.
    const at = Buffer.from(bytes).indexOf(Buffer.from([0x01, 0x01, 0xff]));
    expect(() => decodeEvidence(bytes.with(at + 2, 0x01))).toThrow(/CONSENT_EVIDENCE_FORMAT/);
  });

  it.each([
    ['a digest that is none', { document: 'XY' }],
    ['a time that is none', { confirmedAt: 'soon' }],
    ['a picture without bytes', { fingerprint: { ...evidence.fingerprint!, data: new Uint8Array() } }],
    ['a picture too large', { photo: { ...evidence.fingerprint!, data: new Uint8Array((8 << 20) + 1) } }],
  ])('refuses %s before anything is sealed', (_, more) => {
    expect(() => sealEvidence({ ...evidence, ...more } as Evidence, escrow, now)).toThrow(/CONSENT_EVIDENCE_FORMAT/);
  });
});

describe('sealing and opening', () => {
  it('gives back what was sealed, to the escrow key alone', async () => {
    const sealed = sealEvidence(evidence, escrow, now);
    expect(sealed.sm3).toBe(toHex(sm3(sealed.package)));
    const opened = await openEvidence(sealed.package, unwrapWith(key));
    expect(opened.evidence).toEqual(normal(evidence));
    expect(opened.header).toEqual({
      consentId: 'C-1',
      writer: 'patient',
      document: DOCUMENT,
      sealedAt: now.toISOString(),
    });
    const stranger = unwrapWith(generateSoftwareKey('sm2'));
    expect(await codeOf(() => openEvidence(sealed.package, stranger))).toBe('CONSENT_ESCROW_KEY');
  });

  it('shows its header to everybody and its inside to nobody', () => {
    const sealed = sealEvidence(evidence, escrow, now);
    const view = readSealed(sealed.package);
    expect(view.header.consentId).toBe('C-1');
    expect(view.recipient).toMatchObject({ serial: escrow.serial, keySm3: toHex(sm3(escrow.publicKey.spki)) });
    expect(view.sm3).toBe(sealed.sm3);
    const seen = Buffer.from(sealed.package);
    for (const secret of ['王小明', '110101', 'P0038271']) expect(seen.includes(Buffer.from(secret))).toBe(false);
    expect(seen.includes(Buffer.from(PNG))).toBe(false);
  });

  it('no two packages of the same evidence are alike', () => {
    expect(sealEvidence(evidence, escrow, now).sm3).not.toBe(sealEvidence(evidence, escrow, now).sm3);
  });

  it('tells every changed byte', async () => {
    const { package: bytes } = sealEvidence(evidence, escrow, now);
    const allowed = new Set(['CONSENT_EVIDENCE_FORMAT', 'CONSENT_EVIDENCE_CHANGED', 'CONSENT_ESCROW_KEY']);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const code = await codeOf(() => openEvidence(bytes.with(at, bytes[at]! ^ by), unwrapWith(key)));
        // The recipient's name and serial are told to nobody but the one who looks for the key: they are outside the seal.
        const { recipient } = readSealed(bytes);
        const name = Buffer.from(bytes).indexOf(Buffer.from(recipient.issuerDer));
        const inName = at >= name && at < name + recipient.issuerDer.length + 2 + 17;
        if (!inName) expect(allowed, `byte ${at}: ${code}`).toContain(code);
      }),
      { numRuns: 250 },
    );
  });

  it('tells a package that was cut short, or that something follows', async () => {
    const { package: bytes } = sealEvidence(evidence, escrow, now);
    for (const length of [0, 1, 20, bytes.length >> 1, bytes.length - 16, bytes.length - 1])
      expect(await codeOf(() => openEvidence(bytes.subarray(0, length), unwrapWith(key)))).toBe(
        'CONSENT_EVIDENCE_FORMAT',
      );
    expect(await codeOf(() => openEvidence(Uint8Array.of(...bytes, 0), unwrapWith(key)))).toBe(
      'CONSENT_EVIDENCE_FORMAT',
    );
  });

  it('tells a header that was taken from another package', async () => {
    const one = sealEvidence(evidence, escrow, now).package;
    const other = sealEvidence(evidenceOf('C-2', DOCUMENT), escrow, now).package;
    const at = (bytes: Uint8Array, what: string): number => Buffer.from(bytes).indexOf(what);
    const swapped = one.slice();
    swapped.set(other.subarray(at(other, 'C-2'), at(other, 'C-2') + 3), at(one, 'C-1'));
    expect(readSealed(swapped).header.consentId).toBe('C-2');
    expect(await codeOf(() => openEvidence(swapped, unwrapWith(key)))).toBe('CONSENT_EVIDENCE_CHANGED');
  });

  it('tells a header of another form even when whoever sealed it had the content key', async () => {
    const { package: bytes } = sealEvidence(evidence, escrow, now);
    let contentKey = new Uint8Array();
    await openEvidence(bytes, async (encrypted, recipient) => {
      const unwrapped = await unwrapWith(key)(encrypted, recipient);
      contentKey = unwrapped.slice();
      return unwrapped;
    });
    const forged = Uint8Array.from(bytes);
    // The last 18 bytes are the tag's OCTET STRING, before it stand the authenticated attributes, before them the cipher text.
    const attributesAt = endingAt(forged, 0xa1, forged.length - 18);
    const textAt = endingAt(forged, 0x80, attributesAt);
    const header = Buffer.from(forged.buffer, attributesAt, forged.length - 18 - attributesAt);
    const marker = Buffer.from('2A811CCF55016808'.toLowerCase(), 'hex'); // SM4-GCM, then SEQUENCE, OCTET STRING of 12
    const nonceAt = Buffer.from(forged).indexOf(marker) + marker.length + 4;
    const nonce = forged.slice(nonceAt, nonceAt + 12);
    const additional = (): Uint8Array => Uint8Array.from([0x31, ...header.subarray(1)]);
    const sealedText = Uint8Array.from([
      ...forged.subarray(contentOf(forged, textAt), attributesAt),
      ...forged.slice(-16),
    ]);
    const plain = sm4Gcm.decrypt(contentKey, nonce, sealedText, additional());
    header.write('C-2', header.indexOf('C-1'));
    const again = sm4Gcm.encrypt(contentKey, nonce, plain, additional());
    forged.set(again.subarray(0, -16), contentOf(forged, textAt));
    forged.set(again.subarray(-16), forged.length - 16);
    expect(readSealed(forged).header.consentId).toBe('C-2');
    expect(await codeOf(() => openEvidence(forged, unwrapWith(key)))).toBe('CONSENT_EVIDENCE_CHANGED');
  });
  it('the content key is wiped after use', async () => {
    const { package: bytes } = sealEvidence(evidence, escrow, now);
    const unwrap = unwrapWith(key);
    let held: Uint8Array | undefined;
    await openEvidence(bytes, async (encrypted, recipient) => (held = await unwrap(encrypted, recipient)));
    expect(held).toEqual(new Uint8Array(16));
  });
});

describe('whom it is sealed to', () => {
  it.each([
    ['a signing certificate', ['digitalSignature', 'keyEncipherment'], 365],
    ['one without key encipherment', ['keyAgreement'], 365],
    ['one that has expired', ['keyEncipherment'], -1],
  ] as const)('is never %s', async (_, usage, days) => {
    const certificate = await issue(usage, days);
    expect(() => sealEvidence(evidence, certificate, now)).toThrow(/CONSENT_ESCROW_CERTIFICATE/);
  });

  it('is somebody whom the desk trusts', () => {
    expect(() => checkEscrow(escrow, { roots: [root] }, now)).not.toThrow();
    expect(() => checkEscrow(escrow, { roots: [] }, now)).toThrow(/CONSENT_ESCROW_CERTIFICATE/);
  });

  it('is no RSA certificate', async () => {
    const certificate = await issue(['keyEncipherment'], 365, generateSoftwareKey('rsa'));
    expect(() => sealEvidence(evidence, certificate, now)).toThrow(/CONSENT_ESCROW_CERTIFICATE/);
  });
});
