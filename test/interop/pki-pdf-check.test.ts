/** The stranger that judges our PDFs is itself put to the test: right files pass, each kind of tampering is named. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { digest } from '#core/crypto/index.ts';
import {
  addUnsignedTimeStamp,
  answerTimeStampQuery,
  buildSignedData,
  createTimeStampRequest,
  parseSignedData,
  parseTimeStampResponse,
} from '#core/pki/index.ts';
import { makeHierarchy, type Hierarchy, type KeyKind } from '../core/pki/demo-hierarchy.ts';
import { javaMissing, pdfCheck, withFolder, type PdfCheckResult } from './java.ts';

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const holeSize = 8192;

/** The smallest PDF with one invisible signature field: ByteRange filled in, /Contents still zeros. */
function unsignedPdf(): { readonly bytes: Uint8Array; readonly range: readonly [number, number, number, number] } {
  const hole = `<${'0'.repeat(2 * holeSize)}>`;
  const blank = '[0 0000000000 0000000000 0000000000]';
  const objects = [
    '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Annots[4 0 R]>>',
    '<</Type/Annot/Subtype/Widget/FT/Sig/T(Sig1)/V 5 0 R/Rect[0 0 0 0]/F 132/P 3 0 R>>',
    `<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange${blank}/Contents${hole}>>`,
  ];
  let text = '%PDF-1.7\n';
  const offsets = objects.map((body, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const xref = text.length;
  const entries = offsets.map((o) => `${String(o).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${xref}\n%%EOF\n`;
  const before = text.indexOf(hole);
  const after = before + hole.length;
  const numbers = [before, after, text.length - after].map((n) => String(n).padStart(10, '0')).join(' ');
  return { bytes: latin1(text.replace(blank, `[0 ${numbers}]`)), range: [0, before, after, text.length - after] };
}

async function signedPdf(
  { doctor, tsa }: Hierarchy,
  change: (cms: Uint8Array) => Uint8Array = (cms) => cms,
): Promise<Uint8Array> {
  const { bytes, range } = unsignedPdf();
  const [, before, after] = range;
  const content = digest(doctor.digest, bytes.subarray(0, before), bytes.subarray(after));
  const plain = await buildSignedData({ content: { digest: content }, signer: doctor });
  const value = parseSignedData(plain).signerInfos[0]?.signature ?? new Uint8Array();
  const query = createTimeStampRequest({ digestName: tsa.digest, imprint: digest(tsa.digest, value), certReq: true });
  const options = { signer: tsa, serial: Uint8Array.of(1), genTime: new Date('2030-01-02T03:04:05Z'), policy: '1.2.3' };
  const token = parseTimeStampResponse(await answerTimeStampQuery(query, options)).token ?? new Uint8Array();
  const cms = change(addUnsignedTimeStamp(plain, token));
  bytes.set(latin1(Buffer.from(cms).toString('hex')), before + 1);
  return bytes;
}

const replaced = (bytes: Uint8Array, from: string, to: string): Uint8Array =>
  latin1(Buffer.from(bytes).toString('latin1').replace(from, to));

describe.skipIf(javaMissing !== undefined)('pdfCheck', () => {
  const results = new Map<string, PdfCheckResult>();

  beforeAll(async () => {
    const files = new Map<string, Uint8Array>();
    const kinds: readonly KeyKind[] = ['sm2', 'rsa', 'ec-p256'];
    const hierarchies = await Promise.all(kinds.map(makeHierarchy));
    for (const [i, kind] of kinds.entries()) files.set(kind, await signedPdf(hierarchies[i] as Hierarchy));
    const [first] = hierarchies as [Hierarchy];
    const good = files.get('sm2') ?? new Uint8Array();
    files.set('changed page', replaced(good, '[0 0 200 200]', '[0 0 200 201]'));
    files.set('range from 1', replaced(good, 'ByteRange[0 ', 'ByteRange[1 '));
    files.set('bytes in the gap', replaced(good, '00>', ' 0>'));
    files.set(
      'value changed',
      await signedPdf(first, (cms) => {
        const value = parseSignedData(cms).signerInfos[0]?.signature ?? new Uint8Array();
        const at = Buffer.from(cms).indexOf(value) + value.length - 1;
        return cms.with(at, (cms[at] ?? 0) ^ 1);
      }),
    );
    files.set(
      'token changed',
      await signedPdf(first, (cms) => cms.with(cms.length - 1, (cms[cms.length - 1] ?? 0) ^ 1)),
    );
    files.set('foreign root', await signedPdf(await makeHierarchy('sm2')));
    files.set('appended', new Uint8Array([...good, ...latin1('tail\n')]));
    withFolder((folder) => {
      const names = [...files.keys()];
      const paths = names.map((name) => join(folder, `${name}.pdf`));
      names.forEach((name, i) => writeFileSync(paths[i] ?? '', files.get(name) ?? ''));
      const roots = hierarchies.map((h) => h.root.toPem()).join('');
      pdfCheck(paths, roots).forEach((result, i) => results.set(names[i] ?? '', result));
    });
  });

  it.each(['sm2', 'rsa', 'ec-p256'])('accepts a signed and stamped file (%s)', (name) => {
    const result = results.get(name);
    expect(result, JSON.stringify(result)).toMatchObject({
      ok: true,
      signatures: [{ field: 'Sig1', ok: true, ts: '2030-01-02T03:04:05Z', wholeFile: true }],
    });
  });

  it.each([
    ['changed page', 'message-digest'],
    ['range from 1', 'ByteRange does not begin at 0'],
    ['bytes in the gap', 'hex'],
    ['value changed', 'invalid'],
    ['token changed', 'signature'],
    ['foreign root', 'path'],
  ])('refuses: %s', (name, reason) => {
    const result = results.get(name);
    expect(result?.ok).toBe(false);
    expect(JSON.stringify(result)).toContain(reason);
  });

  it('says that a file with bytes after the signed revision is not wholly covered', () => {
    expect(results.get('appended')?.signatures[0]?.wholeFile).toBe(false);
  });
});
