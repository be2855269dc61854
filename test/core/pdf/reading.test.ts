import { describe, expect, test } from 'vitest';
import { bytesSource, frontOf, PdfDict, PdfRef, PdfStream, readPdf } from '#core/pdf/index.ts';
import type { PdfFile } from '#core/pdf/index.ts';
import { fixture, type FixtureName } from '../../fixtures/pdf/index.ts';

const open = (name: FixtureName): Promise<PdfFile> => readPdf(bytesSource(fixture(name)));

describe('one record, written in every kind of structure, reads the same', () => {
  const kinds = [
    'table',
    'crlf',
    'stream',
    'objstm',
    'hybrid',
    'linearized',
    'linearized-objstm',
    'reused-number',
  ] as const;
  test.each(kinds)('%s', async (name) => {
    const file = await open(name);
    expect(await file.pageCount()).toBe(1);
    const page = await file.page(1);
    expect(page.box).toEqual({ llx: 0, lly: 0, urx: 595, ury: 842 });
    expect([page.rotation, page.userUnit]).toEqual([0, 1]);
    expect(page.widthMm).toBeCloseTo(209.9, 1);
    const content = await file.resolve(page.dict.get('Contents'));
    expect(content).toBeInstanceOf(PdfStream);
    expect(new TextDecoder().decode(await file.streamData(content as PdfStream))).toContain('(Record) Tj');
    const info = await file.resolve(file.trailer.get('Info'));
    expect(info).toBeInstanceOf(PdfDict);
    expect(file.revisions).toHaveLength(1);
    expect(file.revisions[0]?.end).toBe(file.size);
  });

  test('the kind of the newest section is told: a hybrid file counts as one with a table', async () => {
    const kindOf = async (name: FixtureName): Promise<string> => (await open(name)).xrefKind;
    expect(await kindOf('table')).toBe('table');
    expect(await kindOf('hybrid')).toBe('table');
    expect(await kindOf('objstm')).toBe('stream');
    expect(await kindOf('linearized')).toBe('table');
    expect(await kindOf('linearized-objstm')).toBe('stream');
  });
});

describe('what must not count', () => {
  test('an object appended without a cross-reference entry is not seen', async () => {
    const page = await (await open('hidden-object')).page(1);
    expect(page.box.urx).toBe(595);
  });

  test('a reference with another generation is null', async () => {
    const file = await open('reused-number');
    expect(await file.resolve(new PdfRef(3, 0))).toBeNull();
    expect(await file.resolve(new PdfRef(3, 3))).toBeInstanceOf(PdfDict);
  });

  test('absent and freed objects are null', async () => {
    const file = await open('two-revisions');
    expect(await file.object(6)).toBeNull();
    expect(await file.object(4711)).toBeNull();
  });
});

describe('revisions', () => {
  test('each has its end, and reads as it was then', async () => {
    const file = await open('two-revisions');
    expect(file.revisions).toHaveLength(2);
    const [first, second] = file.revisions;
    expect(first?.end).toBe(fixture('table').length);
    expect(second?.end).toBe(file.size);
    const before = await file.revisionAt(first?.end ?? 0);
    expect((await before.page(1)).dict.has('Annots')).toBe(false);
    expect((await file.page(1)).dict.has('Annots')).toBe(true);
    expect(before.revisions).toHaveLength(1);
  });

  test('a revision may be asked for with and without the line end behind %%EOF', async () => {
    const file = await open('two-revisions');
    const [first] = file.revisions;
    expect(first?.end).toBe((first?.eof ?? 0) + 1);
    await expect(file.revisionAt(first?.eof ?? 0)).resolves.toBeDefined();
    await expect(file.revisionAt((first?.eof ?? 0) - 3)).rejects.toMatchObject({ code: 'PDF_DAMAGED' });
  });

  test('bytes behind the last %%EOF belong to no revision', async () => {
    const file = await open('hidden-object');
    expect(file.revisions.at(-1)?.end).toBe(fixture('table').length);
    expect(file.size).toBeGreaterThan(fixture('table').length);
  });
});

describe('page tree', () => {
  test('entries are inherited, nearer ones win, boxes may be indirect and corners in any order', async () => {
    const pages = await (await open('nested-tree')).pages();
    expect(pages.map((p) => p.rotation)).toEqual([90, 0, 270]);
    expect(pages.map((p) => p.box)).toEqual([
      { llx: 100, lly: 100, urx: 300, ury: 400 },
      { llx: 0, lly: 0, urx: 200, ury: 250.5 },
      { llx: 0, lly: 0, urx: 700, ury: 500 },
    ]);
    const [turned] = pages;
    expect(turned?.widthMm).toBeCloseTo((300 * 25.4) / 72, 6);
    expect(turned?.heightMm).toBeCloseTo((200 * 25.4) / 72, 6);
  });

  test('a page beyond the last is PDF_PAGE', async () => {
    const file = await open('table');
    await expect(file.page(2)).rejects.toMatchObject({ code: 'PDF_PAGE', params: { page: 2 } });
    await expect(file.page(0)).rejects.toMatchObject({ code: 'PDF_PAGE' });
    await expect(file.page(1.5)).rejects.toMatchObject({ code: 'PDF_PAGE' });
    await expect(file.page(1)).resolves.toBeDefined();
  });

  test('CropBox is cut to the MediaBox, UserUnit counts into the size', async () => {
    const file = await open('pages');
    const cropped = await file.page(13);
    expect(cropped.box).toEqual({ llx: -20, lly: -10, urx: 400, ury: 500 });
    expect(cropped.widthMm).toBeCloseTo((420 * 1.5 * 25.4) / 72, 6);
  });
});

describe('sources', () => {
  test('a read outside the source is refused', async () => {
    const source = bytesSource(new Uint8Array(10));
    await expect(source.read(5, 6)).rejects.toMatchObject({ code: 'PDF_DAMAGED' });
    await expect(source.read(-1, 2)).rejects.toMatchObject({ code: 'PDF_DAMAGED' });
    await expect(frontOf(source, 4).read(3, 2)).rejects.toMatchObject({ code: 'PDF_DAMAGED' });
    expect(await source.read(10, 0)).toHaveLength(0);
  });
});
