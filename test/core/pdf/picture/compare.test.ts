/** Whether an appearance shows a given picture. */
import { describe, expect, it } from 'vitest';
import { bytesSource, PdfDict, PdfStream, prepareSignature, readPdf, showsPicture } from '#core/pdf/index.ts';
import type { PdfFile, Picture, SignatureAppearance } from '#core/pdf/index.ts';
import { drawPng, testCard, testSeal } from '../../../fixtures/pdf/test-card.ts';
import { craftedRecord, joined } from '../../verify/attacks/crafted.ts';

const png = (data: Uint8Array): Picture => ({ format: 'PNG', data });

async function shown(appearance: SignatureAppearance): Promise<{ file: PdfFile; form: PdfStream }> {
  const record = craftedRecord();
  const prepared = await prepareSignature(await readPdf(bytesSource(record)), {
    subFilter: 'ETSI.CAdES.detached',
    claimedTime: new Date(),
    contentsSize: 100,
    placement: { page: 1, x: 20, y: 20, width: 40, height: 20 },
    appearance,
  });
  const file = await readPdf(bytesSource(joined(record, prepared.increment)));
  const [field] = await file.signatureFields();
  const looks = await file.resolve(field?.dict.get('AP'));
  const form = looks instanceof PdfDict ? await file.resolve(looks.get('N')) : null;
  if (!(form instanceof PdfStream)) throw new Error('no appearance');
  return { file, form };
}

const compared = async (appearance: SignatureAppearance, picture: Picture) => {
  const { file, form } = await shown(appearance);
  return showsPicture(file, form, picture);
};

describe('a picture in an appearance', () => {
  it('is known again by its samples', async () => {
    expect(await compared({ picture: png(testCard()) }, png(testCard()))).toBe('same');
    expect(await compared({ picture: png(testSeal(120)), trueToSize: true }, png(testSeal(120)))).toBe('same');
  });

  it('of another is told', async () => {
    expect(await compared({ picture: png(testCard()) }, png(testSeal(120)))).toBe('different');
    const black = drawPng(80, 40, () => [0, 0, 0]);
    expect(await compared({ picture: png(black) }, png(testCard()))).toBe('different');
  });

  it('in another resolution, or with a few pixels changed, is left open', async () => {
    expect(await compared({ picture: png(testSeal(240)) }, png(testSeal(120)))).toBe('unknown');
    const dotted = drawPng(80, 40, (x, y) =>
      x < 0.02 && y < 0.02 ? [0, 0, 0] : y >= 0.75 ? [0, 255, 0] : x < 0.5 ? [255, 0, 0] : [0, 0, 255],
    );
    expect(await compared({ picture: png(dotted) }, png(testCard()))).toBe('unknown');
  });

  it('that is vector, or that cannot be read, is left open', async () => {
    const svg = new TextEncoder().encode(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>',
    );
    expect(await compared({ picture: { format: 'SVG', data: svg } }, png(testCard()))).toBe('unknown');
    expect(await compared({ picture: png(testCard()) }, { format: 'SVG', data: svg })).toBe('unknown');
    expect(await compared({ picture: png(testCard()) }, png(new Uint8Array(9)))).toBe('unknown');
    expect(await compared({}, png(testCard()))).toBe('unknown');
  });
});
