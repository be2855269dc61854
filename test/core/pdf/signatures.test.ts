import { describe, expect, test } from 'vitest';
import { bytesSource, readPdf } from '#core/pdf/index.ts';
import type { EmbeddedSignature } from '#core/pdf/index.ts';
import { PdfBuilder, PLAIN_TRAILER, plainObjects, tableDocument } from '../../fixtures/pdf/build.ts';
import { fixture } from '../../fixtures/pdf/index.ts';

const form = plainObjects('/Annots[8 0 R]', '/AcroForm<</Fields[8 0 R]/SigFlags 3>>');
const field = '<</FT/Sig/T(S)/Type/Annot/Subtype/Widget/Rect[0 0 0 0]/P 3 0 R/F 132/V 9 0 R>>';
const usual = '/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached';

async function only(dictionary: string): Promise<{ bytes: Uint8Array; signature: EmbeddedSignature }> {
  const bytes = tableDocument({ ...form, 8: field, 9: dictionary, 10: '<0102>', 11: '[0 1 2 3]' }, PLAIN_TRAILER);
  const signatures = await (await readPdf(bytesSource(bytes))).signatures();
  const [signature] = signatures;
  if (signature === undefined || signatures.length !== 1) throw new Error('one signature expected');
  return { bytes, signature };
}
const textAt = (bytes: Uint8Array, span: readonly [number, number] | undefined): string =>
  span === undefined ? '' : Buffer.from(bytes.subarray(...span)).toString('latin1');

describe('where /Contents stands', () => {
  test('decoys before it, in strings, comments, names and inner dictionaries, are not taken for it', async () => {
    const { bytes, signature } = await only(
      `<</Type/Sig${usual}/Reason(/Contents<dead>)% /Contents<dead>\n/X<</Contents<dead>>>/ByteRange[0 1 2 3]/Contents % <dead>\n <00 01>>>`,
    );
    expect(textAt(bytes, signature.contentsSpan)).toBe('<00 01>');
    expect([...signature.contents]).toEqual([0, 1]);
    expect(signature.irregularities).toEqual([]);
  });

  test('the object offset is the one of the cross-reference', async () => {
    const { bytes, signature } = await only(`<</Type/Sig${usual}/ByteRange[0 1 2 3]/Contents<00>>>`);
    expect(signature.objectNumber).toBe(9);
    expect(textAt(bytes, [signature.objectOffset, signature.objectOffset + 7])).toBe('9 0 obj');
  });

  test('in an object stream it cannot be located, and that is irregular', async () => {
    const builder = new PdfBuilder();
    const places = builder.objects({ ...form, 8: field });
    const packed = builder.objectStream(10, { 9: `<</Type/Sig${usual}/ByteRange[0 1 2 3]/Contents<00>>>` });
    const bytes = builder.end(builder.stream(11, [...places, ...packed], `/Size 12${PLAIN_TRAILER}`));
    const [signature] = await (await readPdf(bytesSource(bytes))).signatures();
    expect(signature?.contentsSpan).toBeUndefined();
    expect(signature?.irregularities).toEqual([expect.stringContaining('object stream')]);
  });
});

describe('irregular signature dictionaries are told of', () => {
  test.each([
    ['/Contents twice', `${usual}/ByteRange[0 1 2 3]/Contents<00>/Contents<01>`, 'stands twice'],
    ['/ByteRange twice', `${usual}/ByteRange[0 1 2 3]/ByteRange[0 1 2 4]/Contents<00>`, 'stands twice'],
    ['/ByteRange missing', `${usual}/Contents<00>`, '/ByteRange is missing'],
    ['/Contents missing', `${usual}/ByteRange[0 1 2 3]`, '/Contents is missing'],
    ['/Contents indirect', `${usual}/ByteRange[0 1 2 3]/Contents 10 0 R`, '/Contents is indirect'],
    ['/ByteRange indirect', `${usual}/ByteRange 11 0 R/Contents<00>`, '/ByteRange is indirect'],
    ['/Contents in parentheses', `${usual}/ByteRange[0 1 2 3]/Contents(a)`, 'not written in hexadecimal'],
    ['negative offsets', `${usual}/ByteRange[0 1 -2 3]/Contents<00>`, 'something else than offsets'],
    ['/Contents null', `${usual}/ByteRange[0 1 2 3]/Contents null`, 'no string'],
    ['another type', `/Type/Annot${usual}/ByteRange[0 1 2 3]/Contents<00>`, '/Type is neither'],
    ['no SubFilter', '/Filter/X/ByteRange[0 1 2 3]/Contents<00>', '/SubFilter is missing'],
  ])('%s', async (_, entries, expected) => {
    const { signature } = await only(`<<${entries}>>`);
    expect(signature.irregularities).toContainEqual(expect.stringContaining(expected));
  });
});

describe('permissions', () => {
  test.each([1, 2, 3] as const)('certification P%i', async (permission) => {
    const file = await readPdf(bytesSource(fixture(`certified-p${permission}`)));
    expect(await file.docMdp()).toBe(permission);
    expect((await file.signatures())[0]?.docMdp).toBe(permission);
  });

  test('without any it is undefined', async () => {
    expect(await (await readPdf(bytesSource(fixture('table')))).docMdp()).toBeUndefined();
  });

  test('a certification that is not a number counts as the strictest, an absent /P as 2', async () => {
    const certified = (p: string): Promise<1 | 2 | 3 | undefined> =>
      only(
        `<</Type/Sig${usual}/ByteRange[0 1 2 3]/Contents<00>/Reference[<</TransformMethod/DocMDP/TransformParams<<${p}>>>>]>>`,
      ).then(async ({ bytes }) => (await readPdf(bytesSource(bytes))).docMdp());
    expect(await certified('/P/none')).toBe(1);
    expect(await certified('/P 7')).toBe(1);
    expect(await certified('')).toBe(2);
  });

  test('the lock of a signed field counts, that of an empty one does not', async () => {
    const locked = (value: string): Uint8Array =>
      tableDocument({
        ...form,
        8: `<</FT/Sig/T(S)/Rect[0 0 0 0]/P 3 0 R${value}/Lock<</Action/All/P 1>>>>`,
        9: `<</Type/Sig${usual}/ByteRange[0 1 2 3]/Contents<00>>>`,
      });
    const of = async (bytes: Uint8Array): Promise<1 | 2 | 3 | undefined> =>
      (await readPdf(bytesSource(bytes))).docMdp();
    expect(await of(locked('/V 9 0 R'))).toBe(1);
    expect(await of(locked(''))).toBeUndefined();
  });
});
