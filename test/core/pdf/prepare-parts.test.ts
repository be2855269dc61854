/** What one signature may bring beside its field: copies of its picture, strips, certification, locks; and what earlier ones forbid. */
import { describe, expect, test } from 'vitest';
import type { PdfString } from '#core/pdf/index.ts';
import {
  addSignatureFields,
  bytesSource,
  isArray,
  PdfDict,
  PdfName,
  PdfRef,
  PdfStream,
  prepareSignature,
  readPdf,
  SEAL_COPY_FLAGS,
  sealCopyName,
  signatureFieldStates,
  textOf,
  type PdfFile,
  type SignatureFieldRequest,
} from '#core/pdf/index.ts';
import { fixture, type FixtureName } from '../../fixtures/pdf/index.ts';
import { testCard } from '../../fixtures/pdf/test-card.ts';

const request: SignatureFieldRequest = {
  subFilter: 'ETSI.CAdES.detached',
  claimedTime: new Date('2026-11-22T08:30:00Z'),
  contentsSize: 100,
};
const place = { page: 1, x: 20, y: 30, width: 40, height: 20 };
const appearance = { image: testCard() };

type Source = FixtureName | Uint8Array;
const bytesOf = (source: Source): Uint8Array => (typeof source === 'string' ? fixture(source) : source);

async function prepare(
  source: Source,
  change: Partial<SignatureFieldRequest>,
): Promise<PdfFile & { bytes: Uint8Array }> {
  const original = bytesOf(source);
  const { increment } = await prepareSignature(await readPdf(bytesSource(original)), { ...request, ...change });
  const bytes = new Uint8Array([...original, ...increment]);
  return Object.assign(await readPdf(bytesSource(bytes)), { bytes });
}
async function withFields(source: Source, ...fields: Parameters<typeof addSignatureFields>[1]): Promise<Uint8Array> {
  const original = bytesOf(source);
  const increment = await addSignatureFields(await readPdf(bytesSource(original)), fields);
  return new Uint8Array([...original, ...increment]);
}
async function annotationsOn(file: PdfFile, page: number): Promise<PdfDict[]> {
  const list = await file.resolve((await file.page(page)).dict.get('Annots'));
  const found: PdfDict[] = [];
  for (const item of isArray(list) ? list : []) {
    const dict = await file.resolve(item);
    if (dict instanceof PdfDict) found.push(dict);
  }
  return found;
}
async function at(file: PdfFile, from: PdfDict, ...keys: string[]) {
  let value: unknown = from;
  for (const key of keys) {
    const holder = value instanceof PdfStream ? value.dict : value;
    if (!(holder instanceof PdfDict)) return undefined;
    value = await file.resolve(holder.get(key));
  }
  return value;
}

describe('copies', () => {
  test('are locked, printing Stamp annotations of the same revision that name the field', async () => {
    const copies = [
      { place: { ...place, page: 1, y: 100 } },
      { place: { ...place, page: 3 } },
      { place: { ...place, page: 3, y: 60 } },
    ];
    const file = await prepare('pages', { placement: place, appearance, copies });
    expect(file.revisions).toHaveLength(2);
    expect((await annotationsOn(file, 1)).map((a) => a.name('Subtype'))).toEqual(['Widget', 'Stamp']);
    const stamps = [...(await annotationsOn(file, 1)).slice(1), ...(await annotationsOn(file, 3))];
    expect(stamps.map((s) => textOf(s.get('NM') as PdfString))).toEqual(
      [1, 2, 3].map((n) => sealCopyName('Signature1', n)),
    );
    for (const stamp of stamps) {
      expect([...stamp.keys()].sort()).toEqual(['AP', 'F', 'NM', 'P', 'Rect', 'Subtype', 'Type']);
      expect(stamp.get('F')).toBe(SEAL_COPY_FLAGS);
      expect(stamp.get('F')).toBe(4 + 64 + 128 + 512);
    }
    expect(stamps[1]?.get('P')).toEqual((await file.page(3)).ref);
  });

  test('the pixels are written once, the form once for each size and rotation', async () => {
    const copies = [1, 2, 3, 4].flatMap((page) => [20, 60].map((y) => ({ place: { ...place, page, x: 70, y } })));
    const one = await prepare('pages', { placement: place, appearance });
    const many = await prepare('pages', { placement: place, appearance, copies });
    const streams = async (file: PdfFile, subtype: string): Promise<number> => {
      let count = 0;
      for (let num = 1; num < file.objectLimit; num++) {
        const object = await file.object(num);
        if (object instanceof PdfStream && object.dict.name('Subtype') === subtype) count++;
      }
      return count;
    };
    expect(await streams(many, 'Image')).toBe(await streams(one, 'Image'));
    // Pages 1 to 4 are turned by 0, 90, 180, 270.
    expect((await streams(many, 'Form')) - (await streams(one, 'Form'))).toBe(3);
  });

  test('strips: a window on the whole picture', async () => {
    const strip = (i: number) => ({ x: i / 3, y: 0, width: 1 / 3, height: 1 });
    const narrow = { ...place, width: 14 };
    const file = await prepare('pages', {
      placement: narrow,
      part: strip(0),
      appearance,
      copies: [1, 2].map((i) => ({ place: { ...narrow, page: 1 + i }, part: strip(i) })),
    });
    const contents: string[] = [];
    const wholes = new Set<unknown>();
    for (const page of [1, 2, 3]) {
      const [shown] = await annotationsOn(file, page);
      const form = await at(file, shown ?? expect.fail(), 'AP', 'N');
      if (!(form instanceof PdfStream)) expect.fail('no form');
      expect(form.dict.get('BBox')).toEqual([0, 0, 39.685, 56.693]);
      contents.push(Buffer.from(await file.streamData(form)).toString('latin1'));
      const inner = (await at(file, form.dict, 'Resources', 'XObject')) as PdfDict;
      wholes.add((inner.get('Fm0') as PdfRef).num);
    }
    expect(contents.map((c) => c.split(' ').slice(5, 7))).toEqual([
      ['0', '0'],
      ['-39.685', '0'],
      ['-79.37', '0'],
    ]);
    expect(wholes.size).toBe(1);
  });

  test('a copy off its page is refused, and so is one on a page that is not there', async () => {
    const copy = (change: object) => prepare('table', { copies: [{ place: { ...place, ...change } }] });
    await expect(copy({ x: 190 })).rejects.toMatchObject({ code: 'PDF_PLACEMENT' });
    await expect(copy({ page: 9 })).rejects.toMatchObject({ code: 'PDF_PAGE' });
  });

  test('an /Annots array of its own gets both', async () => {
    const copies = [{ place: { ...place, y: 100 } }];
    const file = await prepare('form-indirect', { placement: place, appearance, copies });
    expect((await file.page(1)).dict.get('Annots')).toEqual(new PdfRef(10));
    expect((await annotationsOn(file, 1)).map((a) => a.name('Subtype'))).toEqual(['Widget', 'Widget', 'Stamp']);
  });
});

describe('certification', () => {
  test.each([1, 2, 3] as const)('P%i: reference and /Perms', async (certify) => {
    const file = await prepare('table', { certify });
    const [signature] = await file.signatures();
    expect(signature?.docMdp).toBe(certify);
    expect(await file.docMdp()).toBe(certify);
    const permissions = await file.resolve((await file.catalog()).get('Perms'));
    expect((permissions as PdfDict).get('DocMDP')).toEqual(new PdfRef(signature?.objectNumber ?? 0));
    expect(signature?.references.map((r) => [r.transformMethod, r.params?.get('V')])).toEqual([
      ['DocMDP', new PdfName('1.2')],
    ]);
  });

  test('beside the form in one catalog, and beside other permissions', async () => {
    const file = await prepare('form-direct', { certify: 2, placement: place });
    const catalog = await file.catalog();
    expect([catalog.has('AcroForm'), catalog.has('Perms'), catalog.has('Pages')]).toEqual([true, true, true]);
    expect((await file.fields()).map((f) => f.name)).toEqual(['patient', 'Signature1']);
  });

  test('only as the first signature', async () => {
    const { bytes } = await prepare('table', {});
    await expect(prepare(bytes, { certify: 2 })).rejects.toMatchObject({ code: 'PDF_ALREADY_CERTIFIED' });
    await expect(prepare('certified-p3', { certify: 3 })).rejects.toMatchObject({ code: 'PDF_ALREADY_CERTIFIED' });
    await expect(prepare('table', { certify: 1, subFilter: 'ETSI.RFC3161' })).rejects.toThrow(TypeError);
  });

  test('P1 forbids all but an archive time stamp, P2 copies, P3 neither', async () => {
    const copies = [{ place: { ...place, y: 100 } }];
    await expect(prepare('certified-p1', {})).rejects.toMatchObject({ code: 'PDF_DOCMDP_FORBIDS' });
    expect(await (await prepare('certified-p1', { subFilter: 'ETSI.RFC3161' })).signatures()).toHaveLength(2);
    await expect(prepare('certified-p2', { placement: place, copies })).rejects.toMatchObject({
      code: 'PDF_COPIES_FORBIDDEN',
    });
    expect(await (await prepare('certified-p2', {})).signatures()).toHaveLength(2);
    expect(await (await prepare('certified-p3', { placement: place, copies })).signatures()).toHaveLength(2);
  });
});

describe('locks', () => {
  const lock = { action: 'Include', fields: ['patient', '护士'] } as const;

  test('of a new field: /Lock and the FieldMDP reference say the same', async () => {
    const file = await prepare('form-direct', { lock, certify: 2 });
    const [signature] = await file.signatures();
    expect(signature?.references.map((r) => r.transformMethod)).toEqual(['DocMDP', 'FieldMDP']);
    const field = (await file.signatureFields())[0]?.dict.get('Lock') as PdfDict;
    for (const dict of [field, signature?.references[1]?.params]) {
      expect(dict?.get('Action')).toEqual(new PdfName('Include'));
      expect((dict?.get('Fields') as PdfString[]).map(textOf)).toEqual(['patient', '护士']);
    }
    expect(field.name('Type')).toBe('SigFieldLock');
  });

  test('an existing field brings its own, which counts', async () => {
    const file = await prepare('empty-fields', { fieldName: 'Doctor' });
    expect((await file.signatures())[0]?.references[0]?.params?.get('Action')).toEqual(new PdfName('Include'));
    await expect(prepare('empty-fields', { fieldName: 'Doctor', lock })).rejects.toMatchObject({ code: 'PDF_FIELD' });
  });

  test.each([
    ['All', undefined, 'Nurse', true],
    ['Include', ['Nurse'], 'Nurse', true],
    ['Include', ['Nurse'], 'Patient', false],
    ['Exclude', ['Nurse'], 'Nurse', false],
    ['Exclude', ['Nurse'], 'Patient', true],
  ] as const)('%s %j: signing %s afterwards is refused: %s', async (action, fields, next, refused) => {
    const box = { page: 1, x: 20, y: 30, width: 40, height: 10 };
    const paper = await withFields(
      'table',
      { name: 'Nurse', placement: box },
      { name: 'Patient', placement: { ...box, y: 60 } },
    );
    const { bytes } = await prepare(paper, { lock: { action, ...(fields === undefined ? {} : { fields }) } });
    const attempt = prepare(bytes, { fieldName: next });
    if (refused)
      await expect(attempt).rejects.toMatchObject({
        code: 'PDF_FIELD_LOCKED',
        params: { field: next, by: 'Signature1' },
      });
    else expect(await (await attempt).signatures()).toHaveLength(2);
  });

  test('a lock of a field and all below it', async () => {
    const { bytes } = await prepare('empty-fields', { lock: { action: 'Include', fields: ['ward'] } });
    await expect(prepare(bytes, { fieldName: 'ward.Nurse' })).rejects.toMatchObject({ code: 'PDF_FIELD_LOCKED' });
    expect(await (await prepare(bytes, { fieldName: 'Doctor' })).signatures()).toHaveLength(2);
  });
});

describe('fields made before the first signature', () => {
  const box = { page: 1, x: 20, y: 30, width: 40, height: 15 };
  const six = ['医师', '上级医师', '科主任', '护士', '患者', '医院'].map((name, i) => ({
    name,
    placement: { ...box, page: 1 + (i % 4), y: 20 + 25 * i },
  }));

  test('six in one increment, on turned pages too, listed with their places, empty and printing', async () => {
    const file = await readPdf(bytesSource(await withFields('pages', ...six)));
    expect(file.revisions).toHaveLength(2);
    const states = await signatureFieldStates(file);
    expect(states.map((s) => [s.name, s.signed])).toEqual(six.map((f) => [f.name, false]));
    for (const [i, { placement }] of states.entries())
      for (const key of ['page', 'x', 'y', 'width', 'height'] as const)
        expect(placement?.[key]).toBeCloseTo(six[i]?.placement[key] ?? NaN, 2);
    const fields = await file.signatureFields();
    expect(fields.every(({ dict }) => dict.get('F') === 4 && !dict.has('V') && dict.has('AP'))).toBe(true);
    const form = await file.resolve((await file.catalog()).get('AcroForm'));
    expect((form as PdfDict).get('SigFlags')).toBe(1);
  });

  test('a lock that the signature then takes over', async () => {
    const paper = await withFields('table', { name: '医院', placement: box, lock: { action: 'All' } });
    const file = await prepare(paper, { fieldName: '医院' });
    expect((await file.signatures())[0]?.references[0]?.params?.get('Action')).toEqual(new PdfName('All'));
    await expect(prepare(file.bytes, {})).rejects.toMatchObject({ code: 'PDF_FIELD_LOCKED' });
  });

  test('refused: names, places, documents that somebody has signed', async () => {
    const add = (source: Source, ...fields: Parameters<typeof addSignatureFields>[1]) => withFields(source, ...fields);
    const one = { name: 'a', placement: box };
    await expect(add('table', one, one)).rejects.toMatchObject({ code: 'PDF_FIELD' });
    await expect(add('form-direct', { ...one, name: 'patient' })).rejects.toMatchObject({ code: 'PDF_FIELD' });
    await expect(add('table', { ...one, name: '' })).rejects.toMatchObject({ code: 'PDF_FIELD' });
    await expect(add('table', { ...one, placement: { ...box, x: 200 } })).rejects.toMatchObject({
      code: 'PDF_PLACEMENT',
    });
    for (const p of ['certified-p1', 'certified-p2', 'certified-p3'] as const)
      await expect(add(p, one)).rejects.toMatchObject({ code: 'PDF_FIELDS_FORBIDDEN' });
    const { bytes } = await prepare('table', {});
    await expect(add(bytes, one)).rejects.toMatchObject({
      code: 'PDF_FIELDS_FORBIDDEN',
      detail: 'signed in Signature1',
    });
    await expect(add('table')).rejects.toThrow(TypeError);
  });
});
