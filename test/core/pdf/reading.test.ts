import { describe, expect, test } from 'vitest';
import { bytesSource, frontOf, PdfDict, PdfRef, PdfStream, readPdf } from '#core/pdf/index.ts';
import type { PdfFile } from '#core/pdf/index.ts';
import { PdfBuilder, PLAIN_TRAILER, plainObjects, tableDocument, type Objects } from '../../fixtures/pdf/build.ts';
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

describe('objects that wait for each other end in an error, not in a hang', () => {
  const data = Buffer.from('x');
  const withPage = (extra: Objects): Objects => ({ ...plainObjects(), ...extra });

  test('two streams that are each other’s length', async () => {
    const made = tableDocument(withPage({ 8: { dict: '', data }, 9: { dict: '', data } }));
    const builder = new PdfBuilder(made);
    const places = [8, 9].map((num) => {
      const at = builder.size;
      builder.raw(`${num} 0 obj\n<</Length ${17 - num} 0 R>>\nstream\nx\nendstream\nendobj\n`);
      return { num, offset: at };
    });
    const previous = (await readPdf(bytesSource(made))).revisions[0]?.startXref;
    const file = await readPdf(bytesSource(builder.end(builder.table(places, `/Size 10/Root 1 0 R/Prev ${previous}`))));
    await expect(file.object(8)).rejects.toMatchObject({ code: 'PDF_DAMAGED' });
  });

  test.each(['/Type/ObjStm', ''])('an object stream (%s) whose length is packed in itself', async (type) => {
    const builder = new PdfBuilder();
    const places = builder.objects(plainObjects());
    const at = builder.size;
    builder.raw(`7 0 obj\n<<${type}/N 1/First 4/Length 8 0 R>>\nstream\n8 0 6\nendstream\nendobj\n`);
    const rows = [...places, { num: 7, offset: at }, { num: 8, offset: 0, container: 7 }];
    const file = await readPdf(bytesSource(builder.end(builder.stream(9, rows, `/Size 10${PLAIN_TRAILER}`))));
    await expect(file.object(7)).rejects.toMatchObject({ code: 'PDF_DAMAGED' });
    await expect(file.object(8)).rejects.toMatchObject({ code: 'PDF_DAMAGED' });
  });

  test('an object stream whose filter is packed in itself', async () => {
    const builder = new PdfBuilder();
    const places = builder.objects(plainObjects());
    places.push(builder.object(7, { dict: '/Type/ObjStm/N 1/First 4/Filter 8 0 R', data: Buffer.from('8 0 /Fl') }));
    const rows = [...places, { num: 8, offset: 0, container: 7 }];
    const file = await readPdf(bytesSource(builder.end(builder.stream(9, rows, `/Size 10${PLAIN_TRAILER}`))));
    await expect(file.object(8)).rejects.toMatchObject({ code: 'PDF_DAMAGED' });
  });

  test('an honest length in an object of its own, plain or packed', async () => {
    const builder = new PdfBuilder();
    const { 4: content, ...rest } = plainObjects();
    void content;
    const places = builder.objects({ ...rest, 7: '1' });
    const four = builder.size;
    builder.raw('4 0 obj\n<</Length 7 0 R>>\nstream\nx\nendstream\nendobj\n');
    const nine = builder.size;
    builder.raw('9 0 obj\n<</Length 10 0 R>>\nstream\nxyz\nendstream\nendobj\n');
    const packed = builder.objectStream(11, { 10: '3' });
    const rows = [...places, { num: 4, offset: four }, { num: 9, offset: nine }, ...packed];
    const file = await readPdf(bytesSource(builder.end(builder.stream(12, rows, `/Size 13${PLAIN_TRAILER}`))));
    expect(await file.streamData((await file.object(4)) as PdfStream)).toHaveLength(1);
    expect(await file.streamData((await file.object(9)) as PdfStream)).toHaveLength(3);
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
