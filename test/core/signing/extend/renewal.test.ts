/** Over the years: archive time stamps follow one another, each made while the one before was still good. */
import { beforeAll, describe, expect, it } from 'vitest';
import { DAY } from './small-internet.ts';
import { doubts, Rig, seen } from './rig.ts';

describe('a record over twelve years', () => {
  let rig: Rig;
  beforeAll(async () => {
    // Each service's certificate is good for 1500 days (4.1 years), the doctor's for one year.
    rig = await Rig.open('sm2');
    await rig.sign('2027.pdf', await rig.ca.issue('Doctor'));
    await rig.extend('2027.pdf', '2027-lta.pdf');
    rig.clock.forward(1200);
    await rig.newTsa('tsa-2030');
    await rig.extend('2027-lta.pdf', '2030-lta.pdf');
    rig.clock.forward(1200);
    await rig.newTsa('tsa-2033');
    await rig.extend('2030-lta.pdf', '2033-lta.pdf');
    rig.clock.forward(1400);
  });
  const PASSED_LTA = ['signature', 'PASSED', 'B-LTA'];

  it('passes with three stamps, two of whose certificates have expired', async () => {
    const report = await rig.judge('2033-lta.pdf');
    expect(seen(report)).toEqual([PASSED_LTA, ...Array.from({ length: 3 }, () => ['stamp', 'PASSED', 'none'])]);
    expect(report.verdict).toBe('PASSED');
    expect(report.signatures[0]).toMatchObject({ timeBasis: 'trusted', revocation: 'good' });
    // All of this from the file and the root alone: no service of those days is asked, nothing but the root is given.
    expect(report.judgedAt).toBe(rig.clock.now().toISOString());
  });

  it('does not pass where the chain was not kept up, and says why', async () => {
    for (const file of ['2027.pdf', '2027-lta.pdf', '2030-lta.pdf']) {
      const report = await rig.judge(file);
      expect(report.verdict, file).toBe('INDETERMINATE');
      expect(
        report.signatures.flatMap((_, i) => doubts(report, i)),
        file,
      ).toContain('TIMESTAMP_EXPIRED_SINCE');
      expect(report.signatures[0]?.level, file).toBe('B-B');
    }
  });

  it('cannot be renewed once it is too late', async () => {
    await rig.newTsa('tsa-2037');
    await expect(rig.extend('2030-lta.pdf', 'too-late.pdf')).rejects.toMatchObject({
      code: expect.stringMatching(/^LASTING_/),
    });
  });

  it('an older service whose key is compromised after all harms nothing that a later stamp covers', async () => {
    const report = await rig.judge('2033-lta.pdf');
    expect(report.verdict).toBe('PASSED');
    const [, first] = report.signatures;
    const issuing = rig.ca.issuingSigner;
    const revoked = (daysAgo: number) => [
      {
        serialBytes: Uint8Array.from(Buffer.from(first?.signer?.serial ?? '', 'hex')),
        revocationDate: new Date(rig.clock.now().getTime() - daysAgo * DAY),
        reason: 1,
      },
    ];
    // The first stamp was covered 2600 days ago: a compromise noticed later proves nothing against it, one before does.
    const later = { ...rig.ca.trust, crls: [await rig.ca.list(issuing, revoked(1000))] };
    expect((await rig.judge('2033-lta.pdf', { trust: later })).verdict).toBe('PASSED');
    const before = { ...rig.ca.trust, crls: [await rig.ca.list(issuing, revoked(3000))] };
    expect((await rig.judge('2033-lta.pdf', { trust: before })).verdict).toBe('FAILED');
  });
});

describe('renewal', () => {
  it('is due when the certificate or the algorithm ends, whichever is first', async () => {
    const sm2 = await Rig.open('sm2');
    await sm2.sign('a.pdf', await sm2.ca.issue('Doctor'));
    const { renewBy } = await sm2.extend('a.pdf', 'a-lta.pdf');
    // The certificate's end: X.509 times have whole seconds.
    expect(renewBy).toEqual(sm2.tsaSigner.certificate.notAfter);

    const rsa = await Rig.open('rsa');
    await rsa.sign('b.pdf', await rsa.ca.issue('Doctor'));
    await rsa.newTsa('long', 5000);
    const result = await rsa.extend('b.pdf', 'b-lta.pdf');
    // RSA with 2048 bits: 112 bits of strength, until the end of 2030.
    expect(result.renewBy?.toISOString()).toBe('2030-12-31T23:59:59.000Z');

    const p256 = await Rig.open('ec-p256');
    await p256.sign('c.pdf', await p256.ca.issue('Doctor'));
    await p256.newTsa('long', 5000);
    expect((await p256.extend('c.pdf', 'c-lta.pdf')).renewBy?.toISOString()).toBe('2035-12-31T23:59:59.000Z');
  });

  it('leaves alone what is good for longer', async () => {
    const rig = await Rig.open('ec-p256');
    await rig.sign('a.pdf', await rig.ca.issue('Doctor'));
    const first = await rig.extend('a.pdf', 'a-lta.pdf', { renewWithinDays: 90 });
    expect(first.outcome).toBe('extended');
    const left = await rig.extend('a-lta.pdf', 'b.pdf', { renewWithinDays: 90 });
    expect(left).toMatchObject({
      outcome: 'not-needed',
      level: 'B-LTA',
      archiveTime: first.archiveTime,
      renewBy: first.renewBy,
      sm3After: first.sm3After,
    });
    rig.clock.forward(1450);
    await rig.newTsa('next');
    const renewed = await rig.extend('a-lta.pdf', 'b.pdf', { renewWithinDays: 90 });
    expect(renewed).toMatchObject({ outcome: 'renewed', archiveTime: rig.clock.now() });
    expect(seen(await rig.judge('b.pdf'))).toEqual([
      ['signature', 'PASSED', 'B-LTA'],
      ['stamp', 'PASSED', 'none'],
      ['stamp', 'PASSED', 'none'],
    ]);
    // Without a number of days every call stamps.
    expect((await rig.extend('b.pdf', 'c.pdf')).outcome).toBe('renewed');
  });
});
