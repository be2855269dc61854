/** Where validation data come from, and what happens when they don't: each failure names the certificate and the address. */
import { readdir } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { createOcspRequest, Oid, type Signer } from '#core/pki/index.ts';
import { ValidationCache } from '#core/signing/index.ts';
import { doubts, Rig, seen } from './rig.ts';
import { answer, Authority, DAY } from './small-internet.ts';

const CRL = 'http://ca.test/ca.crl';
const OCSP = 'http://ca.test/ocsp';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open('ec-p256');
});
const signedBy = async (signer: Signer): Promise<void> => void (await rig.sign('signed.pdf', signer));
const extend = (): Promise<unknown> => rig.extend('signed.pdf', 'out.pdf');
/** Whatever failed, nothing is left of it. */
const nothingWritten = async (): Promise<void> =>
  expect((await readdir(rig.folder)).sort()).toEqual(['signed.pdf', 'source-signed.pdf']);

describe('a revocation list', () => {
  beforeEach(async () => signedBy(await rig.ca.issue('Doctor')));
  const unavailable = async (reason: RegExp): Promise<void> => {
    const error = await rig.extend('signed.pdf', 'out.pdf').catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: 'LASTING_REVOCATION_UNAVAILABLE',
      params: { certificate: 'Doctor', url: CRL },
    });
    expect((error as { params: Record<string, string> }).params['reason.en']).toMatch(reason);
    await nothingWritten();
  };

  it('that is not there', async () => {
    rig.internet.pages.delete(CRL);
    await unavailable(/status 404/);
  });
  it('that is no list', async () => {
    rig.internet.pages.set(CRL, () => answer(new TextEncoder().encode('<html>please log in</html>')));
    await unavailable(/no revocation list/);
  });
  it('of another authority, under the same name', async () => {
    const stranger = await Authority.open('ca', 'ec-p256', rig.internet, rig.clock);
    rig.internet.pages.set(CRL, async () => answer(await stranger.list(stranger.issuingSigner, [])));
    // Its issuer's page now belongs to the stranger too, but nobody asks for it: the issuer stands in the signature.
    await unavailable(/does not speak|invalid/);
  });
  it('signed by somebody else', async () => {
    const list = await rig.ca.list(rig.ca.issuingSigner, []);
    rig.internet.pages.set(CRL, () => answer(list.with(list.length - 1, (list.at(-1) ?? 0) ^ 1)));
    await unavailable(/invalid/);
  });
  it('of last month', async () => {
    const list = await rig.ca.list(rig.ca.issuingSigner, []);
    rig.internet.pages.set(CRL, () => answer(list));
    rig.clock.forward(30);
    await unavailable(/out of date/);
  });
  it('of tomorrow', async () => {
    rig.clock.forward(1);
    const list = await rig.ca.list(rig.ca.issuingSigner, []);
    rig.internet.pages.set(CRL, () => answer(list));
    rig.clock.forward(-1);
    await unavailable(/future/);
  });
  it('that is larger than any', async () => {
    rig.internet.pages.set(CRL, () => answer(new Uint8Array((24 << 20) + 1)));
    await unavailable(/too large/);
  });
  it('behind a redirection, and behind one that never ends', async () => {
    const list = rig.internet.pages.get(CRL) ?? expect.fail('no list');
    rig.internet.pages.set(CRL, () => answer(new Uint8Array(), 302, { Location: '/moved.crl' }));
    rig.internet.pages.set('http://ca.test/moved.crl', list);
    await extend();
    expect(seen(await rig.judge('out.pdf'))).toEqual([
      ['signature', 'PASSED', 'B-LTA'],
      ['stamp', 'PASSED', 'none'],
    ]);
    rig.internet.pages.set('http://ca.test/moved.crl', () => answer(new Uint8Array(), 301, { location: CRL }));
    await expect(rig.extend('signed.pdf', 'second.pdf')).rejects.toMatchObject({
      params: { 'reason.en': 'it redirects too often' },
    });
  });
  it('behind a redirection to a file', async () => {
    rig.internet.pages.set(CRL, () => answer(new Uint8Array(), 302, { location: 'file:///etc/passwd' }));
    await unavailable(/no http or https/);
    expect(rig.internet.asked).not.toContain('file:///etc/passwd');
  });
  it('that the network fails to bring', async () => {
    rig.internet.pages.set(CRL, () => Promise.reject(new Error('ECONNREFUSED')));
    await unavailable(/cannot be reached/);
  });
});

describe('a status answer', () => {
  const replaced = (page: (body: Uint8Array) => Promise<Uint8Array> | Uint8Array): void =>
    void rig.internet.pages.set(OCSP, async ({ body }) => answer(await page(body ?? new Uint8Array())));
  const refused = async (reason: RegExp): Promise<void> => {
    const error = (await extend().catch((e: unknown) => e)) as { code: string; params: Record<string, string> };
    expect(error).toMatchObject({
      code: 'LASTING_REVOCATION_UNAVAILABLE',
      params: { certificate: 'Doctor', url: OCSP },
    });
    expect(error.params['reason.en']).toMatch(reason);
    await nothingWritten();
  };
  beforeEach(async () => signedBy(await rig.ca.issue('Doctor', {}, ['ocsp'])));

  it('by somebody without the right to answer', async () => {
    rig.ca.responder = await rig.ca.issue('Somebody');
    await refused(/invalid/);
  });
  it('by a responder of another authority', async () => {
    const stranger = await Authority.open('ca', 'ec-p256', rig.internet, rig.clock);
    const { pages } = rig.internet;
    pages.set(CRL, async () => answer(await rig.ca.list(rig.ca.issuingSigner, [])));
    rig.ca.responder = await stranger.issue('Status', { extendedKeyUsage: [Oid.ocspSigning] });
    replaced((body) => rig.ca.status(body));
    await refused(/invalid/);
  });
  it('replayed from an earlier question', async () => {
    let first: Uint8Array | undefined;
    replaced(async (body) => (first ??= await rig.ca.status(body)));
    await rig.extend('signed.pdf', 'first.pdf', { level: 'B-LT' });
    await expect(rig.extend('signed.pdf', 'second.pdf')).rejects.toMatchObject({
      params: { 'reason.en': expect.stringContaining('replay') },
    });
  });
  it('about another certificate', async () => {
    const other = await rig.ca.issue('Other', {}, ['ocsp']);
    replaced(() => rig.ca.status(createOcspRequest(other.certificate, rig.ca.issuingSigner.certificate)));
    await refused(/does not speak/);
  });
  it('tryLater', async () => {
    replaced(() => Uint8Array.of(0x30, 3, 0x0a, 1, 3));
    await refused(/no status answer/);
  });

  it('by a delegated responder: its own status is fetched and kept too', async () => {
    rig.ca.responder = await rig.ca.issue('Status', { extendedKeyUsage: [Oid.ocspSigning] });
    await extend();
    expect(seen(await rig.judge('out.pdf'))).toContainEqual(['signature', 'PASSED', 'B-LTA']);
    const { certificates } = await rig.store('out.pdf');
    const responder = Buffer.from(rig.ca.responder.certificate.der);
    expect(certificates.some((der) => responder.equals(der))).toBe(true);
  });
  it('by a delegated responder whose own status cannot be had', async () => {
    rig.ca.responder = await rig.ca.issue('Status', {
      extendedKeyUsage: [Oid.ocspSigning],
      crlUrls: ['http://ca.test/responder.crl'],
    });
    await expect(extend()).rejects.toMatchObject({
      code: 'LASTING_REVOCATION_UNAVAILABLE',
      params: { certificate: 'Status', url: 'http://ca.test/responder.crl' },
    });
  });
});

it('the next source answers where the first one does not', async () => {
  await signedBy(await rig.ca.issue('Doctor', {}, ['ocsp', 'crl']));
  rig.internet.pages.delete(OCSP);
  await extend();
  expect(seen(await rig.judge('out.pdf'))).toContainEqual(['signature', 'PASSED', 'B-LTA']);
});

it('a certificate that names no source needs a list from the desk', async () => {
  await signedBy(await rig.ca.issue('Silent', {}, []));
  await expect(extend()).rejects.toMatchObject({
    code: 'LASTING_NO_REVOCATION_SOURCE',
    params: { certificate: 'Silent' },
  });
  const crls = [await rig.ca.list(rig.ca.issuingSigner, [])];
  await rig.extend('signed.pdf', 'out.pdf', { trust: { ...rig.ca.trust, crls } });
  expect(seen(await rig.judge('out.pdf'))).toContainEqual(['signature', 'PASSED', 'B-LTA']);
});

it('an issuer that cannot be found is named; certificates that point at each other end soon', async () => {
  const alone = await rig.ca.issue('Alone', {}, ['crl', 'issuer']);
  await signedBy({ ...alone, chain: [], sign: (bytes) => alone.sign(bytes) });
  rig.internet.pages.set('http://ca.test/ca.cer', () => answer(alone.certificate.der));
  await expect(extend()).rejects.toMatchObject({
    code: 'LASTING_ISSUER_MISSING',
    params: { certificate: 'Alone', issuer: expect.stringContaining('ca Issuing') },
  });
  expect(rig.internet.asked.filter((url) => url === 'http://ca.test/ca.cer')).toHaveLength(1);
});

describe('a certificate that was revoked', () => {
  it('before the proven time: refused, for the signature is worth nothing', async () => {
    const doctor = await rig.ca.issue('Doctor');
    await signedBy(doctor);
    rig.ca.revoke(doctor, new Date(rig.clock.now().getTime() - DAY), 4);
    await expect(extend()).rejects.toMatchObject({
      code: 'LASTING_REVOKED',
      params: { certificate: 'Doctor', date: '2027-02-28' },
    });
    await nothingWritten();
  });
  it('after the proven time: the signature lasts, and the report says so', async () => {
    const doctor = await rig.ca.issue('Doctor');
    await signedBy(doctor);
    rig.ca.revoke(doctor, rig.clock.forward(3), 4);
    rig.clock.forward(1);
    await extend();
    const report = await rig.judge('out.pdf');
    expect(seen(report)).toContainEqual(['signature', 'PASSED', 'B-LTA']);
    expect(report.signatures[0]?.findings.map((f) => f.code)).toContain('CERT_REVOKED_LATER');
    expect(doubts(report)).toEqual([]);
  });
  it('the authority of its time stamp, for a compromised key: nothing is proven', async () => {
    await signedBy(await rig.ca.issue('Doctor'));
    rig.ca.revoke({ ...rig.tsaSigner }, rig.clock.forward(1), 1);
    await expect(extend()).rejects.toMatchObject({ code: 'LASTING_REVOKED' });
  });
});

it('files of a batch share what was fetched', async () => {
  await rig.sign('a.pdf', await rig.ca.issue('A'));
  await rig.sign('b.pdf', await rig.ca.issue('B'));
  rig.internet.asked.length = 0;
  const cache = new ValidationCache();
  await rig.extend('a.pdf', 'a-lta.pdf', { cache });
  await rig.extend('b.pdf', 'b-lta.pdf', { cache });
  expect(rig.internet.asked.filter((url) => url.endsWith('.crl')).sort()).toEqual([CRL, 'http://ca.test/root.crl']);
});
