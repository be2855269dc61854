/** Time stamps that prove nothing. */
import { digest } from '#core/crypto/index.ts';
import {
  addUnsignedTimeStamp,
  buildSignedData,
  createTimeStampRequest,
  issueTimeStamp,
  parseSignedData,
  parseTimeStampRequest,
  parseTimeStampResponse,
  type Signer,
} from '#core/pki/index.ts';
import { TSA_POLICY, years } from '../../../signing/material.ts';
import { craftedRecord, withContents } from '../crafted.ts';
import { family, type AttackPlan } from './attack.ts';
import type { Lab } from './lab.ts';

const ROOM = 5000;

async function token(imprint: Uint8Array, tsa: Signer, genTime = new Date()): Promise<Uint8Array> {
  const query = createTimeStampRequest({ digestName: 'sha256', imprint, nonce: Uint8Array.of(1, 2), certReq: true });
  const answer = await issueTimeStamp(parseTimeStampRequest(query), {
    signer: tsa,
    serial: Uint8Array.of(7),
    genTime,
    policy: TSA_POLICY,
  });
  const made = parseTimeStampResponse(answer).token;
  if (made === undefined) throw new Error('no token');
  return made;
}

/** The doctor's signature with a time stamp that `stamp` makes from the signature value. */
const stamped = (
  id: string,
  story: string,
  stamp: (value: Uint8Array, lab: Lab) => Promise<Uint8Array>,
  codes: readonly string[],
  verdict: 'FAILED' | 'INDETERMINATE' = 'FAILED',
): AttackPlan => ({
  id,
  story,
  make: async (lab) =>
    withContents(
      craftedRecord(),
      lab.doctor.digest,
      async (range) => {
        const cms = await buildSignedData({ content: { digest: range }, signer: lab.doctor });
        const value = parseSignedData(cms).signerInfos[0]?.signature ?? new Uint8Array();
        return addUnsignedTimeStamp(cms, await stamp(value, lab));
      },
      { contentsSize: ROOM },
    ),
  verdict,
  codes,
});

const over = (data: Uint8Array): Uint8Array => digest('sha256', data);

export const times = family('time', [
  stamped(
    'time-01-of-another-signature',
    'The time stamp belongs to another signature.',
    async (_, lab) => token(over(Uint8Array.of(1, 2, 3)), await lab.pki.issueTsa()),
    ['TSA_WRONG_IMPRINT'],
  ),
  stamped(
    'time-02-of-the-document',
    'The time stamp is over the document’s text and not over the signature value.',
    async (_, lab) => token(over(craftedRecord()), await lab.pki.issueTsa()),
    ['TSA_WRONG_IMPRINT'],
  ),
  stamped(
    'time-03-unknown-authority',
    'A time stamp authority that nobody trusts vouches for an early time.',
    async (value, lab) => token(over(value), await lab.strangers.issueTsa(), years(-0.5)),
    ['TSA_WRONG_SIGNER', 'CHAIN_NO_TRUST_ANCHOR'],
    'INDETERMINATE',
  ),
  stamped(
    'time-04-by-a-doctor',
    'A doctor’s certificate makes the time stamp.',
    async (value, lab) => token(over(value), lab.insider),
    ['TSA_WRONG_USAGE'],
  ),
  stamped(
    'time-05-in-the-future',
    'The time stamp lies a year ahead.',
    async (value, lab) => token(over(value), await lab.pki.issueTsa(), years(1)),
    ['TIMESTAMP_AHEAD'],
    'INDETERMINATE',
  ),
  stamped(
    'time-06-before-the-certificate',
    'The time stamp is older than the signer’s certificate.',
    async (value, lab) => token(over(value), await lab.pki.issueTsa('TSA', { notBefore: years(-2) }), years(-1.5)),
    ['CERT_NOT_YET_VALID'],
  ),
  stamped(
    'time-07-by-an-expired-authority',
    'The authority’s certificate had ended when the time stamp was made.',
    async (value, lab) =>
      token(over(value), await lab.pki.issueTsa('TSA', { notBefore: years(-2), notAfter: years(-1) }), new Date()),
    ['CERT_EXPIRED', 'TSA_WRONG_SIGNER', 'TSA_CERT_EXPIRED'],
  ),
  stamped(
    'time-08-broken',
    'The time stamp’s own signature is broken.',
    async (value, lab) => {
      const made = (await token(over(value), await lab.pki.issueTsa())).slice();
      made[made.length - 3] = (made[made.length - 3] ?? 0) ^ 1;
      return made;
    },
    ['TSA_SIGNATURE_INVALID', 'TSA_BAD_SIGNATURE', 'CMS_SIGNATURE_INVALID', 'TSA_MALFORMED', 'TSA_WRONG_SIGNATURE'],
  ),
]);
