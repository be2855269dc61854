/** The judge reads a large file once: the bytes for the hashes, and next to nothing besides, in pieces of a megabyte. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileSource, type ByteSource } from '#core/pdf/index.ts';
import { signPdf } from '#core/signing/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import { writeScan } from '../../bench/documents.ts';
import { makePki, requestOf, scratchFolder } from '../signing/material.ts';

test('24 MB signed twice: one pass for both signatures and the file', async () => {
  const folder = scratchFolder();
  const pki = await makePki('sm2');
  const path = (name: string): string => join(folder, name);
  writeScan(path('scan.pdf'), 24_000_000);
  await signPdf(requestOf(path('scan.pdf'), path('once.pdf'), await pki.issue('Doctor'), pki.trust));
  await signPdf(requestOf(path('once.pdf'), path('twice.pdf'), await pki.issue('Chief'), pki.trust));
  const file = await fileSource(path('twice.pdf'));
  let bytesRead = 0;
  let largest = 0;
  const watched: ByteSource = {
    size: file.size,
    read(offset, length) {
      bytesRead += length;
      largest = Math.max(largest, length);
      return file.read(offset, length);
    },
  };
  try {
    const report = await verifyPdf(watched, { name: 'twice.pdf', trust: pki.trust });
    expect(report).toMatchObject({ verdict: 'PASSED', revisions: 3 });
    expect(largest).toBeLessThanOrEqual(1 << 20);
    expect(bytesRead).toBeLessThan(1.1 * file.size);
  } finally {
    await file.close();
  }
});
