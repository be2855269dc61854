/**
 * What a document must fulfil before it is signed. A reader that finds one wrong offset rebuilds its table by searching the whole
 * file, and then also finds objects that the cross-reference leaves out: the reader and the signer would see two documents.
 */
import { damaged } from './failures.ts';
import { isArray, isCount } from './objects.ts';
import { PdfParser } from './parser.ts';
import type { PdfFile } from './types.ts';

/** Bytes read for one header: far more than `num gen obj` needs, should there be more than one space in it. */
const HEADER = 64;
/** Headers closer than this are read in one piece. */
const NEAR = 64 << 10;
const PIECE = 1 << 20;

/**
 * @throws PDF_DAMAGED when an object in use is not where the cross-reference says or its number is beyond /Size, when a content stream is
 * longer or shorter than it says, or when the page tree is broken
 */
export async function checkSoundness(file: PdfFile): Promise<void> {
  await checkPlaces(file);
  await checkContents(file);
}

/**
 * Content streams must end where their /Length says: readers that find no `endstream` there look for one, each in its own way, and show
 * another page than those who believe the length.
 */
async function checkContents(file: PdfFile): Promise<void> {
  for (const page of await file.pages()) {
    const contents = await file.resolve(page.dict.get('Contents'));
    for (const item of isArray(contents) ? contents : []) await file.resolve(item);
  }
}

async function checkPlaces(file: PdfFile): Promise<void> {
  const size = file.trailer.get('Size');
  // Columns, since there may be millions: offset by object number, and the numbers in the order of the offsets.
  const offsets = new Float64Array(file.objectLimit);
  const numbers = new Uint32Array(file.objectLimit);
  let count = 0;
  for (let num = 0; num < file.objectLimit; num++) {
    const entry = file.xrefEntry(num);
    if (entry === undefined || entry.kind === 'free') continue;
    // Such an object is absent for a strict reader (7.5.5), and would turn up once the increment raises /Size.
    if (!isCount(size) || num >= size) throw damaged(`object ${num}`, 'its number is beyond the /Size of the trailer');
    if (entry.kind !== 'offset') continue;
    offsets[num] = entry.offset;
    numbers[count++] = num;
  }
  const places = numbers.subarray(0, count).sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0));
  for (let i = 0; i < places.length;) i = await checkPiece(file, places, offsets, i);
}

/** Checks the places from `first` on that lie near each other; gives the index of the next one. */
async function checkPiece(file: PdfFile, places: Uint32Array, offsets: Float64Array, first: number): Promise<number> {
  const offsetOf = (num: number): number => offsets[num] ?? 0;
  const start = offsetOf(places[first] ?? 0);
  let next = first;
  let end = start;
  for (let num = places[next]; num !== undefined; num = places[next]) {
    const offset = offsetOf(num);
    if (offset >= file.size) throw damaged(`object ${num} @ ${offset}`, 'lies beyond the end of the file');
    if (offset > end + NEAR || offset > start + PIECE) break;
    end = offset;
    next++;
  }
  const bytes = await file.source.read(start, Math.min(end + HEADER, file.size) - start);
  const parser = new PdfParser(bytes, { base: start });
  for (const num of places.subarray(first, next)) {
    const offset = offsetOf(num);
    const entry = file.xrefEntry(num);
    const gen = entry?.kind === 'offset' ? entry.gen : 0;
    parser.pos = offset - start;
    const header = readHeader(parser);
    if (header?.num === num && header.gen === gen) continue;
    throw damaged(`object ${num} @ ${offset}`, `'${num} ${gen} obj' does not stand there`);
  }
  return next;
}

function readHeader(parser: PdfParser): { num: number; gen: number } | undefined {
  try {
    return parser.objectHeader();
  } catch {
    return undefined;
  }
}
