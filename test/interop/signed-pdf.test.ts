/**
 * Whole signed files before strangers: SM2 from the soft token, RSA-2048 and P-256 from SoftHSM2, each twice in one file and with time
 * stamps. qpdf, MuPDF, PDFBox with BouncyCastle, poppler's pdfsig and OpenSSL say yes; to tampered copies they say no.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesSource, readPdf } from '#core/pdf/index.ts';
import { issueCertificate, parseSignedData, readPublicKey, sm2Spki, type Signer } from '#core/pki/index.ts';
import { signPdf } from '#core/signing/index.ts';
import { forkHost, pkcs11Provider, tokenSigner, type AdministrableProvider, type Token } from '#core/token/index.ts';
import {
  makePki,
  makeRecord,
  requestOf,
  scratchFolder,
  tsaClient,
  tsaSettings,
  writeRecord,
  years,
  type KeyKind,
  type Pki,
} from '../core/signing/material.ts';
import { PIN, profiles, SO_PIN, SoftTokenRig } from '../core/token/soft-token-rig.ts';
import { bcVerifyCms, javaMissing, pdfCheck } from './java.ts';
import { complaints, pdfsig, toolsMissing } from './pdf-structure-strangers.ts';

const softHsm = profiles
  .get('softhsm2')
  ?.libraries[`${process.platform}-${process.arch}`]?.find((path) => existsSync(path));
const missing = [toolsMissing, javaMissing, softHsm === undefined ? 'SoftHSM2 is not installed' : undefined].find(
  (reason) => reason !== undefined,
);
if (missing !== undefined) console.warn(`SKIPPED: signed PDFs before strangers: ${missing}`);

interface Signed {
  readonly kind: KeyKind;
  readonly pki: Pki;
  readonly once: string;
  readonly twice: string;
}

describe.skipIf(missing !== undefined)('signed PDFs before strangers', () => {
  const folder = scratchFolder();
  let rig: SoftTokenRig;
  let provider: AdministrableProvider;
  const tokens: Token[] = [];
  const signed = new Map<KeyKind, Signed>();
  const get = (kind: KeyKind): Signed => signed.get(kind) ?? expect.fail(`nothing signed with ${kind}`);

  /** A key made on a token, with a certificate of the test's authority. */
  async function tokenKey(tokenId: string, kind: KeyKind, pki: Pki): Promise<Signer> {
    const admin = provider.admin(tokenId);
    const pair =
      kind === 'sm2'
        ? await admin.generateSm2KeyPair({ pin: PIN, label: kind }).then((p) => ({ ...p, spki: sm2Spki(p.publicKey) }))
        : await admin.generateKeyPair({ pin: PIN, label: kind, kind });
    const certificate = await issueCertificate(
      {
        subject: [
          ['C', 'CN'],
          ['CN', `李医师 ${kind}`],
        ],
        publicKey: readPublicKey(pair.spki),
        notBefore: years(-1),
        notAfter: years(2),
        keyUsage: ['digitalSignature', 'nonRepudiation'],
      },
      pki.issuingSigner,
    );
    await admin.importCertificate({ pin: PIN, ckaId: pair.ckaId, der: certificate.der, label: kind });
    const token = await provider.open(tokenId);
    tokens.push(token);
    await token.login(PIN);
    const key = (await token.certificates()).find((k) => k.certificate?.serial === certificate.serial);
    return tokenSigner(token, key ?? expect.fail('the key is not on the token'), [pki.issuingSigner.certificate]);
  }

  beforeAll(async () => {
    mkdirSync(join(folder, 'tokens'));
    writeFileSync(
      join(folder, 'softhsm2.conf'),
      `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`,
    );
    rig = new SoftTokenRig();
    provider = pkcs11Provider({
      drivers: [
        { id: 'hsm', path: softHsm ?? '', profile: 'softhsm2', env: { SOFTHSM2_CONF: join(folder, 'softhsm2.conf') } },
        { id: 'soft', path: rig.library, profile: 'yiqian-soft', env: rig.env },
      ],
      profiles,
      spawnHost: forkHost(),
      pollMs: 0,
    });
    const blank = { soPin: SO_PIN, userPin: PIN };
    const hsm = await provider.admin({ driver: 'hsm', slot: 0 }).initialize({ label: 'HSM', ...blank });
    const soft = await provider.admin({ driver: 'soft', slot: 0 }).initialize({ label: 'SOFT', ...blank });
    for (const kind of ['sm2', 'rsa', 'ec-p256'] as const) {
      const pki = await makePki(kind);
      const signer = await tokenKey(kind === 'sm2' ? soft.id : hsm.id, kind, pki);
      const stamp = {
        tsa: tsaSettings(pki.trust, kind === 'sm2' ? 'sm3' : 'sha256'),
        http: tsaClient(await pki.issueTsa()),
      };
      const xref = kind === 'rsa' ? 'stream' : 'table';
      const source = await writeRecord(folder, await makeRecord({ xref }), `${kind}.pdf`);
      const [once, twice] = [join(folder, `${kind}-once.pdf`), join(folder, `${kind}-twice.pdf`)];
      const place = { page: 1, x: 30, y: 200, width: 40, height: 15 };
      await signPdf(requestOf(source, once, signer, pki.trust, { ...stamp, reason: '签署' }));
      await signPdf(requestOf(once, twice, await pki.issue('Chief'), pki.trust, { ...stamp, placement: place }));
      signed.set(kind, { kind, pki, once, twice });
    }
  });
  afterAll(async () => {
    for (const token of tokens) await token.close();
    await provider.close();
    await rig.close();
  });

  it.each(['sm2', 'rsa', 'ec-p256'] as const)('%s: qpdf and MuPDF have no complaint', (kind) => {
    const { once, twice } = get(kind);
    for (const file of [once, twice]) {
      // 0: neither errors nor warnings.
      expect(spawnSync('qpdf', ['--check', file]).status, file).toBe(0);
      expect(complaints(file).mutool, file).toBe(0);
    }
  });

  it.each(['sm2', 'rsa', 'ec-p256'] as const)(
    '%s: PDFBox and BouncyCastle accept both signatures, time stamps and chain',
    (kind) => {
      const { once, twice, pki } = get(kind);
      const results = pdfCheck([once, twice], pki.root.toPem());
      expect(results.map((r) => [r.ok, r.reason, r.signatures.map((s) => [s.ok, s.reason])])).toEqual([
        [true, null, [[true, null]]],
        [
          true,
          null,
          [
            [true, null],
            [true, null],
          ],
        ],
      ]);
      for (const { signatures } of results) for (const { ts } of signatures) expect(ts).toMatch(/^20\d\d-/);
    },
  );

  it.each(['rsa', 'ec-p256'] as const)('%s: pdfsig finds both signatures valid', (kind) => {
    expect(pdfsig(get(kind).once)).toMatchObject([{ valid: true, wholeFile: true }]);
    expect(pdfsig(get(kind).twice).map((s) => s.valid)).toEqual([true, true]);
  });

  async function parts(path: string) {
    const bytes = new Uint8Array(await readFile(path));
    const [signature] = await (await readPdf(bytesSource(bytes))).signatures();
    const [, a = 0, b = 0, c = 0] = signature?.byteRange ?? [];
    const content = Buffer.concat([bytes.subarray(0, a), bytes.subarray(b, b + c)]);
    const { contents } = signature ?? expect.fail('no signature');
    const der = contents.subarray(0, 4 + ((contents[2] ?? 0) << 8) + (contents[3] ?? 0));
    return { bytes, content, der, a, b };
  }

  it('BouncyCastle verifies the SignedData over the covered bytes, and not over others', async () => {
    for (const kind of ['sm2', 'rsa', 'ec-p256'] as const) {
      const { once, pki } = get(kind);
      const { content, der } = await parts(once);
      const other = Uint8Array.from(content);
      other[200] = (other[200] ?? 0) ^ 1;
      const roots = pki.root.toPem();
      const [good, bad] = bcVerifyCms([
        { signedData: der, content, roots },
        { signedData: der, content: other, roots },
      ]);
      expect(good, kind).toMatchObject({ ok: true });
      expect(bad, kind).toMatchObject({ ok: false });
    }
  });

  it('OpenSSL verifies the SM2 value over the signed attributes', async () => {
    const view = parseSignedData((await parts(get('sm2').once)).der);
    const [signer] = view.signerInfos;
    const leaf = view.certificates.find((c) => c.commonName.includes('李医师'));
    const file = (name: string, data: Uint8Array | string): string => {
      const path = join(folder, name);
      writeFileSync(path, data);
      return path;
    };
    const spki = Buffer.from(leaf?.publicKey.spki ?? []).toString('base64');
    const key = file('sm2.pub', `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`);
    const value = file('sm2.sig', signer?.signature ?? new Uint8Array());
    const attributes = Uint8Array.from(signer?.signedAttributesDer ?? []);
    const ask = (data: string): string =>
      spawnSync(
        'openssl',
        ['dgst', '-sm3', '-verify', key, '-sigopt', 'distid:1234567812345678', '-signature', value, data],
        { encoding: 'utf8' },
      ).stdout.trim();
    expect(ask(file('attributes', attributes))).toBe('Verified OK');
    attributes[10] = (attributes[10] ?? 0) ^ 1;
    expect(ask(file('attributes-changed', attributes))).toBe('Verification failure');
  });

  it('the strangers refuse tampered copies', async () => {
    for (const kind of ['sm2', 'rsa', 'ec-p256'] as const) {
      const { once, pki } = get(kind);
      const { bytes, a, b } = await parts(once);
      const flip = (at: number, name: string): string => {
        const copy = bytes.slice();
        copy[at] = copy[at] === 0x30 ? 0x31 : 0x30;
        const path = join(folder, `${kind}-${name}.pdf`);
        writeFileSync(path, copy);
        return path;
      };
      const text = flip(Buffer.from(bytes).indexOf('stream') + 20, 'content');
      const inside = flip(a + 700, 'cms');
      const tail = flip(b + 4, 'tail');
      const cut = join(folder, `${kind}-cut.pdf`);
      writeFileSync(cut, bytes.subarray(0, bytes.length - 400));
      for (const result of pdfCheck([text, inside, tail, cut], pki.root.toPem()))
        expect(result.ok, result.file).toBe(false);
      if (kind === 'rsa') expect(pdfsig(text).some((s) => s.valid)).toBe(false);
    }
    // One that BouncyCastle must refuse for its chain alone.
    const stranger = await makePki('sm2', 'Stranger');
    expect(pdfCheck([get('sm2').once], stranger.root.toPem())[0]?.ok).toBe(false);
  });

  it('what poppler shows of the signed page is what it shows of the record', () => {
    const { once } = get('sm2');
    const render = (file: string): Buffer => execFileSync('pdftoppm', ['-r', '40', '-f', '2', '-l', '2', file]);
    expect(render(once).equals(render(join(folder, 'sm2.pdf')))).toBe(true);
  });
});
