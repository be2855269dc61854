/** Strangers read what the pdf room appended: qpdf and MuPDF find no fault, pdfsig and PDFBox with BouncyCastle find the signatures valid. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeHierarchy } from '../core/pki/demo-hierarchy.ts';
import { signWith } from '../core/pdf/sign-with.ts';
import { fixture, signable, type FixtureName } from '../fixtures/pdf/index.ts';
import { javaMissing, pdfCheck, withFolder, type PdfCheckResult } from './java.ts';
import { complaints, pdfsig, toolsMissing, type SeenSignature } from './pdf-structure-strangers.ts';

interface Judged {
  readonly before: ReturnType<typeof complaints>;
  readonly after: ReturnType<typeof complaints>;
  readonly rsa: readonly SeenSignature[];
  readonly rsaByBox?: PdfCheckResult;
  readonly sm2ByBox?: PdfCheckResult;
}

/** The value in these was never a signature, so only structure is judged. */
const fakeSignatures: readonly FixtureName[] = ['certified-p2', 'certified-p3'];
const place = { page: 1, x: 10, y: 10, width: 40, height: 15 };

describe.skipIf(toolsMissing !== undefined)('two signatures in every kind of structure', () => {
  const judged = new Map<FixtureName, Judged>();

  beforeAll(async () => {
    const [rsa, sm2] = await Promise.all([makeHierarchy('rsa'), makeHierarchy('sm2')]);
    // Permission 2 lets others sign, but not show a field of their own.
    const shown = (name: FixtureName) => (name === 'certified-p2' ? {} : { placement: place });
    const twice = async (name: FixtureName, bytes: Uint8Array, who: typeof rsa): Promise<Uint8Array> =>
      signWith(await signWith(bytes, who.doctor, { ...shown(name), fieldName: 'Doctor2' }), who.doctor);
    const files = await Promise.all(
      signable.map(async (name) => {
        const original = fixture(name);
        return { name, original, rsa: await twice(name, original, rsa), sm2: await twice(name, original, sm2) };
      }),
    );
    withFolder((folder) => {
      const put = (name: string, bytes: Uint8Array): string => {
        const path = join(folder, name);
        writeFileSync(path, bytes);
        return path;
      };
      const paths = files.map((f) => ({
        name: f.name,
        original: put(`${f.name}.pdf`, f.original),
        rsa: put(`${f.name}-rsa.pdf`, f.rsa),
        sm2: put(`${f.name}-sm2.pdf`, f.sm2),
      }));
      const boxed = (kind: 'rsa' | 'sm2', roots: string): PdfCheckResult[] =>
        javaMissing === undefined
          ? pdfCheck(
              paths.map((p) => p[kind]),
              roots,
            )
          : [];
      const [rsaByBox, sm2ByBox] = [boxed('rsa', rsa.root.toPem()), boxed('sm2', sm2.root.toPem())];
      paths.forEach((path, i) => {
        const [box1, box2] = [rsaByBox[i], sm2ByBox[i]];
        judged.set(path.name, {
          before: complaints(path.original),
          after: complaints(path.rsa),
          rsa: pdfsig(path.rsa),
          ...(box1 === undefined ? {} : { rsaByBox: box1 }),
          ...(box2 === undefined ? {} : { sm2ByBox: box2 }),
        });
      });
    });
  });

  it.each(signable)('%s: qpdf and mutool complain no more than before', (name) => {
    const { before, after } = judged.get(name) ?? {};
    expect(after?.qpdf).toBeLessThanOrEqual(before?.qpdf ?? -1);
    expect(after?.mutool).toBeLessThanOrEqual(before?.mutool ?? -1);
  });

  it.each(signable)('%s: pdfsig finds both valid, the second over the whole file', (name) => {
    const own = (judged.get(name)?.rsa ?? []).filter((s) => ['Doctor2', 'Signature1'].includes(s.field));
    expect(own).toEqual([
      { field: 'Doctor2', valid: true, wholeFile: false },
      { field: 'Signature1', valid: true, wholeFile: true },
    ]);
  });

  it.skipIf(javaMissing !== undefined).each(signable.filter((name) => !fakeSignatures.includes(name)))(
    '%s: PDFBox and BouncyCastle accept both, RSA and SM2',
    (name) => {
      for (const result of [judged.get(name)?.rsaByBox, judged.get(name)?.sm2ByBox]) {
        expect(result, JSON.stringify(result)).toMatchObject({
          ok: true,
          signatures: [{ ok: true }, { ok: true, wholeFile: true }],
        });
      }
    },
  );
});
