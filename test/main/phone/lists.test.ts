/** What a phone is shown, and the digests that its approval holds for. */
import { expect, it } from 'vitest';
import { sm3, toHex } from '../../../src/core/crypto/index.ts';
import { phoneRow } from '../../../src/core/token/index.ts';
import { formsDigest, LOGIN_DIGEST, recordsDigest, rowsOf } from '../../../src/main/phone/lists.ts';

const digest = 'ab'.repeat(32);
const record = { recordId: 'EMR-1', version: 2, sm3: digest, sealId: null };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

it('is the SM3 of the lines that docs/formats.md names', () => {
  const line = `["EMR-1",2,"${digest.toUpperCase()}",null]`;
  expect(recordsDigest([record])).toBe(toHex(sm3(utf8(`YIQIAN-PHONE-RECORDS-1\n${line}\n`))));
  expect(formsDigest([{ id: 'f', document: digest }])).toBe(
    toHex(sm3(utf8(`YIQIAN-PHONE-CONSENT-1\n["f","${digest.toUpperCase()}"]\n`))),
  );
  expect(LOGIN_DIGEST).toBe(toHex(sm3()));
});

it('differs for every other record, version, document, seal, order and number', () => {
  const other = { ...record, recordId: 'EMR-2' };
  const lists = [
    [record],
    [other],
    [{ ...record, version: 3 }],
    [{ ...record, sm3: 'cd'.repeat(32) }],
    [{ ...record, sealId: '4403' }],
    [record, other],
    [other, record],
    [record, record],
    [{ ...record, recordId: 'EMR-1",2' }],
  ];
  const digests = [...lists.map((l) => recordsDigest(l)), formsDigest([{ id: 'EMR-1', document: digest }])];
  expect(new Set(digests).size).toBe(digests.length);
});

it('the rows are what the service takes: no whole name, a long type cut between characters', () => {
  const type = '𠮷'.repeat(40);
  const [row] = rowsOf([{ type: `长${type}`, patientName: '王小明', sm3: digest, signatures: 1, seal: false }]);
  expect(phoneRow.parse(row)).toEqual(row);
  expect(row).toEqual({ type: `长${'𠮷'.repeat(29)}`, initials: '王＊', digest });
});
