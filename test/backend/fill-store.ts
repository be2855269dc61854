/**
 * Fills a demo's store with many records for 李医师, for the bench and for long lists. No part of the product.
 * `node test/backend/fill-store.ts --home DIR [--records 200] [--bytes 200000] [--same] [--prefix FILL]` after the demo was set up;
 * `--same` gives all records one document, which is enough for a list; a second filling wants another prefix.
 */
import { drawImage, PDFDocument } from 'pdf-lib';
import { parseArgs } from 'node:util';
import { backendDir, openRooms, type Rooms } from '../../src/backend/index.ts';
import { demoRecords, renderRecord, Times } from '../../src/backend/demo/records/index.ts';
import type { NewVersion, Patient, Placement } from '../../src/backend/records/types.ts';

export interface Filling {
  readonly records: number;
  /** Of each document, within a per cent or so. */
  readonly bytes?: number;
  /** All have one document. */
  readonly same?: boolean;
  /** Person who is to sign; 李医师 of the demo unless told. */
  readonly signer?: string;
  /** Begins the ids. */
  readonly prefix?: string;
}

const TYPES = ['日常病程记录', '首次病程记录', '长期医嘱单', '出院记录', '会诊记录', '有创诊疗操作记录'] as const;
const FAMILY = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'];
const PATIENTS = 400;

/** Gives the ids, newest first in the list. */
export async function fillStore(rooms: Rooms, filling: Filling): Promise<string[]> {
  const { records, bytes = 200_000, same = false, signer = '10023', prefix = 'FILL' } = filling;
  const now = rooms.clock();
  const base = await documentOf(bytes, now);
  const shared = same ? await rooms.documents.put(base.bytes) : undefined;
  const versions = Array.from({ length: records }, (_, n) =>
    recordOf(n, now, { signer, prefix, placement: base.placement }),
  );
  const documents: { sm3: string; size: number }[] = [];
  for (const n of versions.keys()) documents.push(shared ?? (await rooms.documents.put(base.numbered(n))));
  rooms.store.transaction(() => {
    for (const [n, version] of versions.entries()) rooms.register.add(version, documents[n]!);
  });
  return versions.map((v) => v.id);
}

interface Given {
  readonly signer: string;
  readonly prefix: string;
  readonly placement: Placement;
}

function recordOf(n: number, now: Date, { signer, prefix, placement }: Given): NewVersion {
  const type = TYPES[n % TYPES.length] ?? TYPES[0];
  return {
    id: `${prefix}-${String(n).padStart(5, '0')}`,
    version: 1,
    type,
    title: type,
    department: '心血管内科',
    ward: '三病区',
    patient: patientOf(n % PATIENTS, now),
    author: '赵医师',
    authorId: '10087',
    submittedAt: new Date(now.getTime() - (n + 1) * 7_000).toISOString(),
    urgent: n % 17 === 3,
    mustReview: n % 23 === 5,
    dueAt: n % 5 === 0 ? new Date(now.getTime() + (n % 37) * 3_600_000 - 4 * 3_600_000).toISOString() : null,
    changes: [],
    signers: [
      {
        personId: signer,
        level: 'attending',
        rule: {
          placement,
          layout: null,
          seal: null,
          text: { zh: '按“主治医师：”定位', en: 'Placed at “主治医师：”' },
          appearance: 'handwriting',
          role: '主治医师',
        },
      },
    ],
  };
}

function patientOf(n: number, now: Date): Patient {
  const number = String(50_000 + n).padStart(7, '0');
  const name = `${FAMILY[n % FAMILY.length] ?? '王'}${n % 3 === 0 ? '某' : '某某'}`;
  return {
    ...{ id: `P${number}`, name, pinyin: 'mou', sex: n % 2 === 0 ? 'male' : 'female', age: 20 + (n % 70) },
    ...{ bed: String(1 + (n % 60)), admissionNumber: number },
    admittedOn: new Date(now.getTime() - (n % 14) * 86_400_000).toISOString().slice(0, 10),
  };
}

interface Base {
  readonly bytes: Uint8Array;
  readonly placement: Placement;
  /** The same document with another number in its picture. */
  numbered(n: number): Uint8Array;
}

/** A progress note of the demo with a scanned strip on it: noise, which no compression makes smaller. */
async function documentOf(bytes: number, now: Date): Promise<Base> {
  const times = new Times(now);
  const record = demoRecords(times).find((r) => r.type === '日常病程记录');
  if (record === undefined) throw new Error('the demo has no progress note');
  const { bytes: form, signatures } = await renderRecord(record, times);
  const placement = signatures.find((s) => s.role === '主治医师')?.placement;
  if (placement === undefined) throw new Error('no line to sign');
  const document = await PDFDocument.load(form, { updateMetadata: false });
  const size = Math.max(64, bytes - form.length - 4_000);
  const width = 256;
  const noise = new Uint8Array(width * Math.ceil(size / width));
  for (let i = 0, seed = 1; i < noise.length; i++) noise[i] = (seed = (seed * 48_271) % 0x7fffffff) >>> 8;
  noise.set(MARK);
  const picture = document.context.register(
    document.context.stream(noise, {
      ...{ Type: 'XObject', Subtype: 'Image', Width: width, Height: noise.length / width },
      ...{ ColorSpace: 'DeviceGray', BitsPerComponent: 8 },
    }),
  );
  const page = document.getPage(0);
  const key = page.node.newXObject('Scan', picture);
  page.pushOperators(...drawImage(key, { ...AT, width: 30, height: 30, rotate: NONE, xSkew: NONE, ySkew: NONE }));
  const whole = await document.save({ useObjectStreams: false });
  const at = Buffer.from(whole).indexOf(MARK);
  if (at < 0) throw new Error('the picture’s mark is not in the file');
  return {
    bytes: whole,
    placement,
    numbered(n) {
      const copy = whole.slice();
      new DataView(copy.buffer).setUint32(at + MARK.length, n);
      return copy;
    },
  };
}

const MARK = new TextEncoder().encode('YIQIAN-FILL-NUMBER:');
const AT = { x: 60, y: 60 };
const NONE = { type: 'degrees', angle: 0 } as never;

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      home: { type: 'string' },
      records: { type: 'string', default: '200' },
      bytes: { type: 'string', default: '200000' },
      same: { type: 'boolean', default: false },
      prefix: { type: 'string', default: 'FILL' },
    },
  });
  if (values.home === undefined) throw new Error('--home DIR is wanted');
  const rooms = await openRooms({ dataDir: backendDir(values.home) });
  const ids = await fillStore(rooms, {
    records: Number(values.records),
    bytes: Number(values.bytes),
    same: values.same,
    prefix: values.prefix,
  });
  await rooms.close();
  process.stdout.write(`${JSON.stringify({ records: ids.length, first: ids[0] })}\n`);
}
