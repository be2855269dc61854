/** At which time what is judged: the proof of existence of the earliest good document time stamp, and nothing weaker. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Signer } from '#core/pki/index.ts';
import { doubts, Rig, seen } from '../../signing/extend/rig.ts';
import { appendStamp, appendStore } from './append.ts';

let rig: Rig;
let doctor: Signer;
beforeEach(async () => {
  rig = await Rig.open('ec-p256');
  doctor = await rig.ca.issue('Doctor');
});
const lists = async (): Promise<Uint8Array[]> => [
  await rig.ca.list(rig.ca.rootSigner, []),
  await rig.ca.list(rig.ca.issuingSigner, rig.ca.revoked),
];

describe('a signature without a time stamp', () => {
  beforeEach(async () => void (await rig.sign('bb.pdf', doctor, { level: 'B-B' })));

  it('is judged at the time of the document time stamp over it, long after its certificate has expired', async () => {
    const stampedAt = rig.clock.forward(100);
    await appendStamp(rig, 'bb.pdf', 'stamped.pdf');
    rig.clock.forward(500);
    const without = await rig.judge('bb.pdf');
    expect(without.signatures[0]).toMatchObject({ verdict: 'INDETERMINATE', timeBasis: 'claimed' });
    const report = await rig.judge('stamped.pdf');
    expect(seen(report)).toEqual([
      ['signature', 'PASSED', 'B-T'],
      ['stamp', 'PASSED', 'none'],
    ]);
    expect(report.signatures[0]).toMatchObject({ timeBasis: 'trusted', trustedTime: stampedAt.toISOString() });
    expect(report.signatures[0]?.timeStampAuthority?.commonName).toBe('ca TSA tsa');
  });

  it.each([
    ['before', 50, 'FAILED'],
    ['after', 150, 'PASSED'],
  ] as const)('revoked %s the stamp: %i days, %s', async (_, days, verdict) => {
    const signedAt = rig.clock.now().getTime();
    rig.clock.forward(100);
    await appendStamp(rig, 'bb.pdf', 'stamped.pdf');
    rig.clock.forward(100);
    rig.ca.revoke(doctor, new Date(signedAt + days * 86_400_000), 4);
    const report = await rig.judge('stamped.pdf', { trust: { ...rig.ca.trust, crls: await lists() } });
    expect(report.signatures[0]?.verdict).toBe(verdict);
  });

  it('stamped only after its certificate had expired: nothing is proven', async () => {
    rig.clock.forward(400);
    await appendStamp(rig, 'bb.pdf', 'late.pdf');
    const report = await rig.judge('late.pdf');
    expect(doubts(report)).toContain('CERT_EXPIRED');
    expect(report.signatures[0]?.verdict).not.toBe('PASSED');
  });

  it('a stamp over other bytes, or by a stranger, gives no time', async () => {
    await appendStamp(rig, 'bb.pdf', 'wrong.pdf', { change: (imprint) => imprint.with(0, (imprint[0] ?? 0) ^ 1) });
    const wrong = await rig.judge('wrong.pdf');
    expect(wrong.signatures.map((s) => [s.verdict, s.timeBasis])).toEqual([
      // What a stamp that covers something else brought into the file is not a change that anybody vouches for.
      ['FAILED', 'now'],
      ['FAILED', 'now'],
    ]);
    const stranger = await Rig.open('ec-p256', 'stranger');
    const page = stranger.internet.pages.get(stranger.tsa.url) ?? expect.fail('no page');
    rig.internet.pages.set(stranger.tsa.url, page);
    const own = rig.tsa;
    rig.tsa = stranger.tsa;
    await appendStamp(rig, 'bb.pdf', 'stranger.pdf');
    rig.tsa = own;
    const report = await rig.judge('stranger.pdf');
    expect(report.signatures[0]).toMatchObject({ level: 'B-B', timeBasis: 'now', trustedTime: undefined });
    expect(report.signatures[1]?.verdict).toBe('INDETERMINATE');
  });
});

describe('an archive time stamp', () => {
  it('makes B-LTA only of what it covers', async () => {
    await rig.sign('bt.pdf', doctor);
    const crls = await lists();
    await appendStamp(rig, 'bt.pdf', 'stamp.pdf');
    await appendStore(rig, 'stamp.pdf', 'stamp-then-store.pdf', { crls });
    expect(seen(await rig.judge('stamp-then-store.pdf'))).toEqual([
      ['signature', 'PASSED', 'B-LT'],
      ['stamp', 'PASSED', 'none'],
    ]);
    await appendStamp(rig, 'stamp-then-store.pdf', 'covered.pdf');
    expect(seen(await rig.judge('covered.pdf'))).toEqual([
      ['signature', 'PASSED', 'B-LTA'],
      ['stamp', 'PASSED', 'none'],
      ['stamp', 'PASSED', 'none'],
    ]);
  });

  it('whose certificate has expired is worth nothing by itself', async () => {
    await rig.sign('bt.pdf', doctor);
    await appendStamp(rig, 'bt.pdf', 'stamp.pdf');
    rig.clock.forward(1600);
    const report = await rig.judge('stamp.pdf');
    expect(report.signatures.map((s) => [s.verdict, s.level])).toEqual([
      ['INDETERMINATE', 'B-B'],
      ['INDETERMINATE', 'none'],
    ]);
    expect(doubts(report, 1)).toEqual(['TIMESTAMP_EXPIRED_SINCE']);
  });

  it('that is earlier than what it covers: the times contradict each other', async () => {
    rig.clock.forward(10);
    await rig.sign('bt.pdf', doctor);
    rig.clock.forward(-10);
    await appendStamp(rig, 'bt.pdf', 'disorder.pdf');
    rig.clock.forward(20);
    const report = await rig.judge('disorder.pdf');
    expect(doubts(report)).toContain('TIMESTAMP_ORDER');
    expect(report.signatures[0]).toMatchObject({ verdict: 'INDETERMINATE', level: 'B-B' });
  });
});

describe('a list made after a certificate had expired', () => {
  it('says nothing of it: the CA may have dropped the entry', async () => {
    await rig.sign('bt.pdf', doctor);
    rig.clock.forward(400);
    const report = await rig.judge('bt.pdf', { trust: { ...rig.ca.trust, crls: await lists() } });
    expect(doubts(report)).toContain('REVOCATION_STALE');
    expect(report.verdict).toBe('INDETERMINATE');
  });
});
