import { beforeAll, describe, expect, it } from 'vitest';
import { PdfDict, PdfRef } from '#core/pdf/index.ts';
import { makeRecord } from '../../signing/material.ts';
import {
  append,
  fromLatin1,
  judge,
  lastSignature,
  latin1,
  makeSample,
  objectText,
  open,
  reasons,
  type Sample,
  type Update,
} from './forge.ts';

/** Numbers that an attacker reads off the file first. */
interface Anatomy {
  readonly bytes: Uint8Array;
  readonly catalog: number;
  readonly page: number;
  readonly secondPage: number;
  readonly content: number;
  readonly info: number;
  readonly field: number;
  readonly signature: number;
  readonly appearance: number | undefined;
  /** First free object number. */
  readonly next: number;
  text(num: number): Promise<string>;
}

const numberOf = (value: unknown): number => (value instanceof PdfRef ? value.num : 0);

async function anatomyOf(bytes: Uint8Array): Promise<Anatomy> {
  const file = await open(bytes);
  const [page, second] = await file.pages();
  const [field] = await file.signatureFields();
  const contents = page?.dict.get('Contents');
  const ap = await file.resolve(field?.dict.get('AP'));
  return {
    bytes,
    catalog: numberOf(file.trailer.get('Root')),
    page: page?.ref.num ?? 0,
    secondPage: second?.ref.num ?? 0,
    content: numberOf(Array.isArray(contents) ? contents[0] : contents),
    info: numberOf(file.trailer.get('Info')),
    field: field?.ref?.num ?? 0,
    signature: numberOf(field?.value),
    appearance: ap instanceof PdfDict ? numberOf(ap.get('N')) || undefined : undefined,
    next: file.objectLimit,
    text: (num) => objectText(bytes, num),
  };
}

const stream = (data: string, entries = ''): string =>
  `<< ${entries}/Length ${data.length} >>\nstream\n${data}\nendstream`;
const into = (dictionary: string, entries: string): string => dictionary.replace(/>>$/, `${entries}>>`);
const drawing = 'BT /F1 20 Tf 60 700 Td (50 mg) Tj ET';

/** Each attack by its name; the code is the reason that the judge must give. */
const attacks: readonly (readonly [name: string, code: string, update: (a: Anatomy) => Promise<Update> | Update])[] = [
  ['the content of a page is replaced', 'CHANGED_PAGE_CONTENT', (a) => ({ objects: { [a.content]: stream(drawing) } })],
  [
    'a page points to other content',
    'CHANGED_PAGE_CONTENT',
    async (a) => ({
      objects: {
        [a.page]: (await a.text(a.page)).replace(/\/Contents\s*(\[[^\]]*\]|\d+ 0 R)/, `/Contents ${a.next} 0 R`),
        [a.next]: stream(drawing),
      },
    }),
  ],
  [
    'a page gets another size',
    'CHANGED_PAGE',
    async (a) => ({ objects: { [a.page]: into(await a.text(a.page), '/CropBox [0 0 200 200]') } }),
  ],
  [
    'a page is turned',
    'CHANGED_PAGE',
    async (a) => ({ objects: { [a.page]: into(await a.text(a.page), '/Rotate 180') } }),
  ],
  [
    'an annotation lies over the text',
    'CHANGED_ANNOTATION',
    async (a) => ({
      objects: {
        [a.secondPage]: into(
          (await a.text(a.secondPage)).replace(/\/Annots\s*\[[^\]]*\]/, ''),
          `/Annots [${a.next} 0 R]`,
        ),
        [a.next]: `<< /Type /Annot /Subtype /FreeText /Rect [50 740 300 790] /Contents (50 mg) /AP << /N ${a.next + 1} 0 R >> >>`,
        [a.next + 1]: stream('1 1 1 rg 0 0 250 50 re f', '/Type /XObject /Subtype /Form /BBox [0 0 250 50] '),
      },
    }),
  ],
  [
    'a text field is added to form and page',
    'CHANGED_FIELD',
    async (a) => ({
      objects: {
        ...(await withField(a, a.next)),
        [a.next]: '<< /Type /Annot /Subtype /Widget /FT /Tx /T (dose) /V (50 mg) /Rect [50 740 300 790] >>',
      },
    }),
  ],
  [
    'an empty signature field with a picture is added and nobody signs',
    'REVISION_NOT_SIGNED',
    async (a) => ({
      objects: {
        ...(await withField(a, a.next)),
        [a.next]: `<< /Type /Annot /Subtype /Widget /FT /Sig /T (later) /F 132 /P ${a.secondPage} 0 R /Rect [50 740 300 790] /AP << /N ${a.next + 1} 0 R >> >>`,
        [a.next + 1]: stream('1 1 1 rg 0 0 250 50 re f', '/Type /XObject /Subtype /Form /BBox [0 0 250 50] '),
      },
    }),
  ],
  [
    'a made-up signature with a picture is added',
    'REVISION_NOT_SIGNED',
    async (a) => ({
      objects: {
        ...(await withField(a, a.next)),
        [a.next]: `<< /Type /Annot /Subtype /Widget /FT /Sig /T (later) /F 132 /P ${a.secondPage} 0 R /Rect [50 740 300 790] /V ${a.next + 1} 0 R >>`,
        [a.next + 1]:
          '<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 10 20 30] /Contents <3000> >>',
      },
    }),
  ],
  [
    'the catalog gets an action that runs on opening',
    'CHANGED_ACTION',
    async (a) => ({
      objects: {
        [a.catalog]: into(await a.text(a.catalog), '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>'),
      },
    }),
  ],
  [
    'the catalog gets layers that hide text',
    'CHANGED_CATALOG',
    async (a) => ({ objects: { [a.catalog]: into(await a.text(a.catalog), '/OCProperties << /OCGs [] /D << >> >>') } }),
  ],
  [
    'another catalog takes over',
    'CHANGED_TRAILER',
    async (a) => ({ root: `/Root ${a.next} 0 R `, objects: { [a.next]: await a.text(a.catalog) } }),
  ],
  [
    'the document information is changed',
    'CHANGED_INFO',
    (a) => ({ objects: { [a.info]: '<< /Title (Another note) >>' } }),
  ],
  [
    'another information dictionary takes over',
    'CHANGED_INFO',
    (a) => ({ info: `/Info ${a.next} 0 R `, objects: { [a.next]: '<< /Title (Another note) >>' } }),
  ],
  [
    'the signature field loses its value',
    '',
    async (a) => ({ objects: { [a.field]: (await a.text(a.field)).replace(/\/V \d+ 0 R/, '') } }),
  ],
  [
    'the signature field moves',
    'CHANGED_SIGNATURE',
    async (a) => ({
      objects: { [a.field]: (await a.text(a.field)).replace(/\/Rect\s*\[[^\]]*\]/, '/Rect [0 0 600 800]') },
    }),
  ],
  [
    'the signature dictionary is rewritten with another reason',
    'BYTE_RANGE_GAP',
    async (a) => ({ objects: { [a.signature]: into(await a.text(a.signature), '/Reason (forged)') } }),
  ],
  ['the last page is taken out of the tree', 'CHANGED_PAGES', async (a) => ({ objects: await withoutLastPage(a) })],
  ['a page object is freed', '', (a) => ({ objects: {}, free: [a.secondPage] })],
  ['the content is freed', 'REMOVED_OBJECT', (a) => ({ objects: {}, free: [a.content] })],
  ['an object that belongs to nothing is added', 'ADDED_OBJECT', (a) => ({ objects: { [a.next]: stream(drawing) } })],
  ['an update without any change is added', 'REVISION_NOT_SIGNED', (a) => ({ objects: {}, free: [a.next] })],
  [
    'the form says that appearances must be made anew',
    'CHANGED_FORM',
    async (a) => formChanged(a, '/NeedAppearances true'),
  ],
  ['the form gets an XFA twin', 'CHANGED_FORM', async (a) => formChanged(a, '/XFA (x)')],
  [
    'a security store smuggles a drawing over the page',
    'CHANGED_PAGE_CONTENT',
    async (a) => ({
      objects: {
        [a.catalog]: into(await a.text(a.catalog), `/DSS << /Certs [${a.content} 0 R] >>`),
        [a.content]: stream(drawing, '/Subtype /Form '),
      },
    }),
  ],
];

async function formOf(a: Anatomy): Promise<{ num: number; text: string; inCatalog: boolean }> {
  const form = /\/AcroForm (\d+) 0 R/.exec(await a.text(a.catalog))?.[1];
  if (form !== undefined) return { num: Number(form), text: await a.text(Number(form)), inCatalog: false };
  const file = await open(a.bytes);
  const { write } = await import('../../../../src/core/pdf/serialize.ts');
  const dict = await file.resolve((await file.catalog()).get('AcroForm'));
  return { num: a.catalog, text: write(dict), inCatalog: true };
}

async function replaceForm(a: Anatomy, text: string): Promise<Record<number, string>> {
  const form = await formOf(a);
  if (!form.inCatalog) return { [form.num]: text };
  return { [a.catalog]: (await a.text(a.catalog)).replace(form.text, () => text) };
}

const formChanged = async (a: Anatomy, entry: string): Promise<Update> => ({
  objects: await replaceForm(a, into((await formOf(a)).text, entry)),
});

/** The form and the second page with one more field. */
async function withField(a: Anatomy, num: number): Promise<Record<number, string>> {
  const fields = (await formOf(a)).text.replace(/\/Fields\s*\[([^\]]*)\]/, `/Fields [$1 ${num} 0 R]`);
  return {
    ...(await replaceForm(a, fields)),
    [a.secondPage]: into((await a.text(a.secondPage)).replace(/\/Annots\s*\[[^\]]*\]/, ''), `/Annots [${num} 0 R]`),
  };
}

async function withoutLastPage(a: Anatomy): Promise<Record<number, string>> {
  const parent = Number(/\/Parent (\d+) 0 R/.exec(await a.text(a.page))?.[1]);
  const text = await a.text(parent);
  return { [parent]: text.replace(` ${a.secondPage} 0 R`, '').replace(/\/Count \d+/, '/Count 1') };
}

describe.each([
  { kind: 'sm2', signatures: 1, xref: 'table', visible: true },
  { kind: 'rsa', signatures: 2, xref: 'table', visible: true },
  { kind: 'ec-p256', signatures: 1, xref: 'stream', visible: false },
] as const)('after signing ($kind, $signatures, $xref)', (order) => {
  let sample: Sample;
  let anatomy: Anatomy;
  beforeAll(async () => {
    sample = await makeSample(order);
    anatomy = await anatomyOf(sample.bytes);
  });

  it('the untouched twin passes', async () => {
    expect(reasons(await judge(sample.bytes, sample.trust))).toEqual([]);
  });

  it.each(attacks)('%s', async (_, code, update) => {
    const changed = await append(sample.bytes, await update(anatomy));
    const report = await judge(changed, sample.trust);
    expect(report.verdict).not.toBe('PASSED');
    if (code !== '') expect(reasons(report)).toContain(code);
    for (const signature of report.signatures) expect(signature.verdict, signature.fieldName).not.toBe('PASSED');
  });
});

describe('prepared before signing', () => {
  it('an object is planted that the page points to but that only comes after signing', async () => {
    const record = await makeRecord();
    const { page, content, text } = await anatomyOf(record);
    // The page's second content stream does not exist yet: readers take it for null.
    const entry = `/Contents [${content} 0 R 99 0 R]`;
    const planted = (await text(page)).replace(/\/Contents\s*(\[[^\]]*\]|\d+ 0 R)/, entry);
    expect(planted).toContain(entry);
    const prepared = await append(record, { objects: { [page]: planted } });
    const sample = await makeSample({ kind: 'ec-p256', signatures: 1, xref: 'table', record: prepared });
    expect((await judge(sample.bytes, sample.trust)).verdict).toBe('PASSED');
    for (const body of [stream(drawing), stream(drawing, '/Type /XRef '), stream(drawing, '/Type /ObjStm ')]) {
      const report = await judge(await append(sample.bytes, { objects: { 99: body } }), sample.trust);
      expect(report.verdict).toBe('FAILED');
      expect(reasons(report)).toContain('PLANTED_OBJECT');
    }
  });
});

describe('ByteRange', () => {
  let sample: Sample;
  beforeAll(async () => {
    sample = await makeSample({ kind: 'ec-p256', signatures: 1, xref: 'table' });
  });

  it.each([
    ['begins after the first byte', (r: number[]) => [1, (r[1] ?? 0) - 1, r[2], r[3]]],
    ['ends before the hole', (r: number[]) => [0, (r[1] ?? 0) - 1, r[2], r[3]]],
    ['leaves out more behind the hole', (r: number[]) => [0, r[1], (r[2] ?? 0) + 1, (r[3] ?? 0) - 1]],
    ['ends before the end', (r: number[]) => [0, r[1], r[2], (r[3] ?? 0) - 1]],
    ['ends behind the end', (r: number[]) => [0, r[1], r[2], (r[3] ?? 0) + 1]],
    ['covers the hole too', (r: number[]) => [0, r[2], r[2], r[3]]],
    ['has a third range', (r: number[]) => [...r, 0, 1]],
    ['has one range only', () => [0, 5]],
    ['is empty', () => []],
    ['has a negative length', (r: number[]) => [0, r[1], r[2], -1]],
  ])('%s', async (_, change) => {
    const { byteRange } = await lastSignature(sample.bytes);
    const text = latin1(sample.bytes);
    const changed = text.replace(/\/ByteRange\s*\[[^\]]*\]/, (whole) =>
      `/ByteRange [${change([...byteRange]).join(' ')}]`.padEnd(whole.length).slice(0, Math.max(whole.length, 0)),
    );
    const report = await judge(fromLatin1(changed), sample.trust);
    expect(report.verdict).not.toBe('PASSED');
  });
});

describe('parts are exchanged between signatures', () => {
  it('contents of two signatures are swapped', async () => {
    const sample = await makeSample({ kind: 'ec-p256', signatures: 2, xref: 'table' });
    const [first, second] = await (await open(sample.bytes)).signatures();
    const [a1, b1] = first?.contentsSpan ?? [0, 0];
    const [a2, b2] = second?.contentsSpan ?? [0, 0];
    const changed = sample.bytes.slice();
    // The holes may differ by the length of a serial number; what is cut off are zeros.
    const length = Math.min(b1 - a1, b2 - a2) - 2;
    changed.set(sample.bytes.subarray(a2 + 1, a2 + 1 + length), a1 + 1);
    changed.set(sample.bytes.subarray(a1 + 1, a1 + 1 + length), a2 + 1);
    const report = await judge(changed, sample.trust);
    expect(report.signatures.map((s) => s.verdict)).toEqual(['FAILED', 'FAILED']);
  });

  it('the contents of another record are put in', async () => {
    const sample = await makeSample({ kind: 'sm2', signatures: 1, xref: 'table' });
    const other = await makeSample({
      kind: 'sm2',
      signatures: 1,
      xref: 'table',
      pki: sample.pki,
      record: await makeRecord({ pages: 3 }),
    });
    const [a, b] = (await lastSignature(sample.bytes)).contentsSpan ?? [0, 0];
    const [c, d] = (await lastSignature(other.bytes)).contentsSpan ?? [0, 0];
    const changed = sample.bytes.slice();
    changed.set(other.bytes.subarray(c + 1, c + Math.min(b - a, d - c) - 1), a + 1);
    expect((await judge(changed, sample.trust)).verdict).toBe('FAILED');
  });
});
