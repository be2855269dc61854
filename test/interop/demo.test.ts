/**
 * What the real app made, before strangers: the demo is run as a person runs it, then qpdf, MuPDF, PDFBox, BouncyCastle and OpenSSL judge
 * every PDF that it left, with nothing but the files of its folder. Tampered copies: the strangers say no, and so does our judge.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesSource } from '#core/pdf/index.ts';
import {
  Certificate,
  findSignerCertificate,
  parseSignedData,
  parseTstInfo,
  signatureTimeStamps,
  type SignerInfoView,
} from '#core/pki/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import { scratchFolder } from '../core/signing/material.ts';
import { demoMissing, pictureOf, signaturesIn, yq, type Ended, type Summary } from './demo-run.ts';
import { tampered, type Given } from './demo-tamper.ts';
import { bcVerify, bcVerifyCms, javaMissing, pdfCheck } from './java.ts';
import { complaints, toolsMissing } from './pdf-structure-strangers.ts';

const SM2_ID = 'distid:1234567812345678';
const opensslMissing = spawnSync('openssl', ['version']).error !== undefined;

describe.skipIf(demoMissing !== undefined)('the demo before strangers', () => {
  const folder = scratchFolder();
  const home = join(folder, 'home');
  const out = join(folder, 'out');
  const asked = join(folder, 'asked');
  let ended: Ended;
  let summary: Summary;
  const files = new Map<string, Uint8Array>();
  const given: Given[] = [];

  const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(out, name)));
  const pem = (name: string): string => readFileSync(join(out, name), 'utf8');
  const path = (name: string): string => join(out, name);
  let count = 0;
  /** A file to hand to a program. */
  const put = (data: Uint8Array | string, name = `${++count}`): string => {
    const file = join(asked, name);
    writeFileSync(file, data);
    return file;
  };
  const openssl = (...args: string[]): { readonly ok: boolean; readonly said: string } => {
    const { status, stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
    return { ok: status === 0, said: `${stdout}${stderr}`.trim() };
  };
  const sm3 = (data: Uint8Array): string =>
    (/([0-9a-f]{64})\s*$/.exec(openssl('dgst', '-sm3', put(data)).said)?.[1] ?? '').toUpperCase();
  /** The raw SM2 value over the signed attributes, which are signed under the tag SET OF (RFC 5652 5.4). */
  const sm2Verify = (signer: SignerInfoView, certificate: Certificate, attributes: Uint8Array): string => {
    const spki = Buffer.from(certificate.publicKey.spki).toString('base64');
    const key = put(`-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`);
    const value = put(signer.signature);
    const args = ['dgst', '-sm3', '-sigopt', SM2_ID, '-verify', key, '-signature', value, put(attributes)];
    return openssl(...args).said.split('\n')[0] ?? '';
  };

  beforeAll(() => {
    mkdirSync(asked);
    ended = yq(home, 'demo', '--out', out);
    if (ended.status !== 0) throw new Error(`The demo ended with ${ended.status}:\n${ended.stdout}\n${ended.stderr}`);
    summary = JSON.parse(pem('summary.json')) as Summary;
    for (const { file } of summary.files) {
      files.set(file, read(file));
      for (const raw of signaturesIn(read(file))) {
        const view = parseSignedData(raw.cms);
        const [signer] = view.signerInfos;
        const [token] = signer === undefined ? [] : signatureTimeStamps(signer);
        if (signer === undefined || token === undefined) throw new Error(`${file}: no signer or no time stamp`);
        const stamped = parseSignedData(token);
        const [stamp] = stamped.signerInfos;
        const leaf = findSignerCertificate(signer.sid, view.certificates);
        const stampLeaf = stamp && findSignerCertificate(stamp.sid, stamped.certificates);
        if (stamp === undefined || leaf === undefined || stampLeaf === undefined)
          throw new Error(`${file}: a certificate is missing`);
        given.push({ ...raw, name: file, signer, leaf, token, stamp, stampLeaf });
      }
    }
  });

  it('leaves three records with five signatures and a seal, and says the truth about them', () => {
    expect(summary.files).toHaveLength(3);
    expect(given.map((g) => g.name)).toEqual([
      summary.files[0]?.file,
      summary.files[1]?.file,
      summary.files[1]?.file,
      summary.files[2]?.file,
      summary.files[2]?.file,
    ]);
    for (const f of summary.files.slice(1)) {
      expect(f.signatures.map((s) => [s.signer, s.verdict])).toEqual([
        ['赵医师', 'PASSED'],
        ['李医师', 'PASSED'],
      ]);
    }
    // The admission note bears the department's seal across its pages.
    expect(summary.files.map((f) => f.signatures.map((s) => s.seal?.verdict ?? null))).toEqual([
      [null],
      [null, 'PASSED'],
      [null, null],
    ]);
    for (const f of summary.files) {
      const last = given.findLast((g) => g.name === f.file);
      expect(f).toMatchObject({ verdict: 'PASSED', uploaded: true, format: 'PAdES B-T' });
      expect(f.certificateSerial).toMatch(/^[0-9A-F]{8,40}$/);
      expect(f.certificateSerial).toBe(last?.leaf.serial);
      const { time } = parseTstInfo(parseSignedData(last?.token ?? new Uint8Array()).content ?? new Uint8Array());
      expect(Date.parse(f.trustedTime)).toBe(time.getTime());
      expect(Object.keys(f.milliseconds)).toEqual(['prepare', 'sign', 'timestamp', 'seal', 'selfcheck', 'archive']);
      for (const [step, ms] of Object.entries(f.milliseconds)) expect(ms, step).toBeGreaterThan(0);
    }
    expect(summary.seconds).toBeGreaterThan(0);
    // The window had nothing to complain of on the way.
    expect(ended.stdout).not.toContain('window:');
  });

  it.skipIf(opensslMissing)(
    'the SM3 before and after are those that OpenSSL computes; the record lies whole in front',
    () => {
      for (const f of summary.files) {
        const bytes = files.get(f.file) ?? new Uint8Array();
        expect(f.sm3After.toUpperCase()).toBe(sm3(bytes));
        const last = given.findLast((g) => g.name === f.file);
        const eof = Buffer.from(bytes).lastIndexOf('%%EOF', last?.at ?? 0) + '%%EOF'.length;
        // With or without the line end after it.
        const prefixes = [0, 1, 2].map((n) => sm3(bytes.subarray(0, eof + n)));
        expect(prefixes).toContain(f.sm3Before.toUpperCase());
      }
    },
  );

  it('leaves a picture of every screen', () => {
    const pictures = readdirSync(join(out, 'screens')).sort();
    expect(pictures.map((p) => p.replace(/^\d+-|\.png$/g, ''))).toEqual([
      'sign-in',
      'work-list',
      'review-1',
      'pin',
      'signed-1',
      'review-2',
      'signed-2',
      'review-3',
      'signed-3',
      'verify',
      'verify-two-signatures',
      'keys',
      'diagnosis',
    ]);
    for (const name of pictures) {
      const picture = pictureOf(join(out, 'screens', name));
      expect(picture, name).toMatchObject({ width: 1366, height: 768 });
      expect(picture.values, name).toBeGreaterThan(64);
    }
  });

  it('leaves what a stranger needs, and says how to use it', () => {
    const there = readdirSync(out);
    for (const name of ['root.pem', 'issuing.pem', 'tsa.pem', 'root.crl', 'issuing.crl', 'README.txt'])
      expect(there).toContain(name);
    const text = pem('README.txt');
    for (const name of there.filter((n) => n !== 'README.txt')) expect(text).toContain(name);
    for (const command of ['qpdf --check', 'openssl verify', 'cli -- verify'])
      expect(text.split(command).length, command).toBeGreaterThanOrEqual(3);
  });

  it.skipIf(toolsMissing !== undefined)('qpdf and MuPDF have no complaint', () => {
    for (const name of files.keys()) {
      expect(spawnSync('qpdf', ['--check', path(name)]).status, name).toBe(0);
      expect(complaints(path(name)).mutool, name).toBe(0);
    }
  });

  it.skipIf(javaMissing !== undefined)('PDFBox and BouncyCastle accept every signature, time stamp and chain', () => {
    const results = pdfCheck([...files.keys()].map(path), pem('root.pem'));
    for (const [i, result] of results.entries()) {
      expect(result, result.file).toMatchObject({ ok: true, reason: null });
      const expected = summary.files[i]?.signatures.map((s) => Date.parse(s.trustedTime));
      expect(result.signatures.map((s) => Date.parse(s.ts ?? ''))).toEqual(expected);
      expect(result.signatures.filter((s) => s.wholeFile)).toHaveLength(1);
    }
  });

  it.skipIf(javaMissing !== undefined)(
    'BouncyCastle accepts each SignedData and time stamp token, and the chains with revocation',
    () => {
      const roots = pem('root.pem');
      const signed = given.map((g) => ({ signedData: g.cms, content: g.covered, roots }));
      const answers = bcVerifyCms(signed);
      for (const answer of answers) expect(answer, answer.detail).toMatchObject({ ok: true });
      const crls = [read('root.crl'), read('issuing.crl')];
      const at = new Date();
      const intermediates = pem('issuing.pem');
      const chains = [...given.map((g) => g.leaf.toPem()), pem('tsa.pem')].map(
        (leaf) => ({ kind: 'chain', leaf, intermediates, roots, crls, at }) as const,
      );
      const tokens = given.map((g) => ({ kind: 'token', token: g.token, data: g.signer.signature, roots }) as const);
      const yes = bcVerify([...tokens, ...chains]);
      for (const answer of yes) expect(answer, answer.detail).toMatchObject({ ok: true });
      // The stranger can say no: other data under the token, no list of the issuing CA, another root.
      const [first] = given;
      const no = bcVerify([
        { kind: 'token', token: first?.token ?? new Uint8Array(), data: Uint8Array.of(1), roots },
        { ...(chains[0] as (typeof chains)[number]), crls: crls.slice(0, 1) },
        { ...(chains[0] as (typeof chains)[number]), roots: pem('tsa.pem') },
      ]);
      expect(no.map((a) => a.ok)).toEqual([false, false, false]);
    },
  );

  it.skipIf(opensslMissing)('OpenSSL verifies the raw SM2 values of signatures and time stamps', () => {
    for (const { name, covered, signer, leaf, token, stamp, stampLeaf } of given) {
      for (const [info, certificate] of [
        [signer, leaf],
        [stamp, stampLeaf],
      ] as const) {
        const attributes = Uint8Array.from(info.signedAttributesDer ?? []);
        expect(attributes[0], name).toBe(0x31);
        expect(sm2Verify(info, certificate, attributes), name).toBe('Verified OK');
        attributes[12] = (attributes[12] ?? 0) ^ 1;
        expect(sm2Verify(info, certificate, attributes), name).toBe('Verification failure');
      }
      // What the values bind: the signature the document, the time stamp the signature.
      expect(
        Buffer.from(signer.signedAttributesDer ?? [])
          .toString('hex')
          .toUpperCase(),
      ).toContain(sm3(covered));
      const info = parseSignedData(token).content ?? new Uint8Array();
      expect(Buffer.from(info).toString('hex').toUpperCase()).toContain(sm3(signer.signature));
    }
  });

  it.skipIf(opensslMissing)('OpenSSL verifies the chain link by link', () => {
    const verify = (issuer: string, certificate: string) =>
      openssl('verify', '-vfyopt', SM2_ID, '-partial_chain', '-CAfile', issuer, certificate).ok;
    expect(verify(path('root.pem'), path('root.pem'))).toBe(true);
    expect(verify(path('root.pem'), path('issuing.pem'))).toBe(true);
    expect(verify(path('issuing.pem'), path('tsa.pem'))).toBe(true);
    for (const { leaf, stampLeaf } of given) {
      expect(verify(path('issuing.pem'), put(leaf.toPem()))).toBe(true);
      expect(stampLeaf.toPem().trim()).toBe(pem('tsa.pem').trim());
      expect(verify(path('tsa.pem'), put(leaf.toPem()))).toBe(false);
    }
  });

  it.skipIf(javaMissing !== undefined)(
    'tampered copies are refused by the strangers and never pass our judge',
    async () => {
      const copies: { readonly file: string; readonly appended: boolean }[] = [];
      for (const [name, bytes] of files) {
        const own = given.filter((g) => g.name === name);
        for (const [kind, copy] of Object.entries(
          await tampered(
            bytes,
            own,
            given.filter((g) => g.name !== name),
          ),
        )) {
          expect(Buffer.compare(copy, bytes), `${name} ${kind}`).not.toBe(0);
          copies.push({ file: put(copy, `${kind}-${name}`), appended: kind === 'increment' });
        }
      }
      expect(copies).toHaveLength(3 * 8);
      const roots = Certificate.parseAll(pem('root.pem'));
      const answers = pdfCheck(
        copies.map((c) => c.file),
        pem('root.pem'),
      );
      for (const [i, { file, appended }] of copies.entries()) {
        const answer = answers[i];
        // PDFBox knows no white list of changes: for it a file with something behind its signatures is one that none of them covers.
        const no = appended ? answer?.signatures.every((s) => !s.wholeFile) : answer?.ok === false;
        expect(no, `${basename(file)}: ${JSON.stringify(answer)}`).toBe(true);
        const report = await verifyPdf(bytesSource(new Uint8Array(readFileSync(file))), {
          name: file,
          trust: { roots },
        });
        expect(report.verdict, basename(file)).not.toBe('PASSED');
        if (!appended) continue;
        // It is no damage that gives the update away.
        expect(complaints(file).mutool, basename(file)).toBe(0);
        expect(report.verdict, basename(file)).toBe('FAILED');
        expect(report.signatures[0]?.changesAfter.some((c) => !c.allowed)).toBe(true);
      }
    },
  );

  it('the command line judges the folder: 0, tampered 1, nobody trusted 2, no such file 3', () => {
    const pdfs = [...files.keys()].map(path);
    const good = yq(home, 'cli', 'verify', ...pdfs, '--trust', out, '--json');
    expect(good.status, good.stderr).toBe(0);
    const reports = JSON.parse(good.stdout) as { verdict: string; signatures: { revocation: string }[] }[];
    expect(reports.map((r) => r.verdict)).toEqual(['PASSED', 'PASSED', 'PASSED']);
    for (const r of reports) for (const s of r.signatures) expect(s.revocation).toBe('good');

    const changed = read(summary.files[0]?.file ?? '');
    const at = Buffer.from(changed).indexOf('stream') + 20;
    changed[at] = (changed[at] ?? 0) ^ 1;
    const bad = put(changed, 'bad.pdf');
    expect(yq(home, 'cli', 'verify', pdfs[1] ?? '', bad, '--trust', out, '--json').status).toBe(1);
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    expect(yq(home, 'cli', 'verify', pdfs[0] ?? '', '--trust', empty, '--json').status).toBe(2);
    expect(yq(home, 'cli', 'verify', path('absent.pdf'), '--trust', out, '--json').status).toBe(3);
  });

  it('says in a sentence what failed, keeps a picture of it and ends with 1', () => {
    const failed = join(folder, 'failed');
    const { status, stdout, stderr } = yq(home, 'demo', '--out', failed, '--records', '99');
    expect(status).toBe(1);
    expect(stderr).toContain('✕ The demo could not be finished. only 12 records wait, 99 are wanted');
    expect(stderr).not.toMatch(/^\s+at /m);
    const picture = /The window at that moment: (.*)/.exec(stdout)?.[1] ?? '';
    expect(pictureOf(picture)).toMatchObject({ width: 1366, height: 768 });
    expect(existsSync(join(failed, 'summary.json'))).toBe(false);
  });
});
