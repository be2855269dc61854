/** Whatever happens, the source is whole and the target is whole or not there; and B-LT in the act of signing itself. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { sm3, toHex } from '#core/crypto/index.ts';
import { bytesSource } from '#core/pdf/index.ts';
import type { HttpClient, Signer } from '#core/pki/index.ts';
import { extendPdf, signPdf } from '#core/signing/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import { Rig, seen } from './rig.ts';
import { answer } from './small-internet.ts';

let rig: Rig;
let doctor: Signer;
beforeEach(async () => {
  rig = await Rig.open('ec-p256');
  doctor = await rig.ca.issue('Doctor');
});

describe('extending', () => {
  beforeEach(async () => void (await rig.sign('signed.pdf', doctor)));

  it('in place: the file is replaced as a whole', async () => {
    const before = await readFile(rig.path('signed.pdf'));
    const result = await rig.extend('signed.pdf', 'signed.pdf');
    const after = await readFile(rig.path('signed.pdf'));
    expect(after.subarray(0, before.length).equals(before)).toBe(true);
    expect(seen(await rig.judge('signed.pdf'))).toEqual([
      ['signature', 'PASSED', 'B-LTA'],
      ['stamp', 'PASSED', 'none'],
    ]);
    expect(result.target).toBe(rig.path('signed.pdf'));
    expect((await readdir(rig.folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('a file that changes meanwhile is not replaced', async () => {
    const list = rig.internet.pages.get('http://ca.test/ca.crl') ?? expect.fail('no list');
    rig.internet.pages.set('http://ca.test/ca.crl', async (request) => {
      await writeFile(rig.path('signed.pdf'), 'somebody else was here');
      return list(request);
    });
    await expect(rig.extend('signed.pdf', 'signed.pdf')).rejects.toMatchObject({ code: 'SIGN_DOCUMENT_CHANGED' });
    expect(await readFile(rig.path('signed.pdf'), 'utf8')).toBe('somebody else was here');
  });

  it('keeps what exists unless told otherwise', async () => {
    await writeFile(rig.path('out.pdf'), 'mine');
    await expect(rig.extend('signed.pdf', 'out.pdf', { replace: false })).rejects.toMatchObject({
      code: 'SIGN_TARGET_EXISTS',
    });
    expect(await readFile(rig.path('out.pdf'), 'utf8')).toBe('mine');
  });

  it('can be cancelled at any call to the network', async () => {
    let calls = 0;
    const counting: HttpClient = (request) => {
      calls += 1;
      return rig.internet.http(request);
    };
    await rig.extend('signed.pdf', 'whole.pdf', { http: counting });
    expect(calls).toBeGreaterThan(2);
    for (let stopAt = 1; stopAt <= calls; stopAt++) {
      const stop = new AbortController();
      let call = 0;
      const http: HttpClient = (request) => {
        call += 1;
        if (call === stopAt) stop.abort();
        return rig.internet.http(request);
      };
      const target = `cancelled-${stopAt}.pdf`;
      await expect(rig.extend('signed.pdf', target, { http, signal: stop.signal })).rejects.toMatchObject({
        code: 'SIGN_CANCELLED',
      });
    }
    expect((await readdir(rig.folder)).filter((name) => name.startsWith('cancelled') || name.startsWith('.'))).toEqual(
      [],
    );
  });

  it('a time stamp service that lies is found out', async () => {
    const other = await Rig.open('ec-p256', 'other');
    rig.internet.pages.set(rig.tsa.url, other.internet.pages.get(other.tsa.url) ?? expect.fail('no page'));
    await expect(rig.extend('signed.pdf', 'out.pdf')).rejects.toMatchObject({ code: 'TSA_WRONG_SIGNER' });
    await expect(stat(rig.path('out.pdf'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('B-LTA without a time stamp service is refused before anything is read', async () => {
    const order = { source: rig.path('absent.pdf'), target: rig.path('out.pdf'), level: 'B-LTA' } as const;
    const more = { trust: rig.ca.trust, http: rig.internet.http, now: rig.clock.now };
    await expect(extendPdf({ ...order, ...more })).rejects.toMatchObject({ code: 'LASTING_NO_TSA' });
  });
});

describe('signing', () => {
  const levelOf = async (file: string): Promise<unknown> =>
    seen(await verifyPdf(bytesSource(await rig.bytes(file)), { name: file, trust: rig.ca.trust, at: rig.clock.now() }));

  it.each(['B-LT', 'B-LTA'] as const)('reaches %s in one act', async (level) => {
    const result = await rig.sign('out.pdf', doctor, { level });
    expect(result).toMatchObject({ format: `PAdES ${level}`, trustedTime: rig.clock.now() });
    expect(result.shortfall).toBeUndefined();
    expect(result.sm3After).toBe(toHex(sm3(await rig.bytes('out.pdf'))));
    expect(await levelOf('out.pdf')).toContainEqual(['signature', 'PASSED', level]);
  });

  it('asks for the list before it asks the key', async () => {
    rig.internet.pages.delete('http://ca.test/ca.crl');
    let asked = 0;
    const key: Signer = { ...doctor, sign: (bytes) => ((asked += 1), doctor.sign(bytes)) };
    await expect(rig.sign('out.pdf', key, { level: 'B-LT' })).rejects.toMatchObject({
      code: 'LASTING_REVOCATION_UNAVAILABLE',
    });
    expect(asked).toBe(0);
    await expect(rig.sign('out.pdf', key, { level: 'B-T' })).resolves.toMatchObject({ format: 'PAdES B-T' });
  });

  it('does not lose a signature when the rest fails: it stays at B-T and says why', async () => {
    const silent = await rig.ca.openTsa('silent', { crlUrls: ['http://ca.test/no-such.crl'] });
    const tsa = { ...rig.tsa, url: silent.url };
    const result = await rig.sign('out.pdf', doctor, { level: 'B-LTA', tsa });
    expect(result.format).toBe('PAdES B-T');
    expect(result.shortfall).toMatchObject({
      code: 'LASTING_REVOCATION_UNAVAILABLE',
      params: { url: 'http://ca.test/no-such.crl' },
    });
    expect(await levelOf('out.pdf')).toEqual([['signature', 'PASSED', 'B-T']]);
    expect(result.sm3After).toBe(toHex(sm3(await rig.bytes('out.pdf'))));
    // Once the list is there, the same file is raised.
    rig.internet.pages.set('http://ca.test/no-such.crl', async () =>
      answer(await rig.ca.list(rig.ca.issuingSigner, [])),
    );
    await rig.extend('out.pdf', 'raised.pdf');
    expect(await levelOf('raised.pdf')).toContainEqual(['signature', 'PASSED', 'B-LTA']);
  });

  it('a level above B-B needs a time stamp service', async () => {
    for (const level of ['B-T', 'B-LT', 'B-LTA'] as const) {
      await expect(
        signPdf({
          source: rig.path('absent.pdf'),
          target: rig.path('out.pdf'),
          signer: doctor,
          trust: rig.ca.trust,
          http: rig.internet.http,
          now: rig.clock.now,
          level,
        }),
      ).rejects.toMatchObject({ code: 'LASTING_NO_TSA' });
    }
  });
});
