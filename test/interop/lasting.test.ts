/**
 * Lasting signatures before strangers: ours at B-LTA and renewed, and theirs (PDFBox with BouncyCastle: CAdES, adbe.pkcs7.detached, a
 * store and a document time stamp of their own) extended by us. qpdf, MuPDF, PDFBox, BouncyCastle and poppler have no complaint.
 * A JVM costs seconds, so each Java program is run once, over everything.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesSource, readPdf, readSecurityStore, type SecurityStore } from '#core/pdf/index.ts';
import { Certificate, trimDerPadding, type TrustMaterial } from '#core/pki/index.ts';
import { extendPdf } from '#core/signing/index.ts';
import { verifyPdf, type VerifyReport } from '#core/verify/index.ts';
import { Rig, seen } from '../core/signing/extend/rig.ts';
import { bcVerify, javaMissing, pdfCheck, runJava, type BcJob, type PdfCheckResult } from './java.ts';
import { complaints, pdfsig, toolsMissing } from './pdf-structure-strangers.ts';

const missing = [toolsMissing, javaMissing].find((reason) => reason !== undefined);
if (missing !== undefined) console.warn(`SKIPPED: lasting signatures before strangers: ${missing}`);

const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(path));
const storeOf = async (path: string): Promise<SecurityStore> =>
  readSecurityStore(await readPdf(bytesSource(bytesOf(path))));
const changed = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, (bytes[at] ?? 0) ^ 1);

function expectClean(path: string): void {
  const check = spawnSync('qpdf', ['--check', path], { encoding: 'utf8' });
  // 0: neither errors nor warnings.
  expect([check.status, complaints(path)], check.stdout + check.stderr).toEqual([0, { qpdf: 0, mutool: 0 }]);
}

describe.skipIf(missing !== undefined)('our own', () => {
  const KINDS = ['sm2', 'rsa', 'ec-p256'] as const;
  const rigs = new Map<string, Rig>();
  const rigOf = (kind: string): Rig => rigs.get(kind) ?? expect.fail(kind);
  let checked: readonly PdfCheckResult[];
  beforeAll(async () => {
    for (const kind of KINDS) {
      const rig = await Rig.open(kind, `ca-${kind}`, new Date());
      await rig.sign('lta.pdf', await rig.ca.issue('Doctor', {}, ['ocsp']), { level: 'B-LTA' });
      await rig.newTsa('next');
      await rig.extend('lta.pdf', 'renewed.pdf');
      rigs.set(kind, rig);
    }
    const roots = KINDS.map((kind) => rigOf(kind).ca.root.toPem()).join('\n');
    checked = pdfCheck(
      KINDS.map((kind) => rigOf(kind).path('renewed.pdf')),
      roots,
      { strict: true },
    );
  });

  it.each(KINDS)('%s: our judge sees what the strangers are asked about', async (kind) => {
    expect(seen(await rigOf(kind).judge('renewed.pdf'))).toEqual([
      ['signature', 'PASSED', 'B-LTA'],
      ['stamp', 'PASSED', 'none'],
      ['stamp', 'PASSED', 'none'],
    ]);
  });

  it.each(KINDS)('%s: qpdf and MuPDF have no complaint, and see the same page as before', (kind) => {
    const rig = rigOf(kind);
    for (const file of ['lta.pdf', 'renewed.pdf']) expectClean(rig.path(file));
    const page = (file: string): Buffer => execFileSync('pdftoppm', ['-r', '40', '-f', '1', '-l', '1', rig.path(file)]);
    expect(page('renewed.pdf').equals(page('source-lta.pdf'))).toBe(true);
  });

  it.each(KINDS)('%s: PDFBox, repairing nothing, and BouncyCastle accept signature and archive time stamps', (kind) => {
    const result = checked[KINDS.indexOf(kind)];
    expect(result).toMatchObject({ file: rigOf(kind).path('renewed.pdf'), ok: true, reason: null });
    expect(result?.signatures.map((s) => [s.subFilter, s.ok, s.reason, s.wholeFile])).toEqual([
      ['ETSI.CAdES.detached', true, null, false],
      ['ETSI.RFC3161', true, null, false],
      ['ETSI.RFC3161', true, null, true],
    ]);
    for (const { ts } of result?.signatures ?? []) expect(ts).toMatch(/^20\d\d-/);
  });

  it('BouncyCastle verifies the archive tokens, over the covered bytes alone, and judges chains by what the store holds', async () => {
    const jobs: BcJob[] = [];
    for (const kind of KINDS) {
      const rig = rigOf(kind);
      const bytes = bytesOf(rig.path('renewed.pdf'));
      const roots = rig.ca.root.toPem();
      const stamps = (await (await readPdf(bytesSource(bytes))).signatures()).slice(1);
      for (const { byteRange, contents } of stamps) {
        const [, a = 0, b = 0, c = 0] = byteRange;
        const data = new Uint8Array(Buffer.concat([bytes.subarray(0, a), bytes.subarray(b, b + c)]));
        const token = trimDerPadding(contents);
        jobs.push({ kind: 'token', token, data, roots }, { kind: 'token', token, data: changed(data, 100), roots });
      }
      const store = await storeOf(rig.path('renewed.pdf'));
      const certificates = store.certificates.map((der) => Certificate.parse(der));
      const named = (name: string): string =>
        certificates.find((c) => c.commonName === name)?.toPem() ?? expect.fail(name);
      const [issuer, leaf] = [named(`ca-${kind} Issuing`), named(`ca-${kind} TSA next`)];
      const { crls } = store;
      jobs.push({ kind: 'chain', leaf, intermediates: issuer, roots, crls, at: rig.clock.now() });
      const [response = new Uint8Array()] = store.ocspResponses;
      jobs.push({ kind: 'ocsp', response, issuer, leaf: named('Doctor') });
    }
    const each = [true, false, true, false, true, true];
    const answers = bcVerify(jobs);
    expect(answers.map((a, i) => (a.ok === each[i % 6] ? a.ok : a.detail))).toEqual([...each, ...each, ...each]);
  });

  it('MuPDF finds the entry of the signature under the SHA-1 of its /Contents', () => {
    const rig = rigOf('sm2');
    const text = Buffer.from(bytesOf(rig.path('lta.pdf'))).toString('latin1');
    const contents = /\/Contents\s*<([0-9a-fA-F]+)>/.exec(text)?.[1] ?? '';
    const key = createHash('sha1').update(Buffer.from(contents, 'hex')).digest('hex').toUpperCase();
    const path = `trailer/Root/DSS/VRI/${key}`;
    const shown = spawnSync('mutool', ['show', rig.path('lta.pdf'), path], { encoding: 'utf8' });
    expect(shown.stdout).toMatch(/\/Cert\s*\[/);
    expect(shown.stdout).toMatch(/\/OCSP\s*\[/);
  });

  it.each(['rsa', 'ec-p256'])('%s: poppler finds the signature valid as before', (kind) => {
    expect(pdfsig(rigOf(kind).path('renewed.pdf'))[0]).toMatchObject({ field: 'Signature1', valid: true });
  });
});

describe.skipIf(missing !== undefined)('what PDFBox and BouncyCastle signed, extended by us', () => {
  const KINDS = ['sm2', 'rsa', 'ec'] as const;
  /** One signature (CAdES, no time stamp); two (adbe.pkcs7.detached with one); their store; their document time stamp. */
  const STATES = ['table-1', 'table-2', 'table-lt', 'table-lta', 'objstm-lta'] as const;
  let rig: Rig;
  let checked: ReadonlyMap<string, PdfCheckResult>;
  const path = (name: string): string => rig.path(name);
  const rootOf = (kind: string): string => readFileSync(path(`${kind}-root.pem`), 'utf8');

  beforeAll(async () => {
    rig = await Rig.open('ec-p256', 'ours', new Date());
    mkdirSync(path('inputs'));
    for (const name of ['table', 'objstm']) {
      copyFileSync(join(import.meta.dirname, `../fixtures/pdf/${name}.pdf`), path(`inputs/${name}.pdf`));
    }
    runJava('PdfMake', [rig.folder, path('inputs/table.pdf'), path('inputs/objstm.pdf')]);
    rig.clock.time = new Date();
    const made: string[] = [];
    for (const kind of KINDS) {
      // Their certificates name no address: the list of their CA is given by hand, as a records office would.
      const { crls } = await storeOf(path(`${kind}-table-lt.pdf`));
      const trust: TrustMaterial = { roots: [Certificate.parse(rootOf(kind))], crls };
      for (const state of STATES) {
        const [source, target] = [path(`${kind}-${state}.pdf`), path(`${kind}-${state}-ours.pdf`)];
        const { tsa, clock, internet } = rig;
        await extendPdf({ source, target, level: 'B-LTA', trust, tsa, http: internet.http, now: clock.now });
        made.push(target);
      }
    }
    const tampered = bytesOf(path('rsa-table-lta-ours.pdf'));
    writeFileSync(path('tampered.pdf'), changed(tampered, Buffer.from(tampered).indexOf('stream') + 12));
    made.push(path('tampered.pdf'));
    const roots = [...KINDS.map(rootOf), rig.ca.root.toPem()].join('\n');
    checked = new Map(pdfCheck(made, roots, { strict: true }).map((result) => [result.file, result]));
  });

  const judge = (file: string, kind: string): Promise<VerifyReport> =>
    verifyPdf(bytesSource(bytesOf(file)), {
      name: file,
      trust: { roots: [Certificate.parse(rootOf(kind)), rig.ca.root] },
      at: rig.clock.now(),
    });

  const cases = KINDS.flatMap((kind) => STATES.map((state) => [kind, state] as const));
  it.each(cases)(
    '%s-%s becomes B-LTA from roots and file alone, and the strangers still agree',
    async (kind, state) => {
      const [source, target] = [path(`${kind}-${state}.pdf`), path(`${kind}-${state}-ours.pdf`)];
      const [before, after] = [readFileSync(source), readFileSync(target)];
      expect(after.subarray(0, before.length).equals(before)).toBe(true);
      const report = await judge(target, kind);
      expect(report.verdict).toBe('PASSED');
      expect(report.signatures[0]).toMatchObject({ level: 'B-LTA', revocation: 'good', timeBasis: 'trusted' });
      if (state !== 'table-1') {
        // The old format has no level of PAdES, but all that its judgement needs is there.
        const old = { subFilter: 'adbe.pkcs7.detached', verdict: 'PASSED', level: 'none', revocation: 'good' };
        expect(report.signatures[1]).toMatchObject(old);
      }
      const [theirs, ours] = [await storeOf(source), await storeOf(target)];
      for (const list of ['certificates', 'crls'] as const) {
        expect(ours[list].slice(0, theirs[list].length)).toEqual(theirs[list]);
        const once = new Set(ours[list].map((der) => Buffer.from(der).toString('hex')));
        expect(once.size, 'nothing twice').toBe(ours[list].length);
      }
      expect(checked.get(target)).toMatchObject({ ok: true, reason: null });
      expectClean(target);
      if (kind !== 'sm2') expect(pdfsig(target)[0]?.valid).toBe(true);
    },
  );

  it('tampered with afterwards, our judge and theirs refuse', async () => {
    expect((await judge(path('tampered.pdf'), 'rsa')).verdict).toBe('FAILED');
    expect(checked.get(path('tampered.pdf'))?.ok).toBe(false);
  });
});
