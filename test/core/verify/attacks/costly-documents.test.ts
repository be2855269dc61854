/** Small files that are made to keep the judge busy for minutes. */
import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { makePki } from '../../signing/material.ts';
import { craftedRecord, doctorSigns, joined } from './crafted.ts';
import { fromLatin1, judge, latin1, reasons } from './forge.ts';

/** Work is bounded by counting; the clock is only asked whether the bound is there at all: without it these took 12 and 46 s. */
const FAR_TOO_LONG = 30_000;

it('pages dealt out over many object streams that unpack to megabytes each', { timeout: FAR_TOO_LONG }, async () => {
  const [streams, each, padding] = [8, 12, 40 << 20];
  const parts: Uint8Array[] = [];
  let length = 0;
  const put = (bytes: Uint8Array): number => {
    parts.push(bytes);
    length += bytes.length;
    return length - bytes.length;
  };
  const numberOf = (stream: number, index: number): number => 100 + index * streams + stream;
  const kids = Array.from({ length: streams * each }, (_, i) => `${100 + i} 0 R`);
  put(fromLatin1('%PDF-1.7\n'));
  const offsets = new Map([
    [1, put(fromLatin1('1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n'))],
    [2, put(fromLatin1(`2 0 obj\n<< /Type /Pages /Kids [${kids.join(' ')}] /MediaBox [0 0 10 10] >>\nendobj\n`))],
  ]);
  for (let s = 0; s < streams; s++) {
    const body = '<</Type/Page>> ';
    const head = Array.from({ length: each }, (_, i) => `${numberOf(s, i)} ${i * body.length} `).join('');
    const raw = deflateSync(Buffer.concat([Buffer.from(head + body.repeat(each)), Buffer.alloc(padding, 0x20)]), {
      level: 1,
    });
    const dict = `<< /Type /ObjStm /N ${each} /First ${head.length} /Filter /FlateDecode /Length ${raw.length} >>`;
    offsets.set(
      10 + s,
      put(joined(fromLatin1(`${10 + s} 0 obj\n${dict}\nstream\n`), raw, fromLatin1('\nendstream\nendobj\n'))),
    );
  }
  const size = 100 + kids.length;
  const entries = Buffer.alloc(size * 7);
  for (const [num, offset] of offsets) entries.writeUInt32BE(offset, entries.writeUInt8(1, num * 7));
  for (let s = 0; s < streams; s++) {
    for (let i = 0; i < each; i++) {
      entries.writeUInt8(2, numberOf(s, i) * 7);
      entries.writeUInt32BE(10 + s, numberOf(s, i) * 7 + 1);
      entries.writeUInt16BE(i, numberOf(s, i) * 7 + 5);
    }
  }
  const start = put(
    fromLatin1(
      `${size} 0 obj\n<< /Type /XRef /Size ${size} /W [1 4 2] /Root 1 0 R /Length ${entries.length} >>\nstream\n`,
    ),
  );
  put(joined(entries, fromLatin1(`\nendstream\nendobj\nstartxref\n${start}\n%%EOF\n`)));
  const { bytesSource, prepareSignature, readPdf } = await import('#core/pdf/index.ts');
  const request = { subFilter: 'ETSI.CAdES.detached', claimedTime: new Date(), contentsSize: 10 } as const;
  const signing = readPdf(bytesSource(joined(...parts))).then((file) => prepareSignature(file, request));
  await expect(signing).rejects.toMatchObject({ code: 'PDF_LIMIT' });
});

it('hundreds of updates that each list hundreds of thousands of objects', { timeout: FAR_TOO_LONG }, async () => {
  const pki = await makePki('ec-p256');
  const signed = await doctorSigns(craftedRecord(), await pki.issue('Doctor'));
  const parts = [signed];
  let [length, previous] = [signed.length, Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(latin1(signed))?.[1])];
  for (let i = 0; i < 240; i++) {
    const trailer = `<< /Size 390000 /Root 1 0 R /Prev ${previous} >>`;
    const text = `xref\n0 1\n0000000000 65535 f \ntrailer\n${trailer}\nstartxref\n${length}\n%%EOF\n`;
    parts.push(fromLatin1(text));
    previous = length;
    length += text.length;
  }
  const report = await judge(joined(...parts), pki.trust);
  expect(report.verdict).toBe('INDETERMINATE');
  expect(reasons(report)).toContain('REVISION_NOT_COMPARED');
});
