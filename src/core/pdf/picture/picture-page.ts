/** A picture as a PDF of one page: for readers of pages that know no pictures of our own, such as the report. */
import { bytesSource } from '../source.ts';
import { POINTS_PER_MM } from '../geometry.ts';
import { Increment } from '../increment.ts';
import { readPdf } from '../document.ts';
import { dict, name } from '../objects.ts';
import { ascii, concat } from '../serialize.ts';
import type { Picture } from '../types.ts';
import { pictureObject, readPicture } from './read.ts';

const HEAD = '%PDF-1.7\n';
const CATALOG = '1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n';
const TREE = '2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n';

/** The empty document that the picture is appended to; its page is put in whole by the increment. */
function emptyDocument(): Uint8Array {
  const page = '3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 1 1]>>\nendobj\n';
  const body = HEAD + CATALOG + TREE + page;
  const offsets = [HEAD.length, HEAD.length + CATALOG.length, body.length - page.length];
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  return ascii(
    `${body}xref\n0 4\n0000000000 65535 f \n${rows}trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n${body.length}\n%%EOF\n`,
  );
}

/**
 * The picture fills the page, which is as large as it is said to be.
 * @throws PDF_IMAGE, PDF_IMAGE_UNSUPPORTED, PDF_IMAGE_LIMIT
 */
export async function picturePage(
  picture: Picture,
  { widthMm, heightMm }: { readonly widthMm: number; readonly heightMm: number },
): Promise<Uint8Array> {
  const [width, height] = [widthMm, heightMm].map((mm) => Math.round(mm * POINTS_PER_MM * 100) / 100) as [
    number,
    number,
  ];
  const empty = emptyDocument();
  const file = await readPdf(bytesSource(empty));
  const increment = new Increment(file);
  const drawn = pictureObject(increment, readPicture(picture));
  const content = increment.addStream(dict({}), ascii(`q ${width} 0 0 ${height} 0 0 cm /P Do Q`));
  const { ref, dict: blank } = await file.page(1);
  increment.put(
    ref,
    blank.with({
      MediaBox: [0, 0, width, height],
      Contents: content,
      Resources: dict({ XObject: dict({ P: drawn }) }),
      Group: dict({ S: name('Transparency'), CS: name('DeviceRGB') }),
    }),
  );
  const { bytes } = await increment.finish();
  return concat([empty, bytes]);
}
