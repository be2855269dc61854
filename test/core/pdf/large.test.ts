/** A document of a gigabyte is never read as a whole: its streams are holes that give zeros, and every read is counted. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bytesSource, changedObjects, fileSource, joinedSource, prepareSignature, readPdf } from '#core/pdf/index.ts';
import type { ByteSource } from '#core/pdf/index.ts';
import { fixture } from '../../fixtures/pdf/index.ts';

class CountedSource implements ByteSource {
  readonly size: number;
  bytesRead = 0;
  largest = 0;
  readonly #pieces: readonly (readonly [number, Uint8Array])[];

  constructor(size: number, pieces: readonly (readonly [number, Uint8Array])[]) {
    this.size = size;
    this.#pieces = pieces;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    if (offset < 0 || offset + length > this.size) return Promise.reject(new RangeError('outside'));
    this.bytesRead += length;
    this.largest = Math.max(this.largest, length);
    const bytes = new Uint8Array(length);
    for (const [at, piece] of this.#pieces) {
      const [from, to] = [Math.max(offset, at), Math.min(offset + length, at + piece.length)];
      if (from < to) bytes.set(piece.subarray(from - at, to - at), from - offset);
    }
    return Promise.resolve(bytes);
  }
}

/** 20 pages, each with a content stream of 50 MB. */
function gigabyte(): CountedSource {
  const pieces: [number, Uint8Array][] = [];
  const rows: string[] = ['0000000000 65535 f '];
  let at = 0;
  const put = (text: string): void => {
    const bytes = Buffer.from(text, 'latin1');
    pieces.push([at, bytes]);
    at += bytes.length;
  };
  const begin = (): void => void rows.push(`${String(at).padStart(10, '0')} 00000 n `);
  const hole = 50 << 20;
  put('%PDF-1.7\n');
  begin();
  put('1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n');
  const numbers = Array.from({ length: 20 }, (_, i) => 3 + 2 * i);
  begin();
  put(
    `2 0 obj\n<</Type/Pages/Kids[${numbers.map((n) => `${n} 0 R`).join(' ')}]/Count 20/MediaBox[0 0 595 842]>>\nendobj\n`,
  );
  for (const n of numbers) {
    begin();
    put(`${n} 0 obj\n<</Type/Page/Parent 2 0 R/Contents ${n + 1} 0 R>>\nendobj\n`);
    begin();
    put(`${n + 1} 0 obj\n<</Length ${hole}>>\nstream\n`);
    at += hole;
    put('\nendstream\nendobj\n');
  }
  const xref = at;
  put(
    `xref\n0 ${rows.length}\n${rows.join('\n')}\ntrailer\n<</Size ${rows.length}/Root 1 0 R>>\nstartxref\n${xref}\n%%EOF\n`,
  );
  return new CountedSource(at, pieces);
}

describe('a document of a gigabyte', () => {
  test('is prepared, read again and compared with few and small reads', async () => {
    const source = gigabyte();
    expect(source.size).toBeGreaterThan(1_000_000_000);
    const file = await readPdf(source);
    const prepared = await prepareSignature(file, {
      subFilter: 'ETSI.CAdES.detached',
      claimedTime: new Date(0),
      contentsSize: 8000,
      placement: { page: 20, x: 10, y: 10, width: 30, height: 20 },
    });
    expect(prepared.byteRange[1]).toBeGreaterThan(source.size);
    const signed = await readPdf(joinedSource(source, prepared.increment));
    expect(await signed.signatures()).toHaveLength(1);
    const { objects } = await changedObjects(await signed.revisionAt(source.size), signed);
    expect(objects.length).toBeGreaterThan(2);
    expect(source.bytesRead).toBeLessThan(2_000_000);
    expect(source.largest).toBeLessThanOrEqual(1 << 20);
  });
});

describe('fileSource', () => {
  test('gives the same bytes as memory, across its blocks and beyond', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yiqian-pdf-'));
    try {
      const path = join(folder, 'bytes');
      const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7919) >> 3);
      writeFileSync(path, bytes);
      const source = await fileSource(path);
      const memory = bytesSource(bytes);
      expect(source.size).toBe(bytes.length);
      for (const [offset, length] of [
        [0, 10],
        [32_760, 20],
        [32_768, 32_768],
        [65_530, 32_768],
        [100, 150_000],
        [199_999, 1],
        [200_000, 0],
      ] as const)
        expect(await source.read(offset, length)).toEqual(await memory.read(offset, length));
      await expect(source.read(199_999, 2)).rejects.toMatchObject({ code: 'PDF_DAMAGED' });
      const kept = await source.read(0, 10);
      kept.fill(0);
      expect(await source.read(0, 10)).toEqual(await memory.read(0, 10));
      await source.close();
    } finally {
      rmSync(folder, { recursive: true, maxRetries: 10, retryDelay: 50 });
    }
  });

  test('a file that shrinks while it is read is damage, not a hang', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yiqian-pdf-'));
    try {
      const path = join(folder, 'shrinking.pdf');
      writeFileSync(path, fixture('table'));
      const source = await fileSource(path);
      writeFileSync(path, '%PDF-1.7\n');
      await expect(readPdf(source)).rejects.toMatchObject({ code: 'PDF_DAMAGED' });
      await source.close();
    } finally {
      rmSync(folder, { recursive: true, maxRetries: 10, retryDelay: 50 });
    }
  });

  test('a file that is not there rejects with the system’s own error', async () => {
    await expect(fileSource(join(tmpdir(), 'yiqian-no-such-file.pdf'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
