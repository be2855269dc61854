/** Runs the demo as a person does, and takes its PDFs apart with no reader of the product: signatures are found by plain text. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';

const root = fileURLToPath(new URL('../..', import.meta.url));

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
/** The demo's own set-up installs what is missing where it may. */
const mayInstall = process.platform === 'linux' && process.getuid?.() === 0 && has('apt-get');
const chromium = process.env['CHROMIUM_PATH'] !== undefined || has('chromium');
const absent = [...(chromium ? [] : ['chromium']), ...(has('cc') ? [] : ['cc'])];
/** Why the demo cannot be run here; undefined when it can. */
export const demoMissing = absent.length === 0 || mayInstall ? undefined : `${absent.join(', ')} not installed`;
if (demoMissing !== undefined) console.warn(`SKIPPED: the demo before strangers: ${demoMissing}`);

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One of the commands of `npm run`, with a data folder of its own. */
export function yq(home: string, ...args: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts/yq.mjs'), ...args], {
    encoding: 'utf8',
    timeout: 240_000,
    maxBuffer: 64 << 20,
    env: { ...process.env, YIQIAN_HOME: home },
  });
  return { status, stdout, stderr };
}

export interface Summary {
  readonly shell: string;
  readonly root: string;
  readonly evidence: readonly string[];
  readonly seconds: number;
  readonly files: readonly {
    readonly file: string;
    readonly record: string;
    readonly title: string;
    readonly format: string;
    readonly certificateSerial: string;
    readonly sm3Before: string;
    readonly sm3After: string;
    readonly trustedTime: string;
    readonly claimedTime: string;
    readonly uploaded: boolean;
    readonly verdict: string;
    readonly signatures: readonly {
      readonly signer: string;
      readonly verdict: string;
      readonly trustedTime: string;
      readonly seal: { readonly name: string; readonly verdict: string } | null;
    }[];
    readonly milliseconds: Readonly<Record<string, number>>;
  }[];
}

/** A signature as it lies in the file. */
export interface RawSignature {
  /** Offset of the text `/ByteRange`. */
  readonly at: number;
  readonly range: readonly [number, number, number, number];
  /** The bytes that the ByteRange covers. */
  readonly covered: Uint8Array;
  /** ContentInfo out of /Contents, without the zeros behind it. */
  readonly cms: Uint8Array;
}

/** In the order of the file, which in files that only grow is the order of signing. */
export function signaturesIn(file: Uint8Array): RawSignature[] {
  const text = Buffer.from(file).toString('latin1');
  return [...text.matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)].map((m) => {
    const [from, length, to, rest] = [Number(m[1]), Number(m[2]), Number(m[3]), Number(m[4])] as const;
    const gap = Buffer.from(text.slice(from + length + 1, to - 1), 'hex');
    const covered = Buffer.concat([file.subarray(from, from + length), file.subarray(to, to + rest)]);
    return { at: m.index, range: [from, length, to, rest], covered, cms: gap.subarray(0, sizeOfElement(gap)) };
  });
}

/** Tag, length and value of the DER element at the beginning, in bytes. */
function sizeOfElement(der: Uint8Array): number {
  const first = der[1] ?? 0;
  if (first < 0x80) return 2 + first;
  const digits = first & 0x7f;
  return 2 + digits + Number(`0x${Buffer.from(der.subarray(2, 2 + digits)).toString('hex')}`);
}

/** The same DER with one element inside exchanged for another, the lengths around it made to fit. */
export function exchange(der: Uint8Array, old: Uint8Array, fresh: Uint8Array): Uint8Array {
  if (Buffer.compare(der, old) === 0) return fresh;
  const constructed = ((der[0] ?? 0) & 0x20) !== 0;
  if (!constructed || Buffer.from(der).indexOf(old) < 0) return der;
  const header = (der[1] ?? 0) < 0x80 ? 2 : 2 + ((der[1] ?? 0) & 0x7f);
  const children: Uint8Array[] = [];
  for (let at = header; at < der.length;) {
    const size = sizeOfElement(der.subarray(at));
    children.push(exchange(der.subarray(at, at + size), old, fresh));
    at += size;
  }
  const value = Buffer.concat(children);
  const digits = value.length < 0x80 ? '' : value.length.toString(16);
  const length = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  const lead = digits === '' ? [value.length] : [0x80 | length.length, ...length];
  return Buffer.concat([Uint8Array.of(der[0] ?? 0, ...lead), value]);
}

/** Size of a PNG file, and how many byte values its unpacked rows have: one colour alone gives no more than a handful. */
export function pictureOf(file: string): { readonly width: number; readonly height: number; readonly values: number } {
  const png = readFileSync(file);
  if (png.toString('latin1', 1, 4) !== 'PNG') throw new Error(`${file} is no PNG`);
  const data: Buffer[] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const seen = new Uint8Array(256);
  for (const value of inflateSync(Buffer.concat(data))) seen[value] = 1;
  const values = seen.reduce((sum, one) => sum + one, 0);
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20), values };
}
