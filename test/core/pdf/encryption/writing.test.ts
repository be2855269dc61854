/** Increments of encrypted documents: what they bring is encrypted as the document demands, the signature's own bytes never. */
import { describe, expect, test } from 'vitest';
import { toHex } from '#core/crypto/index.ts';
import {
  bytesSource,
  changedObjects,
  joinedSource,
  PdfDict,
  PdfRef,
  PdfStream,
  PdfString,
  prepareSignature,
  readPdf,
  textOf,
  type PreparedSignature,
  type SignatureFieldRequest,
} from '#core/pdf/index.ts';
import { encrypted, encryptedFixture, type EncryptedName } from '../../../fixtures/pdf/encrypted/index.ts';

const request: SignatureFieldRequest = {
  subFilter: 'ETSI.CAdES.detached',
  claimedTime: new Date('2030-01-02T03:04:05Z'),
  contentsSize: 2000,
  fieldName: 'Surgeon',
  placement: { page: 1, x: 10, y: 10, width: 20, height: 10 },
  signerName: '张医生',
  reason: 'Operation note',
  location: 'Theatre 2',
};
const prepare = async (
  original: Uint8Array,
  password: string,
  more: Partial<SignatureFieldRequest> = {},
): Promise<PreparedSignature> =>
  prepareSignature(await readPdf(bytesSource(original), { password }), { ...request, ...more });
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const writable = (Object.keys(encrypted) as EncryptedName[]).filter(
  (name) => !name.startsWith('no-changes') && !['fill-only', 'fill-only-128', 'annotate-only'].includes(name),
);

describe.each(writable)('%s', (name) => {
  const { user, owner } = encrypted[name];

  test('a signature is prepared, read back, and no text of it stands in the clear', async () => {
    const original = encryptedFixture(name);
    const prepared = await prepare(original, user);
    const increment = latin1(prepared.increment);
    for (const word of ['Surgeon', 'Operation', 'Theatre', toHex(Buffer.from('Operation'))])
      expect(increment).not.toContain(word);
    // The hole is all zeros and where the ByteRange says.
    const hole = increment.slice(prepared.contentsHexOffset - 1, prepared.contentsHexOffset + 2 * 2000 + 1);
    expect(hole).toBe(`<${'0'.repeat(4000)}>`);
    expect(prepared.byteRange[1]).toBe(original.length + prepared.contentsHexOffset - 1);

    const signed = await readPdf(joinedSource(bytesSource(original), prepared.increment), { password: owner });
    const [signature] = await signed.signatures();
    expect(signature).toMatchObject({
      fieldName: 'Surgeon',
      signerName: '张医生',
      reason: 'Operation note',
      location: 'Theatre 2',
      claimedTime: 'D:20300102030405Z',
      byteRange: prepared.byteRange,
      irregularities: [],
      page: 1,
    });
    expect(signature?.contents).toEqual(new Uint8Array(2000));
    expect(signature?.contentsSpan).toEqual([prepared.byteRange[1], prepared.byteRange[2]]);
  });

  test('the earlier revision opens with the same password and tells the changes', async () => {
    const original = encryptedFixture(name);
    const prepared = await prepare(original, owner);
    const signed = await readPdf(joinedSource(bytesSource(original), prepared.increment), { password: user });
    const before = await signed.revisionAt(original.length);
    expect(before.security).toBe(signed.security);
    const { objects, trailerKeys } = await changedObjects(before, signed);
    expect(trailerKeys.filter((key) => key !== 'ID')).toEqual([]);
    expect(objects.filter(({ kind }) => kind === 'freed' || kind === 'relisted')).toEqual([]);
    expect(objects.length).toBeGreaterThanOrEqual(4);
  });
});

describe('what is written', () => {
  test('no two initialisation vectors are alike, and every string has one of its own', async () => {
    const { increment } = await prepare(encryptedFixture('aes-256'), 'user');
    const strings = [...latin1(increment).matchAll(/\/(T|M|Name|Reason|Location)<([0-9A-F]+)>/g)];
    expect(strings.map(([, key]) => key).sort()).toEqual(['Location', 'M', 'Name', 'Reason', 'T']);
    const vectors = strings.map(([, , hex]) => (hex ?? '').slice(0, 32));
    expect(new Set(vectors).size).toBe(vectors.length);
    for (const [, , hex] of strings) expect((hex ?? '').length % 32).toBe(0);
    const again = await prepare(encryptedFixture('aes-256'), 'user');
    expect(latin1(again.increment)).not.toContain(vectors[0]);
  });

  test('/Encrypt and the first /ID are carried on, table and stream alike', async () => {
    for (const name of ['aes-128', 'aes-256-objstm'] as const) {
      const original = encryptedFixture(name);
      const prepared = await prepare(original, 'user', { fieldName: 'Another' });
      const before = (await readPdf(bytesSource(original), { password: 'user' })).trailer;
      const after = (await readPdf(joinedSource(bytesSource(original), prepared.increment), { password: 'user' }))
        .trailer;
      expect(after.get('Encrypt')).toEqual(before.get('Encrypt'));
      const ids = [before, after].map((trailer) => (trailer.get('ID') as readonly PdfString[])[0]?.bytes);
      expect(ids[1]).toEqual(ids[0]);
    }
  });

  test('an object that had been packed stands by itself with encrypted strings', async () => {
    const original = encryptedFixture('aes-128-objstm');
    const prepared = await prepare(original, 'user', { fieldName: 'New' });
    const signed = await readPdf(joinedSource(bytesSource(original), prepared.increment), { password: 'user' });
    const fields = await signed.fields();
    expect(fields.map((field) => field.name)).toEqual(expect.arrayContaining(['New']));
    const form = await signed.resolve((await signed.catalog()).get('AcroForm'));
    expect(form).toBeInstanceOf(PdfDict);
  });

  test('a stream that is packed and encrypted has the length of what stands in the file', async () => {
    const original = encryptedFixture('aes-256');
    const prepared = await prepare(original, 'user', { appearance: {} });
    const signed = await readPdf(joinedSource(bytesSource(original), prepared.increment), { password: 'user' });
    let streams = 0;
    for (let num = 1; num < signed.objectLimit; num++) {
      const entry = signed.xrefEntry(num);
      if (entry?.kind !== 'offset' || entry.offset < original.length) continue;
      const object = await signed.object(num);
      if (!(object instanceof PdfStream)) continue;
      streams++;
      expect(object.data).toMatchObject({ length: object.dict.get('Length') });
      await expect(signed.streamData(object)).resolves.toBeInstanceOf(Uint8Array);
    }
    expect(streams).toBeGreaterThan(0);
  });

  test('AES-256 has one key for all objects: what is encrypted for one number opens with the file key', async () => {
    // Guards against a key per object slipping in: two objects of one text differ by their vectors alone.
    const file = await readPdf(bytesSource(encryptedFixture('aes-256')), { password: 'user' });
    const sealed = file.security?.encrypt(new PdfRef(7), new PdfString(Buffer.from('same'))) as PdfString;
    const opened = file.security?.decryptStrings(new PdfRef(8), sealed) as PdfString;
    expect(textOf(opened)).toBe('same');
    const old = await readPdf(bytesSource(encryptedFixture('rc4-128')), { password: 'user' });
    const sealedOld = old.security?.encrypt(new PdfRef(7), new PdfString(Buffer.from('same'))) as PdfString;
    expect(textOf(old.security?.decryptStrings(new PdfRef(8), sealedOld) as PdfString)).not.toBe('same');
  });
});

describe('the document forbids signing to those with the user password', () => {
  test.each([
    ['fill-only', 'new field', {}, 'PDF_PERMISSION'],
    ['fill-only', 'existing field', { fieldName: 'Doctor' }, undefined],
    ['fill-only-128', 'new field', {}, 'PDF_PERMISSION'],
    ['fill-only-128', 'existing field', { fieldName: 'Doctor' }, undefined],
    ['annotate-only', 'new field', {}, 'PDF_PERMISSION'],
    ['annotate-only', 'existing field', { fieldName: 'Doctor' }, undefined],
    ['no-changes', 'new field', {}, 'PDF_PERMISSION'],
    ['no-changes', 'existing field', { fieldName: 'Doctor' }, 'PDF_PERMISSION'],
    ['no-changes-40', 'new field', {}, 'PDF_PERMISSION'],
  ] as const)('%s: %s', async (name, _, more, code) => {
    const attempt = prepare(encryptedFixture(name), 'user', more);
    if (code === undefined) await expect(attempt).resolves.toBeDefined();
    else await expect(attempt).rejects.toMatchObject({ code });
    await expect(prepare(encryptedFixture(name), 'owner', more)).resolves.toBeDefined();
  });

  test('and to those who changed the permissions by hand', async () => {
    const text = latin1(encryptedFixture('no-changes'));
    const lied = Buffer.from(
      text.replace(/\/P -\d+/, (p) => '/P -4'.padEnd(p.length)),
      'latin1',
    );
    await expect(prepare(lied, 'user')).rejects.toMatchObject({ code: 'PDF_PERMISSION' });
    await expect(prepare(lied, 'owner')).resolves.toBeDefined();
  });
});
