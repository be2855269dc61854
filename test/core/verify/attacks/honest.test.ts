/** The other side of every attack: what honest people do to a signed file leaves it good. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createTimeStampRequest,
  issueTimeStamp,
  parseTimeStampRequest,
  parseTimeStampResponse,
  type TrustMaterial,
} from '#core/pki/index.ts';
import { makePki, TSA_POLICY, type KeyKind, type Pki } from '../../signing/material.ts';
import { at, craftedRecord, doctorSigns, into, stream, update, withContents } from './crafted.ts';
import { judge, objectText, reasons } from './forge.ts';

const kinds: readonly KeyKind[] = ['sm2', 'rsa', 'ec-p256'];
const hospitals = new Map<KeyKind, Pki>();
let trust: TrustMaterial;
beforeAll(async () => {
  for (const kind of kinds) hospitals.set(kind, await makePki(kind, 'Hospital'));
  trust = { roots: [...hospitals.values()].map((pki) => pki.root) };
});
const pki = (kind: KeyKind): Pki => hospitals.get(kind) ?? expect.fail();

async function documentTimeStamp(bytes: Uint8Array): Promise<Uint8Array> {
  const signer = await pki('sm2').issueTsa();
  const stamp = async (imprint: Uint8Array): Promise<Uint8Array> => {
    const query = createTimeStampRequest({ digestName: 'sm3', imprint, nonce: Uint8Array.of(5), certReq: true });
    const options = { signer, serial: Uint8Array.of(9), genTime: new Date(), policy: TSA_POLICY };
    return parseTimeStampResponse(await issueTimeStamp(parseTimeStampRequest(query), options)).token ?? expect.fail();
  };
  return withContents(bytes, 'sm3', stamp, { subFilter: 'ETSI.RFC3161' });
}

async function securityStore(bytes: Uint8Array): Promise<Uint8Array> {
  const entries =
    '/DSS << /Certs [80 0 R] /VRI 82 0 R >> /Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 2 >> >>';
  return update(bytes, {
    objects: {
      // Some writers give each stream's length an object of its own.
      80: '<< /Length 81 0 R >>\nstream\nabc\nendstream',
      81: '3',
      82: '<< /AA << /Cert [80 0 R] /CRL [83 0 R] >> >>',
      83: stream('xyz'),
      [at.catalog]: into(await objectText(bytes, at.catalog), entries),
    },
  });
}

describe('a record on its way through the house', () => {
  it('signed with SM2, RSA and P-256, stamped, with a security store added and added to, and stamped again', async () => {
    let bytes = craftedRecord();
    for (const [i, kind] of kinds.entries()) {
      const placement = { page: 1, x: 20 + 50 * i, y: 200, width: 40, height: 15 };
      bytes = await doctorSigns(bytes, await pki(kind).issue(`Doctor ${kind}`), { placement });
      expect(reasons(await judge(bytes, trust)), kind).toEqual([]);
    }
    bytes = await documentTimeStamp(bytes);
    expect(reasons(await judge(bytes, trust))).toEqual([]);
    bytes = await securityStore(bytes);
    expect(reasons(await judge(bytes, trust))).toEqual([]);
    const longer = { 82: '<< /AA << /Cert [80 0 R] /CRL [83 0 R 90 0 R] >> >>', 90: stream('more') };
    bytes = await documentTimeStamp(await update(bytes, { objects: longer }));
    const report = await judge(bytes, trust);
    expect(reasons(report)).toEqual([]);
    expect(report.signatures.map((s) => s.verdict)).toEqual(Array(5).fill('PASSED'));
    expect(report.verdict).toBe('PASSED');
  });
});
