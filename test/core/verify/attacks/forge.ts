/** The attacker's tools: signed samples, and ways to change them without any key. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesSource, readPdf, type EmbeddedSignature, type PdfFile } from '#core/pdf/index.ts';
import type { TrustMaterial } from '#core/pki/index.ts';
import { signPdf, type SignPdfRequest } from '#core/signing/index.ts';
import { verifyPdf, type VerifyReport } from '#core/verify/index.ts';
import {
  makePki,
  makeRecord,
  requestOf,
  scratchFolder,
  tsaClient,
  tsaSettings,
  writeRecord,
  type KeyKind,
  type Pki,
} from '../../signing/material.ts';

export interface Sample {
  readonly title: string;
  readonly bytes: Uint8Array;
  readonly trust: TrustMaterial;
  readonly pki: Pki;
}

export interface SampleOrder {
  readonly kind: KeyKind;
  readonly signatures: 1 | 2;
  readonly xref: 'table' | 'stream';
  readonly stamped?: boolean;
  readonly visible?: boolean;
  readonly pki?: Pki;
  readonly record?: Uint8Array;
}

export async function makeSample(order: SampleOrder): Promise<Sample> {
  const { kind, signatures, xref, stamped = false, visible = false } = order;
  const pki = order.pki ?? (await makePki(kind));
  const folder = scratchFolder();
  let path = await writeRecord(folder, order.record ?? (await makeRecord({ xref })));
  const tsa: Partial<SignPdfRequest> = stamped
    ? { tsa: tsaSettings(pki.trust, kind === 'sm2' ? 'sm3' : 'sha256'), http: tsaClient(await pki.issueTsa()) }
    : {};
  for (let i = 1; i <= signatures; i++) {
    const target = join(folder, `signed-${i}.pdf`);
    const placement = visible ? { placement: { page: 1, x: 20, y: 200 + 25 * i, width: 40, height: 15 } } : {};
    await signPdf(requestOf(path, target, await pki.issue(`Signer ${i}`), pki.trust, { ...tsa, ...placement }));
    path = target;
  }
  const title = `${kind}, ${signatures} signature(s), xref ${xref}${stamped ? ', stamped' : ''}${visible ? ', visible' : ''}`;
  return { title, bytes: new Uint8Array(await readFile(path)), trust: pki.trust, pki };
}

export const judge = (bytes: Uint8Array, trust: TrustMaterial): Promise<VerifyReport> =>
  verifyPdf(bytesSource(bytes), { name: 'sample.pdf', trust });

export const open = (bytes: Uint8Array): Promise<PdfFile> => readPdf(bytesSource(bytes));

/** Every code that a report gives as a reason against PASSED. */
export function reasons(report: VerifyReport): readonly string[] {
  const findings = [
    ...report.findings,
    ...report.signatures.flatMap((s) => [...s.findings, ...(s.seal?.findings ?? [])]),
  ];
  const changes = report.signatures.flatMap((s) => s.changesAfter.filter((c) => !c.allowed));
  return [...new Set([...findings.filter((f) => f.verdict !== 'PASSED'), ...changes].map((x) => x.code))];
}

export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
export const fromLatin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

export function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}

/** Overwrites in place; same length, so no offset moves. */
export function overwrite(bytes: Uint8Array, at: number, text: string | Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy.set(typeof text === 'string' ? fromLatin1(text) : text, at);
  return copy;
}

export async function lastSignature(bytes: Uint8Array): Promise<EmbeddedSignature> {
  const signature = (await (await open(bytes)).signatures()).at(-1);
  if (signature?.contentsSpan === undefined) throw new Error('the sample has no signature');
  return signature;
}

export interface Update {
  /** Bodies of objects by number, without `obj`/`endobj`. */
  readonly objects: Readonly<Record<number, string>>;
  /** Numbers to mark as free. */
  readonly free?: readonly number[];
  /** Trailer entries on top of Root, Size, Prev, Info and ID. */
  readonly trailer?: string;
  /** In place of the trailer's own /Info. */
  readonly info?: string;
  readonly root?: string;
}

/** An incremental update as any editor writes it, with a cross-reference table. */
export async function append(
  bytes: Uint8Array,
  { objects, free = [], trailer = '', info, root }: Update,
): Promise<Uint8Array> {
  const file = await open(bytes);
  let text = '\n';
  const base = bytes.length;
  const entries = new Map<number, string>();
  for (const num of free) entries.set(num, '0000000000 00001 f \n');
  for (const [num, body] of Object.entries(objects)) {
    entries.set(Number(num), `${String(base + text.length).padStart(10, '0')} 00000 n \n`);
    text += `${num} 0 obj\n${body}\nendobj\n`;
  }
  const start = base + text.length;
  text += 'xref\n';
  for (const [num, entry] of [...entries].sort(([a], [b]) => a - b)) text += `${num} 1\n${entry}`;
  const size = Math.max(file.objectLimit, ...[...entries.keys()].map((n) => n + 1));
  const ref = (key: string): string => {
    const value = file.trailer.get(key);
    return value !== null && typeof value === 'object' && 'num' in value ? `/${key} ${value.num} 0 R ` : '';
  };
  const previous = file.revisions.at(-1)?.startXref ?? 0;
  const id = /\/ID\s*\[[^\]]*\]/.exec(latin1(bytes))?.[0] ?? '';
  text += `trailer\n<< /Size ${size} ${root ?? ref('Root')}${info ?? ref('Info')}/Prev ${previous} ${id} ${trailer} >>\n`;
  text += `startxref\n${start}\n%%EOF\n`;
  const all = new Uint8Array(base + text.length);
  all.set(bytes);
  all.set(fromLatin1(text), base);
  return all;
}

/** An object of the newest revision as text that `append` takes back, with one replacement made. */
export async function objectText(bytes: Uint8Array, num: number): Promise<string> {
  const { write } = await import('../../../../src/core/pdf/serialize.ts');
  return write(await (await open(bytes)).object(num));
}
