import { describe, expect, test } from 'vitest';
import {
  bytesSource,
  isArray,
  joinedSource,
  PdfDict,
  PdfName,
  PdfRef,
  prepareSignature,
  readPdf,
  textOf,
} from '#core/pdf/index.ts';
import type { PdfFile, PreparedSignature, SignatureFieldRequest, PdfString } from '#core/pdf/index.ts';
import { fixture, refused, signable, type FixtureName } from '../../fixtures/pdf/index.ts';

const request: SignatureFieldRequest = {
  subFilter: 'ETSI.CAdES.detached',
  claimedTime: new Date('2026-11-22T08:30:00Z'),
  contentsSize: 100,
  reason: '病历签署',
  location: 'Ward 3',
  signerName: '王建国',
};
const place = { page: 1, x: 20, y: 30, width: 40, height: 20 };

async function prepare(
  source: FixtureName | Uint8Array,
  change: Partial<SignatureFieldRequest> = {},
): Promise<{ bytes: Uint8Array; prepared: PreparedSignature; file: PdfFile }> {
  const original = typeof source === 'string' ? fixture(source) : source;
  const prepared = await prepareSignature(await readPdf(bytesSource(original)), { ...request, ...change });
  const bytes = new Uint8Array([...original, ...prepared.increment]);
  return { bytes, prepared, file: await readPdf(bytesSource(bytes)) };
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
async function dictOf(file: PdfFile, value: Parameters<PdfFile['resolve']>[0]): Promise<PdfDict> {
  const found = await file.resolve(value);
  if (!(found instanceof PdfDict)) throw new Error('no dictionary');
  return found;
}
const formOf = async (file: PdfFile): Promise<PdfDict> => dictOf(file, (await file.catalog()).get('AcroForm'));

describe('every kind of structure can be signed', () => {
  test.each(signable)('%s', async (name) => {
    const original = fixture(name);
    // Permission 2 lets others sign, but not show a field of their own.
    const shown = name === 'certified-p2' ? undefined : place;
    const { bytes, prepared, file } = await prepare(name, shown === undefined ? {} : { placement: shown });
    const [zero, gap, gapEnd, rest] = prepared.byteRange;
    expect(zero).toBe(0);
    expect(gapEnd + rest).toBe(bytes.length);
    expect(latin1(bytes.subarray(gap, gapEnd))).toBe(`<${'0'.repeat(200)}>`);
    expect(prepared.contentsHexOffset).toBe(gap + 1 - original.length);
    expect(prepared.originalSize).toBe(original.length);

    const signature = (await file.signatures()).find((s) => s.fieldName === prepared.fieldName);
    expect(signature).toMatchObject({
      subFilter: 'ETSI.CAdES.detached',
      byteRange: [...prepared.byteRange],
      contentsSpan: [gap, gapEnd],
      reason: '病历签署',
      location: 'Ward 3',
      signerName: '王建国',
      claimedTime: 'D:20261122083000Z',
      page: 1,
      irregularities: [],
    });
    expect(signature?.contents).toEqual(new Uint8Array(100));
    for (const key of ['x', 'y', 'width', 'height'] as const)
      if (shown === undefined) expect(signature?.placement).toBeUndefined();
      else expect(signature?.placement?.[key]).toBeCloseTo(shown[key], 2);

    const before = await readPdf(bytesSource(original));
    expect(file.xrefKind).toBe(before.xrefKind);
    expect(file.revisions).toHaveLength(before.revisions.length + 1);
    expect(file.trailer.get('Prev')).toBe(before.revisions.at(-1)?.startXref);
    expect(file.trailer.get('Root')).toEqual(before.trailer.get('Root'));
    expect(file.trailer.get('Info')).toEqual(before.trailer.get('Info'));
    expect(file.trailer.get('Size')).toBe(file.objectLimit);
    expect(await file.pageCount()).toBe(await before.pageCount());
  });

  test('the increment starts on a new line only where the file does not end with one', async () => {
    expect((await prepare('no-final-newline')).prepared.increment[0]).toBe(10);
    expect((await prepare('table')).prepared.increment[0]).not.toBe(10);
  });

  test('the identifier: the first half stays, the second one changes', async () => {
    const before = (await readPdf(bytesSource(fixture('table')))).trailer.get('ID');
    const after = (await prepare('table')).file.trailer.get('ID');
    if (!isArray(before) || !isArray(after)) throw new Error('no /ID');
    expect((after[0] as PdfString).bytes).toEqual((before[0] as PdfString).bytes);
    expect((after[1] as PdfString).bytes).not.toEqual((before[1] as PdfString).bytes);
  });

  test('the same request gives the same bytes', async () => {
    expect((await prepare('objstm')).bytes).toEqual((await prepare('objstm')).bytes);
  });

  test('the signature dictionary is an object of its own also where the file packs its objects', async () => {
    const { file } = await prepare('objstm');
    const [signature] = await file.signatures();
    expect(file.xrefEntry(signature?.objectNumber ?? 0)?.kind).toBe('offset');
  });

  test('a second and third signature go behind the first', async () => {
    let bytes = fixture('stream');
    for (const expected of ['Signature1', 'Signature2', 'Signature3']) {
      const { bytes: next, prepared } = await prepare(bytes, { placement: place });
      expect(prepared.fieldName).toBe(expected);
      expect(next.subarray(0, bytes.length)).toEqual(bytes);
      bytes = next;
    }
    const file = await readPdf(bytesSource(bytes));
    expect((await file.signatures()).map((s) => s.fieldName)).toEqual(['Signature1', 'Signature2', 'Signature3']);
    expect(file.revisions).toHaveLength(4);
  });

  test('the page that is signed is the one that the cross-reference shows, not one hidden behind it', async () => {
    const { file } = await prepare('hidden-object', { placement: place });
    expect((await file.page(1)).box).toEqual({ llx: 0, lly: 0, urx: 595, ury: 842 });
  });

  test('the original need not be in one piece with the increment to be read', async () => {
    const original = bytesSource(fixture('table'));
    const { increment } = await prepareSignature(await readPdf(original), request);
    expect(await (await readPdf(joinedSource(original, increment))).signatures()).toHaveLength(1);
  });
});

describe('refused', () => {
  test.each(Object.entries(refused) as [keyof typeof refused, string][])('%s: %s', async (name, code) => {
    const attempt = prepare(name);
    await expect(attempt).rejects.toMatchObject({ code });
    if (code === 'PDF_DAMAGED' || code === 'PDF_LIMIT')
      await expect(attempt).rejects.toMatchObject({
        detail: expect.stringMatching(/.+/),
        params: { where: expect.stringMatching(/.+/) },
      });
  });

  test('a place that is not on the page', async () => {
    for (const bad of [
      { ...place, x: 180 },
      { ...place, y: -1 },
      { ...place, width: 0 },
      { ...place, height: NaN },
    ])
      await expect(prepare('table', { placement: bad })).rejects.toMatchObject({
        code: 'PDF_PLACEMENT',
        params: { page: 1 },
      });
    await expect(prepare('table', { placement: { ...place, page: 2 } })).rejects.toMatchObject({ code: 'PDF_PAGE' });
  });

  test('field names that are taken or cannot be', async () => {
    await expect(prepare('form-direct', { fieldName: 'patient' })).rejects.toMatchObject({ code: 'PDF_FIELD' });
    await expect(prepare('certified-p2', { fieldName: 'Certification' })).rejects.toMatchObject({ code: 'PDF_FIELD' });
    await expect(prepare('table', { fieldName: 'a.b' })).rejects.toMatchObject({ code: 'PDF_FIELD' });
  });
});

describe('the form that is there is kept', () => {
  test('AcroForm directly in the catalog', async () => {
    const { file } = await prepare('form-direct');
    const form = await formOf(file);
    expect(form.get('Fields')).toEqual([new PdfRef(8), expect.any(PdfRef)]);
    expect(form.get('SigFlags')).toBe(3);
    expect(form.get('NeedAppearances')).toBe(false);
    expect(textOf(form.get('DA') as PdfString)).toBe('/Helv 0 Tf 0 g');
    expect((await file.fields()).map((f) => f.name)).toEqual(['patient', 'Signature1']);
  });

  test('AcroForm, Fields and Annots as objects of their own: only they are rewritten', async () => {
    const original = await readPdf(bytesSource(fixture('form-indirect')));
    const { file } = await prepare('form-indirect');
    expect((await file.catalog()).get('AcroForm')).toEqual(new PdfRef(7));
    expect((await formOf(file)).get('Fields')).toEqual(new PdfRef(9));
    expect(await file.object(9)).toEqual([new PdfRef(8), expect.any(PdfRef)]);
    expect(await file.object(10)).toEqual([new PdfRef(8), expect.any(PdfRef)]);
    for (const untouched of [1, 3]) expect(file.xrefEntry(untouched)).toEqual(original.xrefEntry(untouched));
  });

  test('the widget: merged, printed, locked, on its page', async () => {
    const { file } = await prepare('table', { placement: place });
    const [field] = await file.signatureFields();
    expect(field?.dict.get('F')).toBe(132);
    expect(field?.dict.get('P')).toEqual((await file.page(1)).ref);
    expect(field?.dict.get('Subtype')).toEqual(new PdfName('Widget'));
    expect((await file.page(1)).dict.get('Annots')).toEqual([field?.ref]);
  });

  test('an invisible field has no area and no appearance', async () => {
    const { file, prepared } = await prepare('table');
    const [field] = await file.signatureFields();
    expect(field?.dict.get('Rect')).toEqual([0, 0, 0, 0]);
    expect(field?.dict.has('AP')).toBe(false);
    expect(prepared.placement).toBeUndefined();
  });
});

describe('an empty field of the document is filled', () => {
  test('merged with its widget; its lock becomes a FieldMDP reference', async () => {
    const { file, prepared } = await prepare('empty-fields', { fieldName: 'Doctor' });
    expect(prepared.placement?.page).toBe(1);
    expect(prepared.placement?.width).toBeCloseTo((200 * 25.4) / 72, 6);
    const field = (await file.fields()).find((f) => f.name === 'Doctor');
    expect(field?.ref).toEqual(new PdfRef(8));
    const [signature] = await file.signatures();
    expect(signature?.references).toHaveLength(1);
    expect(signature?.references[0]?.transformMethod).toBe('FieldMDP');
    expect(signature?.references[0]?.params?.get('Action')).toEqual(new PdfName('Include'));
    expect((await file.page(1)).dict.get('Annots')).toHaveLength(3);
  });

  test('below a parent, its widget a kid without /P: found through the page', async () => {
    const { file } = await prepare('empty-fields', { fieldName: 'ward.Nurse' });
    const [signature] = await file.signatures();
    expect(signature?.fieldName).toBe('ward.Nurse');
    expect(signature?.placement?.width).toBeCloseTo((200 * 25.4) / 72, 6);
    expect((await dictOf(file, new PdfRef(11))).has('AP')).toBe(true);
    expect((await dictOf(file, new PdfRef(10))).has('V')).toBe(true);
  });

  test('whose seed value wants another format is refused, and filled with that format', async () => {
    await expect(prepare('empty-fields', { fieldName: 'Stamped' })).rejects.toMatchObject({ code: 'PDF_FIELD' });
    const { file } = await prepare('empty-fields', { fieldName: 'Stamped', subFilter: 'ETSI.RFC3161' });
    const [stamp] = await file.signatures();
    expect(stamp?.dict.name('Type')).toBe('DocTimeStamp');
    expect(stamp?.claimedTime).toBeUndefined();
  });
});
