import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomBytes, sm3, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { bytesSource } from '#core/pdf/index.ts';
import { answerTimeStampQuery, timeStampRejection, type HttpClient, type Signer } from '#core/pki/index.ts';
import { signPdf, type SigningPoint, type SignPdfRequest } from '#core/signing/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import {
  makePki,
  makeRecord,
  requestOf,
  scratchFolder,
  tsaClient,
  tsaSettings,
  TSA_POLICY,
  writeRecord,
  years,
  type Pki,
} from '../core/signing/material.ts';

let pki: Pki;
let doctor: Signer;
let record: Uint8Array;
beforeAll(async () => {
  pki = await makePki('ec-p256');
  doctor = await pki.issue('Doctor');
  record = await makeRecord();
});

interface Attempt {
  readonly code: string;
  readonly error: unknown;
  /** Times the key was used. */
  readonly signatures: number;
}

/** Signs, expects it to fail, and that nothing was left: the source as it was, no target, no draft. */
async function fails(more: Partial<SignPdfRequest>, folder = scratchFolder()): Promise<Attempt> {
  const source = more.source ?? (await writeRecord(scratchFolder(), record));
  let signatures = 0;
  const signer: Signer = more.signer ?? { ...doctor, sign: (bytes) => (signatures++, doctor.sign(bytes)) };
  const error: unknown = await signPdf(
    requestOf(source, join(folder, 'signed.pdf'), signer, pki.trust, { ...more, signer }),
  ).then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error, 'an error that a person can act on').toBeInstanceOf(YqError);
  expect(await readdir(folder)).toEqual([]);
  if (more.source === undefined) expect(Buffer.from(record).equals(await readFile(source))).toBe(true);
  return { code: (error as YqError).code, error, signatures };
}

describe('the time stamp authority', () => {
  const stamp = (http: HttpClient, settings: Partial<SignPdfRequest['tsa']> = {}): Partial<SignPdfRequest> => ({
    tsa: { ...tsaSettings(pki.trust, 'sha256'), ...settings },
    http,
  });
  const answer = (body: Uint8Array, status = 200): HttpClient => {
    const headers = { 'content-type': 'application/timestamp-reply' };
    return () => Promise.resolve({ status, headers, body });
  };
  const options = async () => ({
    signer: await pki.issueTsa(),
    serial: Uint8Array.of(1, ...randomBytes(7)),
    genTime: new Date(),
    policy: TSA_POLICY,
  });

  it('is down', async () => {
    const http: HttpClient = () => Promise.reject(new Error('connect ECONNREFUSED'));
    expect((await fails(stamp(http))).code).toBe('TSA_UNREACHABLE');
  });

  it('is too slow', async () => {
    const http: HttpClient = () => new Promise(() => undefined);
    expect((await fails(stamp(http, { timeout: 50 }))).code).toBe('TSA_TIMEOUT');
  });

  it('answers with an error page', async () => {
    expect((await fails(stamp(answer(new Uint8Array(), 500)))).code).toBe('TSA_HTTP');
  });

  it('answers something that is no time stamp', async () => {
    expect((await fails(stamp(answer(new TextEncoder().encode('<html>'))))).code).toBe('TSA_MALFORMED');
  });

  it('rejects the request', async () => {
    expect((await fails(stamp(answer(timeStampRejection('badAlg', 'no'))))).code).toBe('TSA_REJECTED');
  });

  it('lies: it repeats an old answer', async () => {
    const http = tsaClient(await pki.issueTsa());
    let old: Awaited<ReturnType<HttpClient>> | undefined;
    const replay: HttpClient = async (order) => (old ??= await http(order));
    const first = await writeRecord(scratchFolder(), record);
    await signPdf(requestOf(first, join(scratchFolder(), 'first.pdf'), doctor, pki.trust, stamp(replay)));
    expect((await fails(stamp(replay))).code).toMatch(/^TSA_WRONG_(IMPRINT|NONCE)$/);
  });

  it('lies: it stamps other data', async () => {
    const { createTimeStampRequest, parseTimeStampRequest } = await import('#core/pki/index.ts');
    const http: HttpClient = async ({ body }) => {
      const nonce = parseTimeStampRequest(body ?? new Uint8Array()).nonce ?? new Uint8Array();
      const other = createTimeStampRequest({ digestName: 'sha256', imprint: randomBytes(32), nonce, certReq: true });
      const headers = { 'content-type': 'application/timestamp-reply' };
      return { status: 200, headers, body: await answerTimeStampQuery(other, await options()) };
    };
    expect((await fails(stamp(http))).code).toBe('TSA_WRONG_IMPRINT');
  });

  it('lies: somebody else signs the stamp', async () => {
    const stranger = await makePki('ec-p256', 'Stranger');
    expect((await fails(stamp(tsaClient(await stranger.issueTsa())))).code).toBe('TSA_WRONG_SIGNER');
  });

  it('lies: a certificate that is not for time stamps signs it', async () => {
    expect((await fails(stamp(tsaClient(doctor)))).code).toMatch(/^TSA_WRONG_(USAGE|SIGNER)$/);
  });

  it('lies: the stamp is an hour old', async () => {
    const http = tsaClient(await pki.issueTsa(), () => new Date(Date.now() - 3_600_000));
    expect((await fails(stamp(http))).code).toBe('TSA_CLOCK');
  });

  it('sends a token larger than the room kept for it: the room is measured and the act tried once more', async () => {
    const issued = await pki.issueTsa('A time stamp authority with a very long name '.repeat(60));
    const http = tsaClient({ ...issued, chain: [...issued.chain, pki.root, pki.root, pki.root, issued.certificate] });
    const folder = scratchFolder();
    const source = await writeRecord(folder, record);
    let uses = 0;
    const signer: Signer = { ...doctor, sign: (bytes) => (uses++, doctor.sign(bytes)) };
    const target = join(folder, 'signed.pdf');
    const result = await signPdf(requestOf(source, target, signer, pki.trust, stamp(http)));
    expect(uses).toBe(2);
    expect(result.format).toBe('PAdES B-T');
    const signed = new Uint8Array(await readFile(target));
    expect((await verifyPdf(bytesSource(signed), { name: 's', trust: pki.trust })).verdict).toBe('PASSED');
  });
});

describe('the certificate cannot sign', () => {
  it.each([
    ['it expired', { notBefore: years(-2), notAfter: years(-1) }],
    ['it is not valid yet', { notBefore: years(1), notAfter: years(2) }],
    ['it is for encryption', { keyUsage: ['keyEncipherment', 'dataEncipherment'] as const }],
  ])('%s', async (_, template) => {
    const attempt = await fails({ signer: await pki.issue('Doctor', template) });
    expect(attempt.code).toBe('SIGN_CERTIFICATE_UNUSABLE');
    expect((attempt.error as YqError).text('zh').what).not.toContain('{');
  });
});

describe('the files', () => {
  it('the document is not the one that was shown', async () => {
    const attempt = await fails({ expectedSm3: toHex(sm3(Uint8Array.of(1))) });
    expect(attempt).toMatchObject({ code: 'SIGN_DOCUMENT_CHANGED', signatures: 0 });
  });

  it('the source changes while it is signed: what was read first is what gets signed', async () => {
    const folder = scratchFolder();
    const source = await writeRecord(folder, record);
    const target = join(folder, 'signed.pdf');
    const result = await signPdf(
      requestOf(source, target, doctor, pki.trust, {
        expectedSm3: toHex(sm3(record)),
        atPoint: async (point) => {
          if (point === 'copied') await appendFile(source, 'changed meanwhile');
        },
      }),
    );
    expect(result.sm3Before).toBe(toHex(sm3(record)));
    const signed = new Uint8Array(await readFile(target));
    expect(Buffer.from(signed.subarray(0, record.length)).equals(record)).toBe(true);
    expect((await verifyPdf(bytesSource(signed), { name: 's', trust: pki.trust })).verdict).toBe('PASSED');
  });

  it('something damages the file before the self-check', async () => {
    const folder = scratchFolder();
    const attempt = await fails(
      {
        atPoint: async (point) => {
          if (point !== 'sealed') return;
          const [draft = ''] = await readdir(folder);
          const bytes = await readFile(join(folder, draft));
          bytes[100] = (bytes[100] ?? 0) ^ 1;
          await writeFile(join(folder, draft), bytes);
        },
      },
      folder,
    );
    expect(attempt.code).toBe('SIGN_SELF_CHECK');
  });

  it('the source is missing', async () => {
    expect((await fails({ source: join(scratchFolder(), 'none.pdf') })).code).toBe('SIGN_INPUT');
  });

  it('the source is no PDF', async () => {
    const source = await writeRecord(scratchFolder(), new TextEncoder().encode('hello'), 'x.pdf');
    expect(await fails({ source })).toMatchObject({ code: 'PDF_NOT_PDF', signatures: 0 });
  });

  it('the target is the source', async () => {
    const folder = scratchFolder();
    const source = await writeRecord(folder, record);
    await expect(signPdf(requestOf(source, source, doctor, pki.trust))).rejects.toMatchObject({
      code: 'SIGN_TARGET_IS_SOURCE',
    });
    expect(Buffer.from(record).equals(await readFile(source))).toBe(true);
  });

  it('the target exists and may not be replaced', async () => {
    const folder = scratchFolder();
    const source = await writeRecord(folder, record);
    const target = join(folder, 'signed.pdf');
    const race: SigningPoint = 'checked';
    const request = requestOf(source, target, doctor, pki.trust, {
      replace: false,
      atPoint: async (point) => {
        if (point === race) await writeFile(target, 'somebody else was faster');
      },
    });
    await expect(signPdf(request)).rejects.toMatchObject({ code: 'SIGN_TARGET_EXISTS' });
    await expect(signPdf(request)).rejects.toMatchObject({ code: 'SIGN_TARGET_EXISTS' });
    expect(await readFile(target, 'utf8')).toBe('somebody else was faster');
    expect((await readdir(folder)).sort()).toEqual(['record.pdf', 'signed.pdf']);
  });

  it('an earlier signature is broken', async () => {
    const folder = scratchFolder();
    const once = join(folder, 'once.pdf');
    await signPdf(requestOf(await writeRecord(folder, record), once, doctor, pki.trust));
    const bytes = await readFile(once);
    const at = bytes.indexOf('/Contents <') + 200;
    bytes[at] = bytes[at] === 0x30 ? 0x31 : 0x30;
    await writeFile(once, bytes);
    expect((await fails({ source: once })).code).toBe('SIGN_EARLIER_INVALID');
  });

  it('the folder does not exist', async () => {
    const source = await writeRecord(scratchFolder(), record);
    const target = join(scratchFolder(), 'nowhere', 'signed.pdf');
    await expect(signPdf(requestOf(source, target, doctor, pki.trust))).rejects.toMatchObject({ code: 'SIGN_OUTPUT' });
  });
});

/** A small disk of its own; undefined, and said aloud, where it may not be mounted. */
function smallDisk(options: string): { readonly folder: string; unmount(): void } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'yq-disk-'));
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { encoding: 'utf8' });
  if (status !== 0) {
    rmdirSync(folder);
    console.warn(`SKIPPED: a full disk cannot be made here: ${stderr ?? 'no mount'}`);
    return undefined;
  }
  return {
    folder,
    unmount: () => {
      spawnSync('umount', [folder]);
      rmdirSync(folder);
    },
  };
}

describe('the disk', () => {
  it('is full: said before the key is used, nothing left', async (context) => {
    const disk = smallDisk('size=8k');
    if (disk === undefined) return context.skip();
    try {
      const big = await writeRecord(scratchFolder(), await makeRecord({ pages: 40 }));
      expect(await fails({ source: big }, disk.folder)).toMatchObject({ code: 'SIGN_DISK_FULL', signatures: 0 });
    } finally {
      disk.unmount();
    }
  });

  it('is read-only: said before the key is used', async (context) => {
    const disk = smallDisk('ro');
    if (disk === undefined) return context.skip();
    try {
      const attempt = await fails({}, disk.folder);
      expect(attempt).toMatchObject({ code: 'SIGN_OUTPUT', signatures: 0 });
      expect((attempt.error as YqError).text('zh').what).toContain('只读');
    } finally {
      disk.unmount();
    }
  });
});

describe('the act is cancelled', () => {
  const points: readonly SigningPoint[] = [
    'opened',
    'copied',
    'prepared',
    'signed',
    'timestamped',
    'sealed',
    'checked',
  ];
  it.each(points)('at “%s”', async (at) => {
    const stop = new AbortController();
    const attempt = await fails({
      signal: stop.signal,
      tsa: tsaSettings(pki.trust, 'sha256'),
      http: tsaClient(await pki.issueTsa()),
      atPoint: (point) => {
        if (point === at) stop.abort();
      },
    });
    expect(attempt.code).toBe('SIGN_CANCELLED');
  });

  it('while the time stamp authority is slow', async () => {
    const stop = new AbortController();
    const attempt = await fails({
      signal: stop.signal,
      tsa: tsaSettings(pki.trust, 'sha256'),
      http: () => (stop.abort(), new Promise(() => undefined)),
    });
    expect(attempt.code).toBe('SIGN_CANCELLED');
  });
});

describe('the key', () => {
  it.each(['TOKEN_REMOVED', 'TOKEN_DRIVER_CRASHED', 'TOKEN_DRIVER_TIMEOUT'] as const)(
    'fails with %s while signing',
    async (code) => {
      const attempt = await fails({ signer: { ...doctor, sign: () => Promise.reject(new YqError(code)) } });
      expect(attempt.code).toBe(code);
    },
  );

  it('gives a value that does not fit', async () => {
    const other = await pki.issue('Other');
    expect((await fails({ signer: { ...doctor, sign: (bytes) => other.sign(bytes) } })).code).toBe('SIGN_SELF_CHECK');
  });
});
