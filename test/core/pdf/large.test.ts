/** A document of a gigabyte is never read as a whole: its streams are holes that give zeros, and every read is counted. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  bytesSource,
  changedObjects,
  fileSource,
  joinedSource,
  PdfStream,
  prepareSignature,
  readPdf,
  type ByteSource,
  type PdfRef,
} from '#core/pdf/index.ts';
import { PdfBuilder, PLAIN_TRAILER, plainObjects } from '../../fixtures/pdf/build.ts';
import { writeManyObjects } from '../../bench/large-documents.ts';
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

const inFolder = async (work: (path: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'yiqian-pdf-'));
  try {
    await work(join(folder, 'large.pdf'));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Counts what is read of a source, whichever way. */
function counted(source: ByteSource): ByteSource & { bytesRead: number; largest: number } {
  const note = (length: number): void => {
    counter.bytesRead += length;
    counter.largest = Math.max(counter.largest, length);
  };
  const counter = {
    size: source.size,
    bytesRead: 0,
    largest: 0,
    read(offset: number, length: number) {
      note(length);
      return source.read(offset, length);
    },
  };
  return counter;
}

describe.each([
  ['table', false],
  ['stream with 64-bit offsets', true],
] as const)('offsets beyond 4 GiB in a %s', (_, packed) => {
  test('are read, written and read again', async () => {
    await inFolder(async (path) => {
      // 50 holes of 100 MB, which take no room on the disk.
      writeManyObjects(path, { pages: 50, packed, gap: 100_000_000 });
      expect(statSync(path).blocks * 512).toBeLessThan(5_000_000);
      const onDisk = await fileSource(path);
      try {
        expect(onDisk.size).toBeGreaterThan(2 ** 32);
        const source = counted(onDisk);
        const file = await readPdf(source);
        expect(await file.pageCount()).toBe(50);
        const [last] = (await file.pages()).slice(-1);
        const entry = file.xrefEntry((last?.dict.get('Contents') as PdfRef).num);
        expect(entry).toMatchObject({ kind: 'offset' });
        expect(entry?.kind === 'offset' && entry.offset).toBeGreaterThan(2 ** 32);
        const placement = { page: 50, x: 10, y: 10, width: 30, height: 20 };
        const prepared = await prepareSignature(file, {
          subFilter: 'ETSI.CAdES.detached',
          claimedTime: new Date(0),
          contentsSize: 4000,
          placement,
        });
        expect(prepared.byteRange[1]).toBeGreaterThan(2 ** 32);
        const signed = await readPdf(joinedSource(source, prepared.increment));
        const [signature] = await signed.signatures();
        expect(signature).toMatchObject({ byteRange: prepared.byteRange, page: 50, irregularities: [] });
        expect(signature?.contentsSpan).toEqual([prepared.byteRange[1], prepared.byteRange[2]]);
        const before = await signed.revisionAt(source.size);
        expect(before.objectLimit).toBe(file.objectLimit);
        expect(source.bytesRead).toBeLessThan(10_000_000);
        expect(source.largest).toBeLessThanOrEqual(1 << 20);
      } finally {
        await onDisk.close();
      }
    });
  });
});

describe.each([
  ['table', false],
  ['object streams', true],
] as const)('200,000 objects in %s', (_, packed) => {
  test('are indexed in pieces and signed on the last page', { timeout: 120_000 }, async () => {
    await inFolder(async (path) => {
      const objects = writeManyObjects(path, { pages: 50_000, packed });
      expect(objects).toBeGreaterThan(200_000);
      const onDisk = await fileSource(path);
      try {
        const source = counted(onDisk);
        const file = await readPdf(source);
        expect(file.objectLimit).toBe(objects);
        if (!packed) expect(source.largest).toBeLessThanOrEqual(256 << 10);
        // The table of 200,000 rows of 20 bytes is read once.
        if (!packed) expect(source.bytesRead).toBeLessThan(1.2 * 20 * objects);
        const page = await file.page(50_000);
        const content = await file.resolve(page.dict.get('Contents'));
        if (!(content instanceof PdfStream)) throw new Error('no content');
        expect(Buffer.from(await file.streamData(content)).toString()).toContain('% page 50000\n');
        const prepared = await prepareSignature(file, {
          subFilter: 'ETSI.CAdES.detached',
          claimedTime: new Date(0),
          contentsSize: 4000,
          placement: { page: 50_000, x: 10, y: 10, width: 30, height: 20 },
        });
        expect(prepared.increment.length).toBeLessThan(20_000);
        expect(source.largest).toBeLessThanOrEqual((1 << 20) + 64);
      } finally {
        await onDisk.close();
      }
    });
  });
});

describe('a cross-reference table in an odd shape', () => {
  const objects = { ...plainObjects() };
  const withTable = (table: (rows: Map<number, string>) => string): Uint8Array => {
    const builder = new PdfBuilder();
    const rows = new Map([[0, '0000000000 65535 f ']]);
    for (const { num, offset } of builder.objects(objects))
      rows.set(num, `${String(offset).padStart(10, '0')} 00000 n `);
    const at = builder.size;
    builder.raw(`xref\n${table(rows)}trailer\n<</Size 7${PLAIN_TRAILER}>>\n`);
    return builder.end(at);
  };
  const numbers = [0, 1, 2, 3, 4, 5, 6];

  test.each([
    [
      'one subsection per object',
      (rows: Map<number, string>) => numbers.map((n) => `${n} 1\n${rows.get(n)}\n`).join(''),
    ],
    [
      'downwards',
      (rows: Map<number, string>) =>
        [...numbers]
          .reverse()
          .map((n) => `${n} 1\n${rows.get(n)}\n`)
          .join(''),
    ],
    [
      'empty subsections',
      (rows: Map<number, string>) => `9 0\n0 7\n${numbers.map((n) => rows.get(n)).join('\n')}\n3 0\n`,
    ],
    [
      'far apart',
      (rows: Map<number, string>) => `0 7\n${numbers.map((n) => rows.get(n)).join(`\n${' '.repeat(3000)}`)}\n`,
    ],
  ])('%s is read', async (_, table) => {
    const file = await readPdf(bytesSource(withTable(table)));
    expect(await file.pageCount()).toBe(1);
    expect(file.objectLimit).toBe(7);
  });

  test.each([
    [
      'the same number twice',
      (rows: Map<number, string>) => `0 7\n${numbers.map((n) => rows.get(n)).join('\n')}\n3 1\n${rows.get(4)}\n`,
      'PDF_DAMAGED',
    ],
    [
      'a row cut short',
      (rows: Map<number, string>) =>
        `0 7\n${numbers
          .map((n) => rows.get(n))
          .join('\n')
          .slice(0, -12)}\n`,
      'PDF_DAMAGED',
    ],
    [
      'more white space than any window',
      (rows: Map<number, string>) => `0 7\n${numbers.map((n) => rows.get(n)).join(`\n${' '.repeat(300_000)}`)}\n`,
      'PDF_LIMIT',
    ],
  ])('%s is refused', async (_, table, code) => {
    await expect(readPdf(bytesSource(withTable(table)))).rejects.toMatchObject({ code });
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
      // What is given away is the reader's own, a whole block too.
      for (const length of [10, 32_768]) {
        (await source.read(0, length)).fill(0);
        expect(await source.read(0, length)).toEqual(await memory.read(0, length));
      }
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
