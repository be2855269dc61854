/**
 * Documents and updates written by hand, object by object: what an attacker prepares before a doctor signs, and what an insider with a
 * certificate of his own appends afterwards.
 */
import { createHash, type DigestName } from '#core/crypto/index.ts';
import { bytesSource, prepareSignature, readPdf, type SignatureFieldRequest } from '#core/pdf/index.ts';
import { buildSignedData, type Signer } from '#core/pki/index.ts';
import { fromLatin1, latin1, objectText, open } from './forge.ts';

export const stream = (data: string, entries = ''): string =>
  `<< ${entries}/Length ${data.length} >>\nstream\n${data}\nendstream`;
export const textAt = (text: string, y = 700): string => `BT /F1 20 Tf 60 ${y} Td (${text}) Tj ET`;
/** A form XObject that paints white and writes over it. */
export const overlay = (text = '50 mg', entries = ''): string =>
  stream(
    `1 1 1 rg 0 0 500 700 re f 0 g ${textAt(text)}`,
    `/Subtype /Form /BBox [0 0 500 800] /Resources << /Font << /F1 5 0 R >> >> ${entries}`,
  );
export const into = (dictionary: string, entries: string): string => dictionary.replace(/>>\s*$/, ` ${entries} >>`);

/** Object numbers of `craftedRecord`. */
export const at = { catalog: 1, tree: 2, page: 3, content: 4, font: 5, form: 6, second: 7, secondContent: 8 } as const;

const RECORD: Readonly<Record<number, string>> = {
  [at.catalog]: `<< /Type /Catalog /Pages ${at.tree} 0 R /AcroForm ${at.form} 0 R >>`,
  [at.tree]: `<< /Type /Pages /Kids [${at.page} 0 R ${at.second} 0 R] /Count 2 /MediaBox [0 0 595 842] >>`,
  [at.page]: `<< /Type /Page /Parent ${at.tree} 0 R /Contents ${at.content} 0 R /Resources << /Font << /F1 ${at.font} 0 R >> >> /Annots [] >>`,
  [at.content]: stream(textAt('5 mg')),
  [at.font]: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  [at.form]: '<< /Fields [] >>',
  [at.second]: `<< /Type /Page /Parent ${at.tree} 0 R /Contents ${at.secondContent} 0 R /Resources << /Font << /F1 ${at.font} 0 R >> >> /Annots [] >>`,
  [at.secondContent]: stream(textAt('twice daily')),
};

/** A two-page record; `objects` replaces or adds, null leaves out. */
export function craftedRecord(
  objects: Readonly<Record<number, string | null>> = {},
  { trailer = '', size }: { readonly trailer?: string; readonly size?: number } = {},
): Uint8Array {
  const all = Object.entries({ ...RECORD, ...objects }).filter((e): e is [string, string] => e[1] !== null);
  let text = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n';
  let table = '0 1\n0000000000 65535 f \n';
  for (const [num, body] of all) {
    table += `${num} 1\n${String(text.length).padStart(10, '0')} 00000 n \n`;
    text += `${num} 0 obj\n${body}\nendobj\n`;
  }
  const end = size ?? Math.max(...all.map(([num]) => Number(num))) + 1;
  const start = text.length;
  text += `xref\n${table}trailer\n<< /Size ${end} /Root ${at.catalog} 0 R ${trailer} >>\nstartxref\n${start}\n%%EOF\n`;
  return fromLatin1(text);
}

export interface CraftedUpdate {
  readonly objects?: Readonly<Record<number, string>>;
  /** Generation of an object where it is not 0. */
  readonly generations?: Readonly<Record<number, number>>;
  readonly trailer?: string;
  readonly size?: number;
}

/** An incremental update; nothing is checked, so anything can be written. */
export async function update(bytes: Uint8Array, what: CraftedUpdate): Promise<Uint8Array> {
  const { objects = {}, generations = {}, trailer = '' } = what;
  const file = await open(bytes);
  let text = '\n';
  let table = '';
  for (const [num, body] of Object.entries(objects)) {
    const gen = generations[Number(num)] ?? 0;
    const place = String(bytes.length + text.length).padStart(10, '0');
    table += `${num} 1\n${place} ${String(gen).padStart(5, '0')} n \n`;
    text += `${num} ${gen} obj\n${body}\nendobj\n`;
  }
  const size = what.size ?? Math.max(file.objectLimit, ...Object.keys(objects).map((n) => Number(n) + 1));
  const start = bytes.length + text.length;
  const previous = file.revisions.at(-1)?.startXref ?? 0;
  text += `xref\n${table}trailer\n<< /Size ${size} /Root ${at.catalog} 0 R /Prev ${previous} ${trailer} >>\n`;
  text += `startxref\n${start}\n%%EOF\n`;
  return joined(bytes, fromLatin1(text));
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

const HOLE = 3000;

export interface InsiderOrder extends CraftedUpdate {
  readonly signer: Signer;
  /** Entries of the new field beside /FT, /T, /V. */
  readonly widget?: string;
  readonly name?: string;
  /** Pages whose /Annots list the widget. */
  readonly pages?: readonly number[];
  /** An empty field that exists, signed in place of a new one. */
  readonly existing?: number;
  /** More fields for the form's list. */
  readonly fields?: string;
  /** Entries of the signature dictionary. */
  readonly signature?: string;
}

/** One revision in which an insider signs with his own key and changes what he likes beside it. */
export async function insiderSigns(bytes: Uint8Array, order: InsiderOrder): Promise<Uint8Array> {
  const { signer, name = 'insider', pages = [], widget = '/Rect [0 0 0 0]', existing } = order;
  const next = Math.max((await open(bytes)).objectLimit, ...Object.keys(order.objects ?? {}).map((n) => Number(n) + 1));
  const [value, field] = [next, existing ?? next + 1];
  const objects: Record<number, string> = {};
  if (existing === undefined) {
    objects[at.form] = (await objectText(bytes, at.form)).replace(
      /\/Fields\s*\[([^\]]*)\]/,
      (_, list: string) => `/Fields [${list} ${field} 0 R ${order.fields ?? ''}]`,
    );
    objects[field] =
      `<< /Type /Annot /Subtype /Widget /FT /Sig /F 132 /T (${name}) /V ${value} 0 R ${pages.length > 0 ? `/P ${pages[0]} 0 R` : ''} ${widget} >>`;
    for (const page of pages) objects[page] = await withAnnotation(bytes, page, field);
  } else objects[existing] = into(await objectText(bytes, existing), `/V ${value} 0 R ${order.widget ?? ''}`);
  objects[value] =
    `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached ${order.signature ?? ''} /ByteRange [0 0000000000 0000000000 0000000000] /Contents <${'0'.repeat(2 * HOLE)}> >>`;
  const written = await update(bytes, { ...order, objects: { ...objects, ...order.objects } });
  return sealed(written, bytes.length, signer);
}

export async function withAnnotation(bytes: Uint8Array, page: number, num: number): Promise<string> {
  return (await objectText(bytes, page)).replace(
    /\/Annots\s*\[([^\]]*)\]/,
    (_, list: string) => `/Annots [${list} ${num} 0 R]`,
  );
}

/** Fills the placeholders behind `from` in. */
async function sealed(bytes: Uint8Array, from: number, signer: Signer): Promise<Uint8Array> {
  const text = latin1(bytes);
  const a = text.indexOf(`<${'0'.repeat(2 * HOLE)}>`, from);
  const b = a + 2 * HOLE + 2;
  const range = [a, b, bytes.length - b].map((n) => String(n).padStart(10, '0')).join(' ');
  const out = bytes.slice();
  out.set(fromLatin1(`/ByteRange [0 ${range}]`), text.indexOf('/ByteRange [0 0000000000', from));
  return filled(out, a, b, signer);
}

const filled = (bytes: Uint8Array, a: number, b: number, signer: Signer): Promise<Uint8Array> =>
  filledBy(bytes, [a, b], signer.digest, (digest) => buildSignedData({ content: { digest }, signer }));

async function filledBy(
  bytes: Uint8Array,
  [a, b]: readonly [number, number],
  digestName: DigestName,
  make: (digest: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const digest = createHash(digestName).update(bytes.subarray(0, a)).update(bytes.subarray(b)).digest();
  const out = bytes.slice();
  out.set(fromLatin1(Buffer.from(await make(digest)).toString('hex')), a + 1);
  return out;
}

/** The doctor's signature, made the way the desk makes it but without its self-check. */
export const doctorSigns = (
  bytes: Uint8Array,
  signer: Signer,
  more: Partial<SignatureFieldRequest> = {},
): Promise<Uint8Array> =>
  withContents(bytes, signer.digest, (digest) => buildSignedData({ content: { digest }, signer }), more);

/** A revision whose /Contents `make` gives from the digest of the ranges and the ranges themselves. */
export async function withContents(
  bytes: Uint8Array,
  digestName: DigestName,
  make: (digest: Uint8Array, byteRange: readonly number[]) => Promise<Uint8Array>,
  more: Partial<SignatureFieldRequest> = {},
): Promise<Uint8Array> {
  const prepared = await prepareSignature(await readPdf(bytesSource(bytes)), {
    subFilter: 'ETSI.CAdES.detached',
    claimedTime: new Date(),
    contentsSize: HOLE,
    ...more,
  });
  const all = joined(bytes, prepared.increment);
  const a = bytes.length + prepared.contentsHexOffset - 1;
  return filledBy(all, [a, a + 2 * (more.contentsSize ?? HOLE) + 2], digestName, (digest) =>
    make(digest, prepared.byteRange),
  );
}
