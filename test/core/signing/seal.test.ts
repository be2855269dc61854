/** Signing with a seal: both carriers, what the judge says of them, exchanged and altered seals, refusals before the key is used. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createHash, sm3, toHex } from '#core/crypto/index.ts';
import { bytesSource, fileSource, readPdf } from '#core/pdf/index.ts';
import { buildSignedData, parseSignedData, trimDerPadding, type Signer, type TrustMaterial } from '#core/pki/index.ts';
import {
  byteRangeInfo,
  looksLikeSealSignature,
  makeSeal,
  makeSealSignature,
  parseSealSignature,
  SEAL_SIGNATURE_ATTRIBUTE,
} from '#core/seal/index.ts';
import { signPdf, type SealToUse, type SignPdfRequest } from '#core/signing/index.ts';
import { verifyPdf, type VerifyReport } from '#core/verify/index.ts';
import { codeOfAsync } from '../pki/vectors.ts';
import { forgeSeal } from '../seal/forge.ts';
import { DAY, HOUR, later, openHouse, type House } from '../seal/material.ts';
import { makeRecord, requestOf, scratchFolder, tsaClient, tsaSettings, writeRecord } from './material.ts';

const folder = scratchFolder();
let house: House;
let source: string;
let seal: Uint8Array;
let otherSeal: Uint8Array;
const PICTURE = new URL('../../../resources/demo/seal.png', import.meta.url);

beforeAll(async () => {
  house = await openHouse();
  source = await writeRecord(folder, await makeRecord());
  seal = await sealNamed('DEMO-0001');
  otherSeal = await sealNamed('DEMO-0002');
});

async function sealNamed(id: string, version: 4 | 5 = 4): Promise<Uint8Array> {
  const { doctor, other, maker, now, trust } = house;
  return makeSeal(
    {
      version,
      id,
      vendor: 'YIQIAN-TEST',
      type: 1,
      name: `${id}（演示）`,
      signers: { kind: 'certificates', certificates: [doctor.certificate, other.certificate] },
      createdAt: now,
      validFrom: now,
      validTo: later(now, 100 * DAY),
      picture: { format: 'PNG', data: new Uint8Array(await readFile(PICTURE)), widthMm: 42, heightMm: 42 },
    },
    maker,
    { trust, now },
  );
}

let count = 0;
async function sign(
  carrier: SealToUse['carrier'],
  more: Partial<SignPdfRequest> = {},
  from = source,
): Promise<{ readonly target: string; readonly format: string }> {
  const target = join(folder, `signed-${(count += 1)}.pdf`);
  const { format } = await signPdf(
    requestOf(from, target, more.signer ?? house.doctor, house.trust, {
      seal: { seal, carrier },
      placement: { page: 1, x: 100, y: 200, width: 42, height: 42 },
      ...more,
    }),
  );
  return { target, format };
}

const stamped = (): Partial<SignPdfRequest> => ({ tsa: tsaSettings(house.trust), http: tsaClient(house.tsa) });

async function judge(target: string, trust: TrustMaterial = house.trust): Promise<VerifyReport> {
  const file = await fileSource(target);
  try {
    return await verifyPdf(file, { name: 'x', trust });
  } finally {
    await file.close();
  }
}

const codesOf = (report: VerifyReport): string[] => (report.signatures[0]?.findings ?? []).map((f) => f.code);

/** The signature dictionary's bytes of /Contents without padding, and its ByteRange. */
async function carried(target: string) {
  const bytes = new Uint8Array(await readFile(target));
  const [signature] = await (await readPdf(bytesSource(bytes))).signatures();
  if (signature?.contentsSpan === undefined) throw new Error('no signature');
  return { bytes, signature, span: signature.contentsSpan, der: trimDerPadding(signature.contents) };
}

describe.each(['attribute', 'contents'] as const)('carrier %s', (carrier) => {
  it.each([false, true])('is signed, sealed and passes; with a time stamp: %s', async (withStamp) => {
    const { target, format } = await sign(carrier, withStamp ? stamped() : {});
    expect(format).toBe(carrier === 'contents' ? 'GB/T 38540' : withStamp ? 'PAdES B-T' : 'PAdES B-B');
    const report = await judge(target);
    expect(report.verdict).toBe('PASSED');
    const [own] = report.signatures;
    expect(own).toMatchObject({
      verdict: 'PASSED',
      algorithm: 'SM2',
      digest: 'SM3',
      timeBasis: withStamp ? 'trusted' : 'now',
      signer: { commonName: '李医师' },
      coverage: { wholeFile: true },
      seal: {
        verdict: 'PASSED',
        carrier,
        version: 4,
        id: 'DEMO-0001',
        name: 'DEMO-0001（演示）',
        maker: { commonName: '制章中心' },
      },
    });
    expect(own?.trustedTime !== undefined).toBe(withStamp);
    expect(toHex(own?.seal?.picture.data ?? new Uint8Array())).toBe(toHex(new Uint8Array(await readFile(PICTURE))));
    expect(own?.placement?.width).toBeCloseTo(42, 2);
  });

  it('the seal signature covers the very ranges of the dictionary and says so', async () => {
    const { target } = await sign(carrier);
    const { bytes, signature, der } = await carried(target);
    const value =
      carrier === 'contents'
        ? der
        : parseSignedData(der).signerInfos[0]?.signedAttributes?.find((a) => a.id === SEAL_SIGNATURE_ATTRIBUTE)
            ?.values[0];
    const read = parseSealSignature(value ?? new Uint8Array());
    expect(read.propertyInfo).toBe(byteRangeInfo(signature.byteRange));
    const [, a = 0, b = 0, c = 0] = signature.byteRange;
    const hash = createHash('sm3')
      .update(bytes.subarray(0, a))
      .update(bytes.subarray(b, b + c))
      .digest();
    expect(toHex(read.dataHash)).toBe(toHex(hash));
    expect(toHex(read.seal.der)).toBe(toHex(seal));
    expect(looksLikeSealSignature(signature.contents)).toBe(carrier === 'contents');
    expect(signature.subFilter).toBe(carrier === 'contents' ? 'adbe.pkcs7.detached' : 'ETSI.CAdES.detached');
  });

  it('any byte of the file changed is found by the seal too', async () => {
    const { target } = await sign(carrier);
    const bytes = new Uint8Array(await readFile(target));
    const at = Buffer.from(bytes).indexOf('/Title <FEFF0050') + '/Title <FEFF005'.length;
    expect(bytes[at]).toBe('0'.charCodeAt(0));
    bytes[at] = '1'.charCodeAt(0);
    const changed = join(folder, `changed-${carrier}.pdf`);
    await writeFile(changed, bytes);
    const report = await judge(changed);
    expect(report.verdict).toBe('FAILED');
    expect(report.signatures[0]?.seal?.findings.map((f) => f.code)).toContain('DOC_HASH');
  });

  it('two signers, two seals, both stay valid', async () => {
    const first = await sign(carrier, stamped());
    const second = await sign(
      carrier,
      {
        signer: house.other,
        seal: { seal: otherSeal, carrier },
        placement: { page: 2, x: 100, y: 200, width: 42, height: 42 },
      },
      first.target,
    );
    const report = await judge(second.target);
    expect(report.verdict).toBe('PASSED');
    expect(report.signatures.map((s) => s.seal?.id)).toEqual(['DEMO-0001', 'DEMO-0002']);
  });

  it('version 5', async () => {
    const { target } = await sign(carrier, { seal: { seal: await sealNamed('DEMO-0005', 5), carrier } });
    expect((await judge(target)).signatures[0]?.seal).toMatchObject({ version: 5, verdict: 'PASSED' });
  });

  it('a maker that is not trusted is never PASSED', async () => {
    const { target } = await sign(carrier);
    const file = await fileSource(target);
    const stranger = await openHouse();
    const report = await verifyPdf(file, { name: 'x', trust: house.trust, sealTrust: stranger.trust });
    await file.close();
    expect(report.verdict).toBe('INDETERMINATE');
    expect(report.signatures[0]?.seal?.findings.map((f) => f.code)).toContain('SEAL_MAKER_UNKNOWN');
    const named = { ...house.trust, sealMakers: [house.other.certificate] };
    expect((await judge(target, named)).verdict).toBe('INDETERMINATE');
  });
});

describe('attacks on the seal', () => {
  /** Puts another value into the hole, padded to its length. */
  async function refilled(target: string, der: Uint8Array, name: string): Promise<VerifyReport> {
    const { bytes, span } = await carried(target);
    const hex = toHex(der).padEnd(span[1] - span[0] - 2, '0');
    expect(hex).toHaveLength(span[1] - span[0] - 2);
    bytes.set(new TextEncoder().encode(hex), span[0] + 1);
    const path = join(folder, `${name}.pdf`);
    await writeFile(path, bytes);
    return judge(path);
  }

  async function ranges(target: string) {
    const { bytes, signature } = await carried(target);
    const [, a = 0, b = 0, c = 0] = signature.byteRange;
    const digest = createHash('sm3')
      .update(bytes.subarray(0, a))
      .update(bytes.subarray(b, b + c))
      .digest();
    return { digest, byteRange: signature.byteRange };
  }

  const sealSignature = async (target: string, by: Signer, which: Uint8Array): Promise<Uint8Array> => {
    const { digest, byteRange } = await ranges(target);
    return makeSealSignature({
      seal: which,
      dataHash: digest,
      propertyInfo: byteRangeInfo(byteRange),
      signer: by,
      time: house.now,
    });
  };

  it('the seal in the attribute is exchanged for another one of the same holder', async () => {
    const { target } = await sign('attribute');
    const { der } = await carried(target);
    const view = parseSignedData(der);
    const old = view.signerInfos[0]?.signedAttributes?.find((a) => a.id === SEAL_SIGNATURE_ATTRIBUTE)?.values[0];
    if (old === undefined) throw new Error('no seal');
    // Of the same length, which an SM2 value has every other time, so that only the attribute's bytes differ.
    let fresh = await sealSignature(target, house.doctor, otherSeal);
    while (fresh.length !== old.length) fresh = await sealSignature(target, house.doctor, otherSeal);
    const text = toHex(der);
    expect(text).toContain(toHex(old));
    const swapped = new Uint8Array(Buffer.from(text.replace(toHex(old), toHex(fresh)), 'hex'));
    const exchanged = await refilled(target, swapped, 'exchanged');
    expect(exchanged.verdict).toBe('FAILED');
    expect(codesOf(exchanged)).toContain('CMS_SIGNATURE_INVALID');
    expect(exchanged.signatures[0]?.seal).toMatchObject({ verdict: 'PASSED', id: 'DEMO-0002' });
    const altered = Buffer.from(
      text.replace(
        Buffer.from('DEMO-0001').toString('hex').toUpperCase(),
        Buffer.from('DEMO-0002').toString('hex').toUpperCase(),
      ),
      'hex',
    );
    const report = await refilled(target, new Uint8Array(altered), 'altered');
    expect(report.verdict).toBe('FAILED');
  });

  it("a colleague's seal signature in one's own CMS", async () => {
    const { target } = await sign('attribute');
    const { digest } = await ranges(target);
    const foreign = await sealSignature(target, house.other, seal);
    const der = await buildSignedData({
      content: { digest },
      signer: house.doctor,
      signedAttributes: [{ id: SEAL_SIGNATURE_ATTRIBUTE, value: foreign }],
    });
    const report = await refilled(target, der, 'foreign-signer');
    expect(report.verdict).not.toBe('PASSED');
    expect(codesOf(report).some((c) => c === 'SEAL_SIGNER_DIFFERS')).toBe(true);
  });

  it('the seal signature of another document', async () => {
    const { target } = await sign('attribute');
    const elsewhere = await sign(
      'attribute',
      {},
      await writeRecord(folder, await makeRecord({ pages: 1 }), 'other.pdf'),
    );
    const { der } = await carried(elsewhere.target);
    const stolen = parseSignedData(der).signerInfos[0]?.signedAttributes?.find((a) => a.id === SEAL_SIGNATURE_ATTRIBUTE)
      ?.values[0];
    const { digest } = await ranges(target);
    const forged = await buildSignedData({
      content: { digest },
      signer: house.doctor,
      signedAttributes: [{ id: SEAL_SIGNATURE_ATTRIBUTE, value: stolen ?? new Uint8Array() }],
    });
    const report = await refilled(target, forged, 'stolen');
    expect(report.verdict).toBe('FAILED');
    expect(report.signatures[0]?.seal?.findings.map((f) => f.code)).toEqual(
      expect.arrayContaining(['DOC_HASH', 'SIGN_RANGE']),
    );
  });

  it('two seal attributes, garbage in the attribute', async () => {
    const { target } = await sign('attribute');
    const { digest } = await ranges(target);
    const good = await sealSignature(target, house.doctor, seal);
    const empty = Uint8Array.of(0x30, 0x00);
    const build = (...values: Uint8Array[]): Promise<Uint8Array> =>
      buildSignedData({
        content: { digest },
        signer: house.doctor,
        signedAttributes: values.map((value) => ({ id: SEAL_SIGNATURE_ATTRIBUTE, value })),
      });
    // Both do not fit the hole of one: the second is a short one.
    expect((await refilled(target, await build(good, empty), 'twice')).verdict).toBe('FAILED');
    const garbage = await refilled(target, await build(empty), 'garbage');
    expect(garbage.verdict).toBe('FAILED');
    expect(codesOf(garbage)).toContain('SEAL_INVALID');
  });

  it('in /Contents: exchanged by the same holder it is his other signature; by a stranger it fails', async () => {
    const { target } = await sign('contents');
    const stranger = await house.pki.issue('外科医师');
    const maker = house.pki.issue('自封的制章者', { keyUsage: ['keyEncipherment'] });
    const forgedSeal = await forgeSeal(4, await maker, stranger, house.now, {
      pictureData: new Uint8Array(await readFile(PICTURE)),
    });
    const { digest, byteRange } = await ranges(target);
    const forged = await makeSealSignature({
      seal: forgedSeal,
      dataHash: digest,
      propertyInfo: byteRangeInfo(byteRange),
      signer: stranger,
      time: house.now,
    });
    const report = await refilled(target, forged, 'stranger-in-contents');
    expect(report.verdict).toBe('FAILED');
    expect(codesOf(report)).toContain('SEAL_MAKER_CERT');
  });
});

describe('refusals, before the key is used and with nothing written', () => {
  const never: Signer['sign'] = () => Promise.reject(new Error('the key was used'));
  const refusal = (signer: Signer, use: Uint8Array, more: Partial<SignPdfRequest> = {}): Promise<string | undefined> =>
    codeOfAsync(() =>
      sign('attribute', { signer: { ...signer, sign: never }, seal: { seal: use, carrier: 'attribute' }, ...more }),
    );

  it('RSA and P-256, who is not listed, expired, 2014, untrusted, no seal at all', async () => {
    const { pki, now, doctor, maker } = house;
    expect(await refusal(await pki.issue('RSA', {}, 'rsa'), seal)).toBe('SEAL_SIGNER_ALGORITHM');
    expect(await refusal(await pki.issue('P-256', {}, 'ec-p256'), seal)).toBe('SEAL_SIGNER_ALGORITHM');
    expect(await refusal(await pki.issue('外科医师'), seal)).toBe('SEAL_SIGNER_NOT_LISTED');
    expect(await refusal(doctor, seal, { now: () => later(now, 101 * DAY) })).toBe('SEAL_UNUSABLE');
    expect(await refusal(doctor, await forgeSeal(1, maker, doctor, now))).toBe('SEAL_UNSUPPORTED');
    expect(await refusal(doctor, sm3(seal))).toBe('SEAL_FORMAT');
    const alone = { seal: { seal, carrier: 'contents' }, level: 'B-LT', ...stamped() } as const;
    expect(await refusal(doctor, seal, alone)).toBe('SEAL_CARRIER_LEVEL');
    const stranger = await openHouse();
    const use: SealToUse = { seal, carrier: 'attribute', trust: stranger.trust };
    expect(await refusal(doctor, seal, { seal: use })).toBe('SEAL_NOT_TRUSTED');
    const revoked = await house.revoked(maker, later(now, -HOUR));
    expect(await refusal(doctor, seal, { seal: { ...use, trust: revoked } })).toBe('SEAL_NOT_TRUSTED');
  });
});

it('a picture given by the caller takes the place of the seal’s', async () => {
  const svg = new TextEncoder().encode(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10"/></svg>',
  );
  const { target } = await sign('attribute', {
    appearance: { picture: { format: 'SVG', data: svg }, trueToSize: true },
  });
  const report = await judge(target);
  expect(report.signatures[0]?.seal?.verdict).toBe('PASSED');
});

it('an invisible signature may carry a seal', async () => {
  const target = join(folder, 'invisible.pdf');
  await signPdf(requestOf(source, target, house.doctor, house.trust, { seal: { seal, carrier: 'attribute' } }));
  expect((await judge(target)).verdict).toBe('PASSED');
});
