/** The demo as `npm start` gets it: set up, kept on the next start, served by the program itself, signed with the soft token. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  backendDir,
  DEMO_PIN,
  DEMO_TOKEN_LABEL,
  loginText,
  openRooms,
  provisionDemo,
  softTokenPlace,
  WARD_TOKENS,
  wardTokenPlace,
  type SoftTokenPlace,
} from '../../src/backend/index.ts';
import { bytesSource, readPdf } from '../../src/core/pdf/index.ts';
import { Certificate, type Signer } from '../../src/core/pki/index.ts';
import { verifySeal } from '../../src/core/seal/index.ts';
import { signPdf } from '../../src/core/signing/index.ts';
import {
  forkHost,
  loadProfiles,
  pkcs11Provider,
  tokenSigner,
  type AdministrableProvider,
} from '../../src/core/token/index.ts';
import { verifyPdf } from '../../src/core/verify/index.ts';
import { base64, hexSm3, http } from './hospital.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { findCompiler } = await import(path.join(root, 'resources/soft-token/build.mjs'));
const compiler = findCompiler() as string | undefined;
if (compiler === undefined) console.warn('SKIPPED: no C compiler, so no soft token: test/backend/demo.test.ts');

let home: string;
beforeAll(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'yiqian-demo-home-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));

describe.skipIf(compiler === undefined)('the demo', { timeout: 120_000 }, () => {
  const said: string[] = [];
  let child: ChildProcess | undefined;
  afterAll(() => child?.kill('SIGKILL'));

  it('is set up: CA, token, twelve records of which nine are signed by those before her', async () => {
    await provisionDemo({ home, log: (line) => said.push(line) });
    expect(said.join('\n')).toContain('12 records made');
    const rooms = await openRooms({ dataDir: backendDir(home) });
    const li = rooms.persons.get('10023')!;
    const waiting = rooms.register.list(li, 'waiting');
    expect(waiting).toHaveLength(12);
    expect(waiting.filter((r) => r.signedBy.length === 1)).toHaveLength(9);
    expect(waiting.filter((r) => r.urgent).length).toBeGreaterThan(0);
    expect(waiting.filter((r) => r.mustReview).length).toBeGreaterThan(0);
    await rooms.close();
  });

  it('has seals of the hospital, the department and each doctor, which say that they are for demonstration', async () => {
    const rooms = await openRooms({ dataDir: backendDir(home) });
    const mine = rooms.seals.listing(rooms.persons.certificates('10023'));
    expect(mine.map((s) => s.id)).toEqual(['DEMO-DEPARTMENT-0001', 'DEMO-HOSPITAL-0001', 'DEMO-NAME-10023']);
    expect(rooms.seals.listing(rooms.persons.certificates('10087')).map((s) => s.id)).toContain('DEMO-NAME-10087');
    const trust = await rooms.trust.material();
    const now = new Date();
    for (const seal of mine) {
      expect(seal.name).toContain('演示');
      expect(verifySeal(seal, { makerTrust: trust, at: now, now }).verdict, seal.name).toBe('PASSED');
    }
    expect(existsSync(path.join(home, 'demo-ca/seal-maker.pem'))).toBe(true);
    expect(existsSync(path.join(home, 'trust/issuing.pem'))).toBe(true);
    await rooms.close();
  });

  it('leaves documents whose every signature passes, with the rule’s place empty on an existing page', async () => {
    const rooms = await openRooms({ dataDir: backendDir(home) });
    const trust = await rooms.trust.material();
    for (const { id, version, signedBy } of rooms.register.list(rooms.persons.get('10023')!, 'waiting')) {
      const kept = rooms.register.version(id, version)!;
      const bytes = new Uint8Array(readFileSync(rooms.documents.path(kept.documentSm3)));
      const report = await verifyPdf(bytesSource(bytes), { name: id, trust });
      const pages = await (await readPdf(bytesSource(bytes))).pages();
      const { placement } = kept.signers.at(-1)!.rule;
      expect(placement!.page).toBeLessThanOrEqual(pages.length);
      expect(report.signatures).toHaveLength(signedBy.length);
      if (signedBy.length === 0) continue;
      expect(report.verdict, id).toBe('PASSED');
      expect(report.signatures[0]).toMatchObject({ level: 'B-T', revocation: 'good' });
    }
    await rooms.close();
  });

  it('is kept as it is by the next run, also when the PIN was changed', async () => {
    await changePin(home, DEMO_PIN, '135790');
    const rootPem = readFileSync(path.join(home, 'trust/root.pem'), 'utf8');
    said.length = 0;
    await provisionDemo({ home, log: (line) => said.push(line) });
    expect(said.join('\n')).toContain('12 records, kept');
    expect(said.join('\n')).toContain('kept; PIN');
    expect(readFileSync(path.join(home, 'trust/root.pem'), 'utf8')).toBe(rootPem);
    for (const name of ['root.pem', 'issuing.pem', 'rsa-root.pem', 'issuing.crl']) {
      expect(existsSync(path.join(home, 'demo-ca', name))).toBe(true);
    }
    await changePin(home, '135790', DEMO_PIN); // also shows that no try was lost on the way
  });

  it('as a whole ward: keys of the others in a folder of their own, records in every state of their life', async () => {
    said.length = 0;
    await provisionDemo({ home, ward: true, log: (line) => said.push(line) });
    expect(said.join('\n')).toContain('5 records made');
    const own = await softTokens(softTokenPlace(home));
    const others = await softTokens(wardTokenPlace(home));
    try {
      expect((await own.list()).map((t) => t.label)).toEqual([DEMO_TOKEN_LABEL]); // who loads one driver sees one key
      const seen = await others.list();
      expect(seen.map((t) => t.label)).toEqual(WARD_TOKENS.map((t) => t.label));
      for (const info of seen) expect(await (await others.open(info.id)).certificates()).toHaveLength(1);
    } finally {
      await own.close();
      await others.close();
    }
    const rooms = await openRooms({ dataDir: backendDir(home) });
    const of = (id: string) => rooms.persons.get(id)!;
    const records = rooms.register.list(of('10023'), 'waiting');
    const due = records.flatMap((r) => (r.dueAt === null ? [] : [Date.parse(r.dueAt)]));
    expect(due.some((at) => at < Date.now())).toBe(true);
    expect(due.some((at) => at > Date.now())).toBe(true);
    expect(records.find((r) => r.type === '抢救记录')).toMatchObject({ urgent: true, mustReview: true });
    expect(rooms.register.list(of('10087'), 'waiting')).toEqual([expect.objectContaining({ byIntern: true })]);
    const mine = rooms.register.mine(of('10087'), (type) => rooms.rules.type(type)!.mayWithdraw);
    expect(mine).toContainEqual(expect.objectContaining({ mine: 'returned-to-me', returnReason: expect.any(String) }));
    expect(mine.filter((r) => r.mine === 'signed-by-me').length).toBeGreaterThan(3);
    expect(rooms.register.patients('心血管内科', '三病区')).toHaveLength(12);
    // Every record of the demo can be changed by a superior, and fits the rules of its type.
    for (const r of records) expect(rooms.forms.sections(rooms.register.content(r.id, r.version)!)).not.toEqual([]);
    await rooms.close();
  });

  it('is served by the program, which tells its address and ends cleanly', async () => {
    child = spawn(process.execPath, [path.join(root, 'src/backend/main.ts'), '--home', home], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const line = await firstLine(child);
    const { url } = JSON.parse(line) as { url: string };
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await signOne(url, home);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
  });

  it('is made anew by reset', async () => {
    const before = readFileSync(path.join(home, 'trust/root.pem'), 'utf8');
    said.length = 0;
    await provisionDemo({ home, reset: true, log: (line) => said.push(line) });
    expect(said.join('\n')).toContain('12 records made');
    expect(readFileSync(path.join(home, 'trust/root.pem'), 'utf8')).not.toBe(before);
  });
});

async function softTokens(place: SoftTokenPlace): Promise<AdministrableProvider> {
  const env = { YIQIAN_SOFT_TOKEN_DIR: place.stateDir };
  return pkcs11Provider({
    drivers: [{ id: 'soft', path: place.library, profile: 'yiqian-soft', env }],
    profiles: await loadProfiles(path.join(root, 'resources/vendor-profiles')),
    spawnHost: forkHost(),
    pollMs: 0,
  });
}

async function changePin(at: string, from: string, to: string): Promise<void> {
  const provider = await softTokens(softTokenPlace(at));
  try {
    const [info] = await provider.list();
    expect([{ kind: 'full' }, { kind: 'count', left: 6 }]).toContainEqual(info!.pinTries);
    await (await provider.open(info!.id)).changePin(from, to);
  } finally {
    await provider.close();
  }
}

async function firstLine(process: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of process.stdout!) {
    text += String(chunk);
    if (text.includes('\n')) return text.split('\n')[0]!;
  }
  throw new Error('the program ended without a word');
}

/** What the desk does: signs in with the token, takes the first record, signs it with a time stamp, hands it in. */
async function signOne(url: string, at: string): Promise<void> {
  const provider = await softTokens(softTokenPlace(at));
  try {
    const [info] = await provider.list();
    expect(info!.label).toBe(DEMO_TOKEN_LABEL);
    const token = await provider.open(info!.id);
    await token.login(DEMO_PIN);
    const issuing = Certificate.parse(readFileSync(path.join(at, 'demo-ca/issuing.pem'), 'utf8'));
    const signer = tokenSigner(token, (await token.certificates())[0]!, [issuing]);
    const bearer = { authorization: `Bearer ${await signIn(url, signer)}` };
    const list = (await (await fetch(`${url}/api/v1/records`, { headers: bearer })).json()) as any;
    const { id, version } = list.records[0];
    const detail = (await (
      await fetch(`${url}/api/v1/records/${id}/versions/${version}`, { headers: bearer })
    ).json()) as any;
    const pdf = new Uint8Array(await (await fetch(url + detail.document.url, { headers: bearer })).arrayBuffer());
    const image = new Uint8Array(await (await fetch(`${url}/api/v1/me/appearance`, { headers: bearer })).arrayBuffer());
    const [source, target] = [path.join(at, 'in.pdf'), path.join(at, 'out.pdf')];
    writeFileSync(source, pdf);
    const trust = {
      roots: [Certificate.parse(readFileSync(path.join(at, 'trust/root.pem'), 'utf8'))],
      intermediates: [issuing],
    };
    const result = await signPdf({
      source,
      target,
      signer,
      trust,
      http,
      now: () => new Date(),
      tsa: { url: `${url}/tsa`, roots: trust },
      placement: detail.rule.placement,
      appearance: { image },
    });
    expect(result.format).toBe('PAdES B-T');
    const signed = readFileSync(target);
    const upload = await fetch(`${url}/api/v1/records/${id}/versions/${version}/signed`, {
      method: 'PUT',
      headers: {
        ...bearer,
        'content-type': 'application/pdf',
        'yiqian-sm3-before': detail.document.sm3,
        'yiqian-sm3-after': hexSm3(signed),
      },
      body: signed,
    });
    expect(await upload.json()).toMatchObject({ state: 'signed', signedBy: '李医师' });
  } finally {
    await provider.close();
  }
}

async function signIn(url: string, signer: Signer): Promise<string> {
  const challenge = (await (await fetch(`${url}/api/v1/login/challenge`, { method: 'POST' })).json()) as any;
  const signature = await signer.sign(loginText(challenge.backendId, challenge));
  const answer = await fetch(`${url}/api/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      challengeId: challenge.challengeId,
      certificate: base64(signer.certificate.der),
      signature: base64(signature),
    }),
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as any).token;
}
