/** A security store is a bag that anybody may fill: what is in it counts only where a trusted root leads to it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Signer } from '#core/pki/index.ts';
import { withStored } from '#core/verify/index.ts';
import { Authority, Clock, SmallInternet } from '../../signing/extend/small-internet.ts';
import { doubts, Rig, seen } from '../../signing/extend/rig.ts';
import { appendStore } from './append.ts';

let rig: Rig;
let doctor: Signer;
let lists: { readonly root: Uint8Array; readonly issuing: Uint8Array };
beforeAll(async () => {
  rig = await Rig.open('ec-p256');
  doctor = await rig.ca.issue('Doctor');
  await rig.sign('bt.pdf', doctor);
  lists = {
    root: await rig.ca.list(rig.ca.rootSigner, []),
    issuing: await rig.ca.list(rig.ca.issuingSigner, []),
  };
});
const BT = [['signature', 'PASSED', 'B-T']];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it('adds to what the judge was given and takes nothing from it', async () => {
  const trust = {
    roots: [rig.ca.root],
    intermediates: [rig.ca.issuingSigner.certificate],
    crls: [lists.root],
    sealMakers: [],
  };
  const more = { certificates: [doctor.certificate], crls: [lists.issuing], ocspResponses: [bytes('answer')] };
  expect(withStored(trust, more)).toEqual({
    roots: trust.roots,
    sealMakers: [],
    intermediates: [...trust.intermediates, doctor.certificate],
    crls: [lists.root, lists.issuing],
    ocspResponses: more.ocspResponses,
  });
});

describe('the level', () => {
  it('is B-LT when chains and lists of signer and time stamp are there', async () => {
    await appendStore(rig, 'bt.pdf', 'lt.pdf', { crls: [lists.root, lists.issuing] });
    expect(seen(await rig.judge('lt.pdf'))).toEqual([['signature', 'PASSED', 'B-LT']]);
  });

  it.each(['root', 'issuing'] as const)('stays B-T without the list of the %s CA', async (missing) => {
    const crls = [missing === 'root' ? lists.issuing : lists.root];
    await appendStore(rig, 'bt.pdf', 'half.pdf', { crls });
    expect(seen(await rig.judge('half.pdf'))).toEqual(BT);
    // That the judge has the other list does not put it into the file.
    const trust = { ...rig.ca.trust, crls: [lists.root, lists.issuing] };
    const report = await rig.judge('half.pdf', { trust });
    expect(seen(report)).toEqual(BT);
    expect(report.signatures[0]?.revocation).toBe('good');
  });

  it('stays B-T when an issuer is known to the judge and not to the file', async () => {
    const { sign, certificate, digest } = doctor;
    await rig.sign(
      'short.pdf',
      { certificate, digest, chain: [], sign: (data) => sign.call(doctor, data) },
      {
        trust: { ...rig.ca.trust, intermediates: [rig.ca.issuingSigner.certificate] },
      },
    );
    await appendStore(rig, 'short.pdf', 'short-lt.pdf', { crls: [lists.root, lists.issuing] });
    const trust = { ...rig.ca.trust, intermediates: [rig.ca.issuingSigner.certificate] };
    expect(seen(await rig.judge('short-lt.pdf', { trust }))).toEqual(BT);
    const certificates = [rig.ca.issuingSigner.certificate.der];
    await appendStore(rig, 'short-lt.pdf', 'short-whole.pdf', { certificates });
    expect(seen(await rig.judge('short-whole.pdf'))).toEqual([['signature', 'PASSED', 'B-LT']]);
  });
});

describe('what does not help', () => {
  it('rubbish of every kind', async () => {
    const rubbish = [bytes('rubbish'), new Uint8Array(), Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff), lists.root];
    await appendStore(rig, 'bt.pdf', 'rubbish.pdf', {
      certificates: rubbish,
      crls: [...rubbish.slice(0, 3), doctor.certificate.der],
      ocspResponses: rubbish,
      entries: new Map([['../../etc/passwd', { certificates: rubbish, crls: [], ocspResponses: [] }]]),
    });
    const report = await rig.judge('rubbish.pdf');
    expect(seen(report)).toEqual(BT);
    expect(report.signatures[0]?.revocation).toBe('not-checked');
  });

  it("a stranger's root, and lists of the stranger under our names", async () => {
    const stranger = await Authority.open('ca', 'ec-p256', new SmallInternet(), new Clock(rig.clock.now()));
    await appendStore(rig, 'bt.pdf', 'stranger.pdf', {
      certificates: [stranger.root.der, stranger.issuingSigner.certificate.der],
      crls: [await stranger.list(stranger.rootSigner, []), await stranger.list(stranger.issuingSigner, [])],
    });
    expect(seen(await rig.judge('stranger.pdf'))).toEqual(BT);
    // The other way round: a file signed by the stranger, who brings the own root along.
    await rig.sign('foreign.pdf', await stranger.issue('Stranger'));
    await appendStore(rig, 'foreign.pdf', 'foreign-lt.pdf', { certificates: [stranger.root.der] });
    const report = await rig.judge('foreign-lt.pdf');
    expect(report.verdict).toBe('INDETERMINATE');
    expect(doubts(report)).toContain('CHAIN_NO_TRUST_ANCHOR');
  });

  it('a list with a signature that is not its own is no proof that nothing was revoked', async () => {
    const forged = lists.issuing.with(lists.issuing.length - 1, (lists.issuing.at(-1) ?? 0) ^ 1);
    await appendStore(rig, 'bt.pdf', 'forged.pdf', { crls: [lists.root, forged] });
    const report = await rig.judge('forged.pdf');
    expect(report.signatures[0]).toMatchObject({ level: 'B-B', revocation: 'unknown' });
    expect(report.verdict).toBe('INDETERMINATE');
  });

  it('a crowd of same-named issuers hides neither the chain nor the revocation', async () => {
    const crowd: Uint8Array[] = [];
    for (let i = 0; i < 120; i++) {
      if (i % 40 === 0) {
        const other = await Authority.open('ca', 'ec-p256', new SmallInternet(), new Clock(rig.clock.now()));
        crowd.push(other.issuingSigner.certificate.der, other.root.der);
      } else crowd.push((crowd[i % 2] ?? new Uint8Array()).with(-1 + (crowd[i % 2]?.length ?? 1), i));
    }
    await appendStore(rig, 'bt.pdf', 'crowd.pdf', { certificates: crowd, crls: [lists.root, lists.issuing] });
    expect(seen(await rig.judge('crowd.pdf'))).toEqual([['signature', 'PASSED', 'B-LT']]);
  });

  it('a revocation in the store counts, wherever the good news comes from', async () => {
    const revoked = [{ serialBytes: doctor.certificate.serialBytes, revocationDate: new Date('2027-02-01T00:00:00Z') }];
    await appendStore(rig, 'bt.pdf', 'revoked.pdf', {
      crls: [lists.root, lists.issuing, await rig.ca.list(rig.ca.issuingSigner, revoked)],
    });
    const trust = { ...rig.ca.trust, crls: [lists.root, lists.issuing] };
    const report = await rig.judge('revoked.pdf', { trust });
    expect(report.verdict).toBe('FAILED');
    expect(doubts(report)).toContain('CERT_REVOKED');
  });
});
