/**
 * Seals between us and BouncyCastle: its ASN.1 and SM2 read and verify what we make (seals, seal signatures, those inside sealed PDFs), and
 * we read and judge what it makes. PDFBox judges the CMS around a seal, and readers that know no seals stay upright over one in /Contents.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sm3 } from '#core/crypto/index.ts';
import { bytesSource, readPdf } from '#core/pdf/index.ts';
import { Certificate, parseSignedData, trimDerPadding } from '#core/pki/index.ts';
import {
  addSealTimeStamp,
  judgeSealSignature,
  makeSeal,
  makeSealSignature,
  parseSeal,
  parseSealSignature,
  SEAL_SIGNATURE_ATTRIBUTE,
  verifySeal,
  type SealRequest,
} from '#core/seal/index.ts';
import { signPdf } from '#core/signing/index.ts';
import { openHouse, DAY, later, type House } from '../core/seal/material.ts';
import { makeRecord, requestOf, tsaClient, tsaSettings } from '../core/signing/material.ts';
import { javaMissing, pdfCheck, runJava } from './java.ts';

let folder: string;
let house: House;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yiqian-seal-interop-'));
  house = await openHouse();
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));

const put = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

const request = (version: 4 | 5, kind: 'certificates' | 'digests'): SealRequest => ({
  version,
  id: `DEMO-${version}-${kind}`,
  vendor: 'YIQIAN-TEST',
  type: 1,
  name: '演示医院专用章（演示）',
  signers: { kind, certificates: [house.doctor.certificate, house.other.certificate] },
  createdAt: house.now,
  validFrom: house.now,
  validTo: later(house.now, 100 * DAY),
  picture: {
    format: 'PNG',
    data: new Uint8Array(readFileSync(new URL('../../resources/demo/seal.png', import.meta.url))),
    widthMm: 42,
    heightMm: 42,
  },
});

/** The ranges of a sealed PDF, and the SES_Signature it carries. */
async function carried(path: string): Promise<{ readonly covered: Uint8Array; readonly ses: Uint8Array }> {
  const bytes = new Uint8Array(readFileSync(path));
  const [signature] = await (await readPdf(bytesSource(bytes))).signatures();
  const [, a = 0, b = 0, c = 0] = signature?.byteRange ?? [];
  const contents = trimDerPadding(signature?.contents ?? new Uint8Array());
  const attribute =
    signature?.subFilter === 'ETSI.CAdES.detached'
      ? parseSignedData(contents).signerInfos[0]?.signedAttributes?.find((x) => x.id === SEAL_SIGNATURE_ATTRIBUTE)
      : undefined;
  return {
    covered: new Uint8Array(Buffer.concat([bytes.subarray(0, a), bytes.subarray(b, b + c)])),
    ses: attribute?.values[0] ?? contents,
  };
}

async function sealedPdf(carrier: 'attribute' | 'contents'): Promise<string> {
  const source = put(`${carrier}-source.pdf`, await makeRecord());
  const target = join(folder, `${carrier}.pdf`);
  await signPdf(
    requestOf(source, target, house.doctor, house.trust, {
      seal: { seal: await makeSeal(request(4, 'certificates'), house.maker), carrier },
      placement: { page: 1, x: 100, y: 200, width: 42, height: 42 },
      tsa: tsaSettings(house.trust),
      http: tsaClient(house.tsa),
    }),
  );
  return target;
}

describe.skipIf(javaMissing !== undefined)('BouncyCastle', () => {
  it('reads and verifies our seals and seal signatures, those in PDFs too, and refuses altered ones', async () => {
    const jobs: string[][] = [];
    const expected: RegExp[] = [];
    const ask = (expectation: RegExp, ...job: string[]): void => {
      jobs.push(job);
      expected.push(expectation);
    };
    const data = put('data.bin', Uint8Array.of(1, 2, 3));
    for (const version of [4, 5] as const) {
      for (const kind of ['certificates', 'digests'] as const) {
        const stamp = version === 5 ? { stamp: house.stamper(house.now) } : {};
        const seal = await makeSeal(request(version, kind), house.maker, stamp);
        const told = `${version}\\|DEMO-${version}-${kind}\\|演示医院专用章（演示）\\|${kind === 'digests' ? 2 : 1}\\|2\\|.*\\|PNG\\|42\\|${version === 5 ? 5 : 4}$`;
        ask(new RegExp(`^OK\\t${told}`), 'seal', put(`${version}-${kind}.esl`, seal));
        const dataHash = sm3(Uint8Array.of(1, 2, 3));
        const plain = await makeSealSignature({
          seal,
          dataHash,
          propertyInfo: 'x',
          signer: house.doctor,
          time: house.now,
        });
        const token = await house.stamper(house.now)(parseSealSignature(plain).signature);
        const time = house.now.toISOString().replace('.000', '');
        ask(
          new RegExp(`^OK\\t${version}\\|${time}\\|x\\|\\|${told}`),
          'signature',
          put(`${version}-${kind}.ses`, plain),
          data,
        );
        const stamped = put(`${version}-${kind}-stamped.ses`, addSealTimeStamp(plain, token));
        ask(new RegExp(`^OK\\t${version}\\|${time}\\|x\\|${time}\\|${told}`), 'signature', stamped, data);
        const bad = new Uint8Array(seal);
        const at = Buffer.from(bad).indexOf('DEMO-');
        bad[at] = 0x45;
        ask(/^NO\t.*value invalid/, 'seal', put(`${version}-${kind}-bad.esl`, bad));
      }
    }
    const pdfs = [await sealedPdf('attribute'), await sealedPdf('contents')];
    for (const [i, pdf] of pdfs.entries()) {
      const { covered, ses } = await carried(pdf);
      const stamped = i === 0 ? '' : '.+';
      ask(
        new RegExp(`^OK\\t4\\|[^|]+\\|ByteRange=\\[0 \\d+ \\d+ \\d+\\]\\|${stamped}\\|4\\|DEMO`),
        'signature',
        put(`pdf${i}.ses`, ses),
        put(`pdf${i}.bin`, covered),
      );
    }
    const answers = runJava('SealPeer', ['check'], `${jobs.map((j) => j.join('\t')).join('\n')}\n`)
      .trimEnd()
      .split('\n');
    expect(answers).toHaveLength(expected.length);
    for (const [i, answer] of answers.entries()) expect(answer, jobs[i]?.join(' ') ?? '').toMatch(expected[i] ?? /^$/);
    // PDFBox and BouncyCastle judge the CMS that holds the seal; in the other file there is no CMS.
    const [attribute, contents] = pdfCheck(pdfs, house.pki.root.toPem());
    expect(attribute).toMatchObject({
      ok: true,
      signatures: [{ ok: true, wholeFile: true, subFilter: 'ETSI.CAdES.detached' }],
    });
    expect(contents).toMatchObject({ ok: false, signatures: [{ ok: false, wholeFile: true }] });
  });

  it('makes seals and seal signatures that pass here', () => {
    runJava('SealPeer', ['make', folder]);
    const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
    const trust = { roots: [Certificate.parse(read('root.der'))] };
    const now = new Date();
    for (const version of [4, 5] as const) {
      const seal = parseSeal(read(`seal${version}.der`));
      expect(seal).toMatchObject({
        version,
        id: `BC-${version}`,
        vendor: 'BOUNCYCASTLE',
        name: '异构印章',
        irregularities: [],
      });
      expect(verifySeal(seal, { makerTrust: trust, at: now, now }).verdict).toBe('PASSED');
      const dataHash = sm3(read('data.bin'));
      const der = read(`sign${version}.der`);
      const judged = judgeSealSignature(der, { makerTrust: trust, signerTrust: trust, dataHash, now });
      expect(judged.verdict, judged.findings.map((f) => `${f.code} ${f.detail ?? ''}`).join('\n')).toBe('PASSED');
      const other = judgeSealSignature(der, { makerTrust: trust, signerTrust: trust, dataHash: sm3(der), now });
      expect(other.verdict).toBe('FAILED');
    }
  });
});

const have = (tool: string): boolean => spawnSync(tool, ['-v']).error === undefined;

it.each(['attribute', 'contents'] as const)(
  'qpdf, MuPDF and poppler read a sealed file, carrier %s',
  async (carrier) => {
    const path = await sealedPdf(carrier);
    const run = (tool: string, ...args: string[]): { status: number | null; text: string } => {
      const { status, stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8' });
      return { status, text: `${stdout}${stderr}` };
    };
    if (have('qpdf'))
      expect(run('qpdf', '--check', path)).toMatchObject({ status: 0, text: expect.not.stringMatching(/WARNING/) });
    else console.warn('SKIPPED: qpdf is not installed');
    if (have('mutool')) {
      const drawn = run('mutool', 'draw', '-o', join(folder, 'page.png'), path, '1');
      expect(drawn).toMatchObject({
        status: 0,
        text: expect.not.stringMatching(/repair|error|warning: (?!ICC support)/i),
      });
    } else console.warn('SKIPPED: mutool is not installed');
    if (have('pdfsig')) {
      const { text } = run('pdfsig', '-nocert', path);
      // It has no SM2: it reads the dictionary, says that all is covered, and gives no verdict.
      expect(text).toMatch(/Total document signed/);
      expect(text).not.toMatch(/Signature is Valid/);
    } else console.warn('SKIPPED: pdfsig is not installed');
  },
);
