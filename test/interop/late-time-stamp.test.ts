/**
 * A signature that got its trusted time later, before strangers: PDFBox with BouncyCastle, qpdf and MuPDF say yes before and after, and find
 * the time stamp only after; OpenSSL finds the SM2 value untouched.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesSource, readPdf } from '#core/pdf/index.ts';
import { parseSignedData, trimDerPadding } from '#core/pki/index.ts';
import { signPdf, stampLater } from '#core/signing/index.ts';
import {
  makePki,
  makeRecord,
  noNetwork,
  requestOf,
  scratchFolder,
  tsaClient,
  tsaSettings,
  writeRecord,
} from '../core/signing/material.ts';
import { javaMissing, pdfCheck } from './java.ts';
import { complaints, toolsMissing } from './pdf-structure-strangers.ts';

const missing = [toolsMissing, javaMissing].find((reason) => reason !== undefined);
if (missing !== undefined) console.warn(`SKIPPED: time stamps added later before strangers: ${missing}`);

const signerInfoOf = async (path: string) => {
  const [signature] = await (await readPdf(bytesSource(new Uint8Array(readFileSync(path))))).signatures();
  const view = parseSignedData(trimDerPadding(signature!.contents));
  return { signer: view.signerInfos[0]!, certificate: view.certificates[0]! };
};

describe.skipIf(missing !== undefined)('a trusted time that was added later', () => {
  it('is seen by strangers, and nothing else is different', async () => {
    const folder = scratchFolder();
    const pki = await makePki('sm2');
    const tsa = tsaSettings(pki.trust);
    const source = await writeRecord(folder, await makeRecord());
    const [without, stamped] = [join(folder, 'without.pdf'), join(folder, 'stamped.pdf')];
    const doctor = await pki.issue('Doctor');
    await signPdf(requestOf(source, without, doctor, pki.trust, { tsa, http: noNetwork, timeStampLater: true }));
    copyFileSync(without, stamped);
    const http = tsaClient(await pki.issueTsa());
    await stampLater({ source: stamped, target: stamped, trust: pki.trust, tsa, http, now: () => new Date() });

    const results = pdfCheck([without, stamped], pki.root.toPem());
    expect(results.map((r) => [r.ok, r.reason, r.signatures.map((s) => [s.ok, s.wholeFile])])).toEqual([
      [true, null, [[true, true]]],
      [true, null, [[true, true]]],
    ]);
    expect(results[0]!.signatures[0]!.ts).toBeNull();
    expect(results[1]!.signatures[0]!.ts).toMatch(/^20\d\d-/);
    for (const file of [without, stamped]) {
      expect(spawnSync('qpdf', ['--check', file]).status, file).toBe(0);
      expect(complaints(file).mutool, file).toBe(0);
    }

    for (const file of [without, stamped]) {
      const { signer, certificate } = await signerInfoOf(file);
      const put = (name: string, data: Uint8Array | string): string => {
        writeFileSync(join(folder, name), data);
        return join(folder, name);
      };
      const spki = Buffer.from(certificate.publicKey.spki).toString('base64');
      const key = put('sm2.pub', `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`);
      const ask = (attributes: string): string =>
        spawnSync(
          'openssl',
          [
            ...['dgst', '-sm3', '-verify', key, '-sigopt', 'distid:1234567812345678'],
            ...['-signature', put('sm2.sig', signer.signature), attributes],
          ],
          { encoding: 'utf8' },
        ).stdout.trim();
      expect(ask(put('attributes', signer.signedAttributesDer!)), file).toBe('Verified OK');
    }
  });
});
