/** The document security store: ours, strangers' in every legal shape, and what calls itself one. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  bytesSource,
  prepareSecurityStore,
  readPdf,
  readSecurityStore,
  storeKey,
  type SecurityStore,
  type StoreAddition,
} from '#core/pdf/index.ts';
import { digest, toHex } from '#core/crypto/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import { makePki, type Pki } from '../signing/material.ts';
import { at, craftedRecord, doctorSigns, into, joined, stream, update } from '../verify/attacks/crafted.ts';
import { objectText } from '../verify/attacks/forge.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (items: readonly Uint8Array[]): string[] => items.map((item) => new TextDecoder().decode(item));
const open = (document: Uint8Array) => readPdf(bytesSource(document));
const read = async (document: Uint8Array): Promise<SecurityStore> => readSecurityStore(await open(document));

const addition = (more: Partial<StoreAddition>): StoreAddition => ({
  certificates: [],
  crls: [],
  ocspResponses: [],
  entries: new Map(),
  ...more,
});
async function added(document: Uint8Array, more: Partial<StoreAddition>): Promise<Uint8Array> {
  const prepared = await prepareSecurityStore(await open(document), addition(more));
  return prepared === undefined ? document : joined(document, prepared.increment);
}

/** A store of another writer: everything indirect that may be, a length too, and a key that we don't know. */
async function withStranger(document: Uint8Array): Promise<Uint8Array> {
  return update(document, {
    objects: {
      60: stream('cert one'),
      61: '<< /Length 62 0 R >>\nstream\ncrl one\nendstream',
      62: '7',
      63: '[60 0 R]',
      64: '[61 0 R]',
      65: '<< /AA << /Cert 63 0 R /CRL [61 0 R] /TU (D:20270101000000Z) >> /BB 66 0 R >>',
      66: '<< /Cert [60 0 R] >>',
      67: '<< /Type /DSS /Certs 63 0 R /CRLs 64 0 R /VRI 65 0 R /Own (kept) >>',
      [at.catalog]: into(await objectText(document, at.catalog), '/DSS 67 0 R'),
    },
  });
}

describe('what is written', () => {
  it('is read again, each item once, entries and lists alike', async () => {
    const [one, two] = [bytesOf('one'), bytesOf('two')];
    const entry = { certificates: [one, two], crls: [bytesOf('list')], ocspResponses: [] };
    const document = await added(craftedRecord(), {
      certificates: [one, bytesOf('one')],
      ocspResponses: [bytesOf('answer')],
      entries: new Map([['AB', entry]]),
    });
    const store = await read(document);
    expect(texts(store.certificates)).toEqual(['one', 'two']);
    expect(texts(store.crls)).toEqual(['list']);
    expect(texts(store.ocspResponses)).toEqual(['answer']);
    expect([...store.entries]).toEqual(['AB']);
    expect(store.left).toBe(0);
  });

  it('is nothing when nothing is new', async () => {
    const more = { certificates: [bytesOf('one')], entries: new Map([['AB', addition({ crls: [bytesOf('list')] })]]) };
    const document = await added(craftedRecord(), more);
    expect(await prepareSecurityStore(await open(document), addition(more))).toBeUndefined();
    expect(await prepareSecurityStore(await open(craftedRecord()), addition({}))).toBeUndefined();
    const next = await prepareSecurityStore(
      await open(document),
      addition({ crls: [bytesOf('list'), bytesOf('new')] }),
    );
    expect(next?.added).toEqual({ certificates: 0, crls: 1, ocspResponses: 0 });
  });

  it('keeps what a stranger wrote, item by item and key by key', async () => {
    const before = await withStranger(craftedRecord());
    const after = await added(before, {
      certificates: [bytesOf('cert one'), bytesOf('cert two')],
      entries: new Map([['AA', addition({ crls: [bytesOf('crl one'), bytesOf('crl two')] })]]),
    });
    expect(Buffer.from(after.subarray(0, before.length)).equals(before)).toBe(true);
    const store = await read(after);
    expect(texts(store.certificates)).toEqual(['cert one', 'cert two']);
    expect(texts(store.crls)).toEqual(['crl one', 'crl two']);
    expect([...store.entries]).toEqual(['AA', 'BB']);
    const text = await objectText(after, 67);
    expect(text).toMatch(/\/Own\s*\(kept\)/);
    expect(text).toMatch(/\/BB 66 0 R/);
    expect(text).toMatch(/\/TU\s*\(D:20270101000000Z\)/);
    expect(text).toMatch(/\/Cert 63 0 R/);
  });

  it('names a signature by the SHA-1 of its /Contents, filling zeros included', () => {
    const contents = Uint8Array.of(0x30, 1, 0, 0, 0);
    expect(storeKey(contents)).toBe(toHex(digest('sha1', contents)).toUpperCase());
    expect(storeKey(contents)).not.toBe(storeKey(contents.subarray(0, 3)));
  });
});

describe('a store that is none', () => {
  const shaped = async (store: string, objects: Record<number, string> = {}): Promise<Uint8Array> => {
    const document = craftedRecord();
    return update(document, {
      objects: { ...objects, [at.catalog]: into(await objectText(document, at.catalog), `/DSS ${store}`) },
    });
  };
  const NOTHING = { certificates: [], crls: [], ocspResponses: [] };

  it.each([
    ['a number', '5'],
    ['an array', '[1 2]'],
    ['nothing', '99 0 R'],
    ['lists that are none', '<< /Certs 5 /CRLs << >> /OCSPs (x) /VRI [ ] >>'],
    ['items that are none', '<< /Certs [1 (x) null 99 0 R 1 0 R << >>] >>'],
  ])('%s: nothing is read, nothing is thrown', async (_, store) => {
    expect(await read(await shaped(store))).toMatchObject(NOTHING);
  });

  it('streams that cannot be unpacked are left out, the others are read', async () => {
    const document = await shaped('<< /Certs [60 0 R 61 0 R 60 0 R] >>', {
      60: '<< /Length 3 /Filter /FlateDecode >>\nstream\nabc\nendstream',
      61: stream('good'),
    });
    const store = await read(document);
    expect(texts(store.certificates)).toEqual(['good']);
    expect(store.left).toBe(1);
  });

  it('a list that leads to itself ends', async () => {
    const document = await shaped('60 0 R', { 60: '<< /Certs 61 0 R /VRI 60 0 R >>', 61: '[61 0 R 60 0 R]' });
    expect(await read(document)).toMatchObject(NOTHING);
  });

  it('thousands of items are not all read', async () => {
    const document = await shaped(`<< /Certs [${'60 0 R '.repeat(5)}${'61 0 R '.repeat(50_000)}] >>`, {
      60: stream('good'),
      61: stream('more'),
    });
    expect(texts((await read(document)).certificates)).toEqual(['good', 'more']);
  });

  it.each([
    ['5', '/DSS'],
    ['<< /Certs 5 >>', '/DSS /Certs'],
    ['<< /VRI [ ] >>', '/DSS /VRI'],
  ])('%s is not written over: the file is damaged', async (store, where) => {
    const writing = added(await shaped(store), { certificates: [bytesOf('one')] });
    await expect(writing).rejects.toMatchObject({ code: 'PDF_DAMAGED', message: expect.stringContaining(where) });
  });

  it('a document whose offsets are wrong gets no store: readers would rebuild its table', async () => {
    const document = craftedRecord();
    const wrong = Buffer.from(document);
    const place = wrong.indexOf('0000000', wrong.lastIndexOf('xref\n0 1') + 30);
    wrong.write('9', place + 6);
    await expect(added(new Uint8Array(wrong), { certificates: [bytesOf('one')] })).rejects.toMatchObject({
      code: 'PDF_DAMAGED',
    });
  });
});

describe('the judge', () => {
  let pki: Pki;
  beforeAll(async () => {
    pki = await makePki('ec-p256');
  });

  it('has nothing against a store, nor against one that was a stranger’s before', async () => {
    const signed = await doctorSigns(craftedRecord(), await pki.issue('Doctor'));
    for (const base of [signed, await withStranger(signed)]) {
      const document = await added(base, {
        certificates: [bytesOf('cert two')],
        entries: new Map([['AA', addition({ crls: [bytesOf('crl two')] })]]),
      });
      const report = await verifyPdf(bytesSource(document), { name: 'x', trust: pki.trust });
      expect(report.signatures[0]?.changesAfter.map((c) => c.code)).not.toContain('CHANGED_OBJECT');
      expect(report.verdict).toBe('PASSED');
    }
  });
});
