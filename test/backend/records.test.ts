import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PDFDocument } from 'pdf-lib';
import { bytesSource, readPdf } from '../../src/core/pdf/index.ts';
import { parseSignedData, trimDerPadding } from '../../src/core/pki/index.ts';
import { hexSm3, Hospital, type Doctor } from './hospital.ts';

let hospital: Hospital;
let li: Doctor;
let zhao: Doctor;
let liToken: string;
let zhaoToken: string;
let counter = 0;

beforeAll(async () => {
  hospital = await Hospital.open();
  li = await hospital.doctor('10023', '李医师');
  zhao = await hospital.doctor('10087', '赵医师');
  [liToken, zhaoToken] = [await hospital.signIn(li), await hospital.signIn(zhao)];
});
afterAll(async () => {
  expect(hospital.faults).toEqual([]);
  await hospital.close();
});

async function pdf(text: string): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.addPage([595, 842]).drawText(text, { x: 60, y: 760 });
  return document.save({ useObjectStreams: false });
}

/** A record that only 李医师 has to sign, unless told otherwise. */
async function record(
  signers: readonly Doctor[] = [li],
  version = 1,
): Promise<{ id: string; bytes: Uint8Array; sm3: string }> {
  const id = `R${++counter}`;
  const bytes = await pdf(`record ${id}`);
  return { id, bytes, sm3: await hospital.addRecord(id, version, bytes, signers) };
}

const listed = async (token: string, state = 'waiting'): Promise<string[]> =>
  (await hospital.call('GET', `/api/v1/records?state=${state}`, { token })).json.records.map(
    (r: { id: string }) => r.id,
  );

describe('the work list', () => {
  it('holds what I am next to sign, and nothing else', async () => {
    const [mine, afterZhao, hers] = [await record([li]), await record([zhao, li]), await record([zhao])];
    const ids = await listed(liToken);
    expect(ids).toContain(mine.id);
    expect(ids).not.toContain(afterZhao.id);
    expect(ids).not.toContain(hers.id);
    expect(await listed(zhaoToken)).toEqual(expect.arrayContaining([afterZhao.id, hers.id]));
  });

  it('gives the document byte for byte, with its SM3 as ETag', async () => {
    const { id, bytes, sm3 } = await record();
    const route = `/api/v1/records/${id}/versions/1/document`;
    const answer = await hospital.call('GET', route, { token: liToken });
    expect(answer.bytes).toEqual(bytes);
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(answer.headers.get('etag')).toBe(`"${sm3}"`);
    expect(hexSm3(answer.bytes)).toBe(sm3);
    const again = await hospital.call('GET', route, { token: liToken, headers: { 'if-none-match': `"${sm3}"` } });
    expect(again.status).toBe(304);
  });

  it('shows nothing of records that concern somebody else', async () => {
    const { id } = await record([zhao]);
    for (const route of [`/api/v1/records/${id}/versions/1`, `/api/v1/records/${id}/versions/1/document`]) {
      const answer = await hospital.call('GET', route, { token: liToken });
      expect(answer.json).toMatchObject({ code: 'RECORD_NOT_YOURS', status: 403 });
    }
  });

  it('tells an old version as superseded and refuses to have it signed', async () => {
    const { id, bytes, sm3 } = await record();
    await hospital.addRecord(id, 2, await pdf('second version'), [li]);
    const old = await hospital.call('GET', `/api/v1/records/${id}/versions/1`, { token: liToken });
    expect(old.json.state).toBe('superseded');
    const answer = await hospital.upload(liToken, id, 1, sm3, await hospital.sign(li, bytes));
    expect(answer.json).toMatchObject({ code: 'RECORD_CHANGED', status: 409 });
    expect((await listed(liToken)).filter((x) => x === id)).toHaveLength(1);
  });
});

describe('handing in', () => {
  it('takes a document signed by the person, and the next in line then has it', async () => {
    const { id, bytes, sm3 } = await record([zhao, li]);
    const first = await hospital.sign(zhao, bytes);
    const receipt = await hospital.upload(zhaoToken, id, 1, sm3, first);
    expect(receipt.status).toBe(201);
    expect(receipt.json).toMatchObject({ state: 'waiting', certificateSerial: zhao.signer.certificate.serial });
    expect(await listed(liToken)).toContain(id);

    const seen = await hospital.call('GET', `/api/v1/records/${id}/versions/1`, { token: liToken });
    expect(seen.json.record.signedBy).toEqual([{ name: '赵医师', title: '主治医师', at: hospital.now.toISOString() }]);
    expect(seen.json.document.sm3).toBe(hexSm3(first));
    const second = await hospital.sign(li, first);
    const last = await hospital.upload(liToken, id, 1, hexSm3(first), second);
    expect(last.json).toMatchObject({ state: 'signed', sm3After: hexSm3(second) });
    expect(await listed(liToken)).not.toContain(id);
    expect(await listed(liToken, 'signed')).toContain(id);
  });

  it('gives the same receipt for the same upload again, also after a restart', async () => {
    const { id, bytes, sm3 } = await record();
    const signed = await hospital.sign(li, bytes);
    const first = await hospital.upload(liToken, id, 1, sm3, signed);
    hospital.advance(60_000);
    await hospital.restart();
    const second = await hospital.upload(liToken, id, 1, sm3.toLowerCase(), signed);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.json).toEqual(first.json);
  });

  it('takes one of two different signatures that come at the same time', async () => {
    const { id, bytes, sm3 } = await record();
    const both = [await hospital.sign(li, bytes), await hospital.sign(li, bytes)];
    const answers = await Promise.all(both.map((signed) => hospital.upload(liToken, id, 1, sm3, signed)));
    expect(answers.map((a) => a.status).sort()).toEqual([201, 409]);
    const kept = answers.findIndex((a) => a.status === 201);
    const document = await hospital.call('GET', `/api/v1/records/${id}/versions/1/document`, { token: liToken });
    expect(hexSm3(document.bytes)).toBe(hexSm3(both[kept]!));
    expect(await hospital.backend.rooms.documents.has(hexSm3(both[1 - kept]!))).toBe(false);
  });

  it.each(['B-LT', 'B-LTA'] as const)('takes a signature that carries its own proofs behind it, %s', async (level) => {
    const { id, bytes, sm3 } = await record();
    const signed = await hospital.sign(li, bytes, { level });
    const answer = await hospital.upload(liToken, id, 1, sm3, signed);
    expect(answer.json).toMatchObject({ state: 'signed', sm3After: hexSm3(signed) });
  });

  const refusals: [
    name: string,
    code: string,
    make: (bytes: Uint8Array, signed: Uint8Array) => Uint8Array | Promise<Uint8Array>,
  ][] = [
    ['the original itself, unsigned', 'UPLOAD_NOT_ORIGINAL', (bytes) => bytes],
    ['another document, properly signed', 'UPLOAD_NOT_ORIGINAL', async () => hospital.sign(li, await pdf('another'))],
    [
      'a byte of the original changed',
      'UPLOAD_NOT_ORIGINAL',
      (bytes, signed) => signed.map((b, i) => (i === bytes.length >> 1 ? b ^ 1 : b)),
    ],
    ['a byte of the signature changed', 'UPLOAD_SIGNATURE', (_, signed) => spoilSignature(signed)],
    ['bytes appended after the signature', 'UPLOAD_SIGNATURE', (_, signed) => joined(signed, '\n% more\n')],
    ['the original with something appended, unsigned', 'UPLOAD_SIGNATURE', (bytes) => joined(bytes, '\n% nothing\n')],
    ['signed by somebody else', 'UPLOAD_SIGNER', (bytes) => hospital.sign(zhao, bytes)],
    [
      'a signature with proofs behind it and a note behind those',
      'UPLOAD_SIGNATURE',
      async (bytes) => joined(await hospital.sign(li, bytes, { level: 'B-LT' }), '\n% more\n'),
    ],
    ['signed twice', 'UPLOAD_SIGNATURE', async (_, signed) => hospital.sign(li, signed)],
  ];
  for (const [name, code, make] of refusals) {
    it(`refuses ${name}`, async () => {
      const { id, bytes, sm3 } = await record();
      const bad = await make(bytes, await hospital.sign(li, bytes));
      const answer = await hospital.upload(liToken, id, 1, sm3, bad);
      expect(answer.json).toMatchObject({ code, status: 422 });
      expect(await listed(liToken)).toContain(id);
    });
  }

  it('refuses a body that is not what its digest says', async () => {
    const { id, bytes, sm3 } = await record();
    const signed = await hospital.sign(li, bytes);
    const answer = await hospital.upload(liToken, id, 1, sm3, signed.subarray(0, -1), hexSm3(signed));
    expect(answer.json.code).toBe('UPLOAD_DIGEST');
  });

  it('refuses a document that was signed from an older state', async () => {
    const { id, bytes, sm3 } = await record([zhao, li]);
    const signed = await hospital.sign(li, bytes);
    expect((await hospital.upload(zhaoToken, id, 1, sm3, await hospital.sign(zhao, bytes))).status).toBe(201);
    expect((await hospital.upload(liToken, id, 1, sm3, signed)).json.code).toBe('RECORD_CHANGED');
  });

  it('refuses who is not next', async () => {
    const { id, bytes, sm3 } = await record([zhao, li]);
    expect((await hospital.upload(liToken, id, 1, sm3, await hospital.sign(li, bytes))).json.code).toBe(
      'RECORD_NOT_YOURS',
    );
  });

  it('refuses more than the limit and keeps nothing of it', async () => {
    const { id, sm3 } = await record();
    const huge = new Uint8Array(2 * 1024 * 1024 + 1);
    const answer = await hospital.upload(liToken, id, 1, sm3, huge);
    expect(answer.json).toMatchObject({ code: 'BACKEND_TOO_LARGE', status: 413 });
  });
});

describe('sending back', () => {
  it('takes the record off the list, with its reason kept', async () => {
    const { id, bytes, sm3 } = await record();
    const answer = await hospital.call('POST', `/api/v1/records/${id}/versions/1/return`, {
      token: liToken,
      json: { reason: '诊断依据不足，请补充' },
    });
    expect(answer.status).toBe(204);
    expect(await listed(liToken)).not.toContain(id);
    expect(await listed(liToken, 'returned')).toContain(id);
    expect((await hospital.upload(liToken, id, 1, sm3, await hospital.sign(li, bytes))).json.code).toBe(
      'RECORD_NOT_YOURS',
    );
    const kept = hospital.backend.rooms.store.get('SELECT reason FROM signers WHERE record = ?', id);
    expect(kept).toMatchObject({ reason: '诊断依据不足，请补充' });
  });

  it('wants a reason', async () => {
    const { id } = await record();
    for (const json of [{}, { reason: '' }, { reason: 'x'.repeat(501) }, { reason: 'x', more: 1 }]) {
      const answer = await hospital.call('POST', `/api/v1/records/${id}/versions/1/return`, { token: liToken, json });
      expect(answer.json).toMatchObject({ code: 'BACKEND_REQUEST', status: 400 });
    }
  });
});

const joined = (bytes: Uint8Array, more: string): Uint8Array => Buffer.concat([bytes, Buffer.from(more)]);

/** Changes the last byte of the signature value in the CMS. */
async function spoilSignature(signed: Uint8Array): Promise<Uint8Array> {
  const [signature] = await (await readPdf(bytesSource(signed))).signatures();
  const value = parseSignedData(trimDerPadding(signature!.contents)).signerInfos[0]!.signature;
  const text = Buffer.from(signed).toString('latin1');
  const at = text.toUpperCase().lastIndexOf(Buffer.from(value).toString('hex').toUpperCase()) + value.length * 2 - 1;
  return signed.map((b, i) => (i === at ? (b === 0x30 ? 0x31 : 0x30) : b));
}
