/** Documents that are large in other ways than by one scan: many pages and objects, or offsets beyond 4 GB (with holes that take no disk). */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { deflateSync } from 'node:zlib';

export interface ManyObjects {
  /** Each page brings four objects: itself, its content, a link and what the link leads to. */
  readonly pages: number;
  /** Pages, links and targets stand in object streams of 200, with a cross-reference stream; else by themselves, with a table. */
  readonly packed?: boolean;
  /** Bytes without content left between the pages, so that offsets grow while the file takes no room on the disk. */
  readonly gap?: number;
}

const KIDS = 100;
const PER_STREAM = 200;

type Entry = readonly [kind: 1, offset: number] | readonly [kind: 2, container: number, index: number];

/** Writes the document; gives its number of objects. */
export function writeManyObjects(path: string, { pages, packed = false, gap = 0 }: ManyObjects): number {
  const file = openSync(path, 'w');
  let at = 0;
  let pending: Buffer[] = [];
  let pendingFrom = 0;
  const flush = (): void => {
    const bytes = Buffer.concat(pending);
    if (bytes.length > 0) writeSync(file, bytes, 0, bytes.length, pendingFrom);
    pending = [];
    pendingFrom = at;
  };
  const put = (text: string | Uint8Array): void => {
    const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : Buffer.from(text);
    pending.push(bytes);
    at += bytes.length;
    if (at - pendingFrom > 1 << 20) flush();
  };
  const entries: Entry[] = [[1, 0]];
  const direct = (num: number, body: string): void => {
    entries[num] = [1, at];
    put(`${num} 0 obj\n${body}\nendobj\n`);
  };
  let waiting: [number, string][] = [];
  let next = 0;
  const pack = (): void => {
    if (waiting.length === 0) return;
    const own = next++;
    let head = '';
    let body = '';
    waiting.forEach(([num, text], index) => {
      head += `${num} ${body.length} `;
      body += `${text}\n`;
      entries[num] = [2, own, index];
    });
    const data = deflateSync(Buffer.from(head + body, 'latin1'));
    entries[own] = [1, at];
    put(
      `${own} 0 obj\n<</Type/ObjStm/N ${waiting.length}/First ${head.length}/Filter/FlateDecode/Length ${data.length}>>\nstream\n`,
    );
    put(data);
    put('\nendstream\nendobj\n');
    waiting = [];
  };
  const add = (num: number, body: string): void => {
    if (!packed) return direct(num, body);
    waiting.push([num, body]);
    if (waiting.length === PER_STREAM) pack();
  };

  const nodes = Math.ceil(pages / KIDS);
  const firstPage = 3 + nodes;
  // The numbers behind the pages' go to object streams and the cross-reference.
  next = firstPage + 4 * pages;
  put('%PDF-1.7\n%\xE2\xE3\xCF\xD3\n');
  add(1, '<</Type/Catalog/Pages 2 0 R>>');
  const range = (from: number, count: number, step: number): string =>
    Array.from({ length: count }, (_, i) => `${from + step * i} 0 R`).join(' ');
  add(2, `<</Type/Pages/Kids[${range(3, nodes, 1)}]/Count ${pages}/MediaBox[0 0 595 842]>>`);
  for (let node = 0; node < nodes; node++) {
    const count = Math.min(KIDS, pages - node * KIDS);
    const kids = range(firstPage + 4 * KIDS * node, count, 4);
    add(3 + node, `<</Type/Pages/Parent 2 0 R/Count ${count}/Kids[${kids}]>>`);
  }
  for (let page = 0; page < pages; page++) {
    const num = firstPage + 4 * page;
    const parent = 3 + Math.floor(page / KIDS);
    add(num, `<</Type/Page/Parent ${parent} 0 R/Contents ${num + 1} 0 R/Resources<<>>/Annots[${num + 2} 0 R]>>`);
    const content = `% page ${page + 1}\n0 0 ${page % 500} 10 re f\n`;
    direct(num + 1, `<</Length ${content.length}>>\nstream\n${content}endstream`);
    add(num + 2, `<</Type/Annot/Subtype/Link/Rect[0 0 10 10]/Dest ${num + 3} 0 R>>`);
    add(num + 3, `[${num} 0 R/Fit]`);
    if (gap > 0) {
      flush();
      at += gap;
      pendingFrom = at;
    }
  }
  pack();
  const xref = at;
  if (packed) {
    const own = next++;
    entries[own] = [1, xref];
    const data = Buffer.alloc(entries.length * 11);
    entries.forEach(([kind, place, index], num) => {
      data.writeUInt8(num === 0 ? 0 : kind, num * 11);
      data.writeBigUInt64BE(BigInt(place), num * 11 + 1);
      data.writeUInt16BE(index ?? 0, num * 11 + 9);
    });
    const raw = deflateSync(data);
    put(
      `${own} 0 obj\n<</Type/XRef/W[1 8 2]/Size ${entries.length}/Root 1 0 R/Filter/FlateDecode/Length ${raw.length}>>\nstream\n`,
    );
    put(raw);
    put('\nendstream\nendobj\n');
  } else {
    put(`xref\n0 ${entries.length}\n0000000000 65535 f \n`);
    for (const [, place] of entries.slice(1)) put(`${String(place).padStart(10, '0')} 00000 n \n`);
    put(`trailer\n<</Size ${entries.length}/Root 1 0 R>>\n`);
  }
  put(`startxref\n${xref}\n%%EOF\n`);
  flush();
  ftruncateSync(file, at);
  closeSync(file);
  return entries.length;
}
