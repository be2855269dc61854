/** The way of a co-sign key: enrolled, used, PIN changed, shares renewed, suspended, revoked. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomBytes, sm2Digest, sm2Verify } from '#core/crypto/index.ts';
import { isYqError } from '#core/errors/index.ts';
import { verifySignatureValue } from '#core/pki/index.ts';
import { tokenSigner } from '#core/token/index.ts';
import { openRig, PIN, type Rig } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (e: unknown) => (isYqError(e) ? e.code : String(e)),
  );

describe('a co-sign key', () => {
  it('is enrolled with a certificate of the hospital, and signs messages that others verify', async () => {
    const { token, provider } = await rig.enrolled();
    const [key] = await token.certificates();
    expect(key?.certificate?.subject).toContain('李医师');
    await token.login(PIN);
    const signer = tokenSigner(token, key!, []);
    const message = randomBytes(300);
    const value = await signer.sign(message);
    const algorithm = { oid: '1.2.156.10197.1.501' };
    expect(verifySignatureValue(key!.certificate!.publicKey, algorithm, message, value)).toBe(true);
    expect(await provider.list()).toMatchObject([{ profile: 'cosign', pinTries: { kind: 'count', left: 5 } }]);
    expect(rig.registry.counts().find(({ act }) => act === 'sign other')).toMatchObject({ count: 1 });
    await token.logout();
    expect(await codeOf(token.signMessage(key!.keyId, message))).toBe('TOKEN_NOT_LOGGED_IN');
  });

  it('never signs a bare digest', async () => {
    const { token } = await rig.enrolled();
    await token.login(PIN);
    expect(await codeOf(token.signDigest('', randomBytes(32)))).toBe('TOKEN_PROFILE_NO_DIGEST');
  });

  it('a batch takes few round trips', async () => {
    const { token } = await rig.enrolled();
    await token.login(PIN);
    let trips = 0;
    rig.way = (request, pass) => {
      if (request.url.endsWith('/sign')) trips++;
      return pass(request);
    };
    const messages = Array.from({ length: 200 }, () => randomBytes(120));
    const [key] = await token.certificates();
    const values = await Promise.all(messages.map((m) => token.signMessage(key!.keyId, m)));
    const point = key!.certificate!.publicKey.point!;
    expect(values.every((v, i) => sm2Verify(point, sm2Digest(point, messages[i]!), v))).toBe(true);
    expect(trips).toBeLessThanOrEqual(6);
  });

  it('counts wrong PINs on the server, shows what is left, locks, and is unlocked by the administrator with an entry', async () => {
    const { token, keyId } = await rig.enrolled();
    for (const left of [4, 3, 2, 1]) {
      expect(await codeOf(token.login('000000'))).toBe('TOKEN_PIN_INCORRECT');
      expect(token.info.pinTries).toEqual({ kind: 'count', left });
    }
    expect(await codeOf(token.login('000000'))).toBe('TOKEN_PIN_LOCKED');
    expect(token.info.pinTries).toEqual({ kind: 'locked' });
    expect(await codeOf(token.login(PIN))).toBe('TOKEN_PIN_LOCKED');
    rig.cosign.administer(keyId, 'unlock', '工单 17');
    await token.login(PIN);
    expect(token.info.pinTries).toEqual({ kind: 'count', left: 5 });
    expect(rig.registry.counts()).toContainEqual({ act: 'admin unlock', result: '工单 17', count: 1 });
  });

  it('unlocking is no resuming, and resuming no unlocking', async () => {
    const { token, keyId, provider, tokenId } = await rig.enrolled();
    await provider.suspend(tokenId, 'x');
    expect(rig.cosign.administer(keyId, 'unlock', 'x')).toEqual({ state: 'suspended' });
    expect(rig.cosign.administer(keyId, 'resume', 'x')).toEqual({ state: 'active' });
    for (let i = 0; i < 5; i++) await codeOf(token.login('000000'));
    expect(rig.cosign.administer(keyId, 'suspend', 'x')).toEqual({ state: 'suspended' });
    expect(rig.cosign.administer(keyId, 'resume', 'x')).toEqual({ state: 'locked' });
    expect(await codeOf(token.login(PIN))).toBe('TOKEN_PIN_LOCKED');
  });

  it('changes its PIN; a death between the two sides leaves one of both PINs good', async () => {
    const { token, tokenId } = await rig.enrolled();
    await token.changePin(PIN, '135790');
    expect(await codeOf(token.login(PIN))).toBe('TOKEN_PIN_INCORRECT');
    await token.login('135790');
    // The answer to the next change is lost: the old PIN holds.
    rig.way = async (request, pass) => {
      const answer = await pass(request);
      if (request.url.endsWith('/pin')) throw new Error('cut');
      return answer;
    };
    expect(await codeOf(token.changePin('135790', '222222'))).toBe('COSIGN_UNREACHABLE');
    rig.way = undefined;
    await (await rig.device().open(tokenId)).login('135790');
    // Written here, but the first login with it is lost: both open, and the new one puts the old one away.
    let unlocks = 0;
    rig.way = async (request, pass) => {
      if (request.url.endsWith('/unlock') && ++unlocks === 2) throw new Error('cut');
      return pass(request);
    };
    expect(await codeOf(token.changePin('135790', '222222'))).toBe('COSIGN_UNREACHABLE');
    rig.way = undefined;
    await token.login('135790');
    await token.login('222222');
    expect(await codeOf(token.login('135790'))).toBe('TOKEN_PIN_INCORRECT');
  });

  it('renews its shares, the certificate stays; an old copy of the file signs nothing any more', async () => {
    const { token, provider, tokenId, keyId } = await rig.enrolled();
    const old = readFileSync(`${rig.keyFolder}/${keyId}.cosign.json`, 'utf8');
    await provider.refresh(tokenId, PIN);
    await provider.refresh(tokenId, PIN);
    await token.login(PIN);
    const [key] = await token.certificates();
    expect((await token.signMessage(key!.keyId, randomBytes(10))).length).toBe(64);
    expect(rig.registry.find(keyId)?.epoch).toBe(3);
    writeFileSync(`${rig.keyFolder}/${keyId}.cosign.json`, old);
    expect(await codeOf(token.login(PIN))).toBe('COSIGN_EPOCH');
  });

  const steps = ['begin', 'open', 'test', 'commit', 'done'].flatMap((step) => [
    [step, 'before the server'],
    [step, 'after the server'],
  ]);
  it.each(steps)(
    'a refresh that dies at %s, %s, leaves shares that fit, and the next one works',
    async (step, side) => {
      const { token, provider, tokenId } = await rig.enrolled();
      rig.way = async (request, pass) => {
        const hit = request.url.endsWith(`/refresh/${step}`);
        if (hit && side === 'before the server') throw new Error('cut');
        const answer = await pass(request);
        if (hit) throw new Error('cut');
        return answer;
      };
      expect(await codeOf(provider.refresh(tokenId, PIN))).toBe('COSIGN_UNREACHABLE');
      rig.way = undefined;
      const [key] = await token.certificates();
      const sign = async () => {
        const again = await rig.device().open(tokenId);
        await again.login(PIN);
        return (await again.signMessage(key!.keyId, randomBytes(20))).length;
      };
      expect(await sign()).toBe(64);
      await provider.refresh(tokenId, PIN);
      expect(await sign()).toBe(64);
    },
  );

  it('is suspended by its person, resumed by the administrator, revoked for good', async () => {
    const { token, provider, tokenId, keyId } = await rig.enrolled();
    await provider.suspend(tokenId, '电脑丢失');
    expect(await codeOf(token.login(PIN))).toBe('COSIGN_SUSPENDED');
    rig.cosign.administer(keyId, 'resume', '找回');
    await token.login(PIN);
    rig.cosign.administer(keyId, 'revoke', '离职');
    const [key] = await token.certificates();
    expect(await codeOf(token.signMessage(key!.keyId, randomBytes(3)))).toBe('COSIGN_REVOKED');
    expect(await codeOf(token.login(PIN))).toBe('COSIGN_REVOKED');
    await provider.forget(tokenId);
    expect(await provider.list()).toEqual([]);
    expect(readdirSync(rig.keyFolder)).toEqual([]);
  });

  it('renews its shares by itself at a login after thirty days; when that fails the login holds', async () => {
    const { token, keyId } = await rig.enrolled();
    rig.now = new Date(rig.now.getTime() + 31 * 86_400_000);
    rig.way = (request, pass) => {
      if (request.url.endsWith('/refresh/begin')) return Promise.reject(new Error('cut'));
      return pass(request);
    };
    await token.login(PIN);
    expect(rig.registry.find(keyId)?.epoch).toBe(1);
    rig.way = undefined;
    await token.login(PIN);
    expect(rig.registry.find(keyId)?.epoch).toBe(2);
    const [key] = await token.certificates();
    expect((await token.signMessage(key!.keyId, randomBytes(9))).length).toBe(64);
    await token.login(PIN);
    expect(rig.registry.find(keyId)?.epoch).toBe(2);
  });

  it('moves to another PC: when the new key is made the old one and its certificate are revoked', async () => {
    const old = await rig.enrolled();
    const { code } = rig.cosign.makeCode('10023', '10023', old.keyId);
    expect(() => rig.cosign.makeCode('10023', '10023', 'A'.repeat(22))).toThrow('BACKEND_NOT_FOUND');
    const [certificate] = await old.token.certificates();
    const there = rig.device(join(rig.home, 'other-pc'));
    mkdirSync(join(rig.home, 'other-pc'));
    const info = await there.enrol({ code, pin: '975310', deviceName: '另一台' });
    expect(await codeOf(old.token.login(PIN))).toBe('COSIGN_REVOKED');
    expect(rig.rooms.authority.status('issuing', certificate!.certificate!.serial)).toMatchObject({
      reason: 'superseded',
    });
    const token = await there.open(info.id);
    await token.login('975310');
    expect((await token.signMessage((await token.certificates())[0]!.keyId, randomBytes(9))).length).toBe(64);
  });

  it('a code serves one key, for fifteen minutes', async () => {
    const code = rig.code();
    await rig.device().enrol({ code, pin: PIN, deviceName: 'a' });
    expect(await codeOf(rig.device().enrol({ code, pin: PIN, deviceName: 'b' }))).toBe('COSIGN_CODE');
    expect(await codeOf(rig.device().enrol({ code: 'AAAA-BBBB-CCCC', pin: PIN, deviceName: 'b' }))).toBe('COSIGN_CODE');
    const late = rig.code();
    rig.now = new Date(rig.now.getTime() + 16 * 60_000);
    expect(await codeOf(rig.device().enrol({ code: late, pin: PIN, deviceName: 'b' }))).toBe('COSIGN_CODE');
  });

  it.each(['keys', 'open', 'sign', 'certificate'])(
    'an enrolment that dies at %s leaves nothing that signs, and the same code works the next time',
    async (step) => {
      const code = rig.code();
      rig.way = async (request, pass) => {
        const answer = await pass(request);
        if (request.url.endsWith(`/${step}`)) throw new Error('cut');
        return answer;
      };
      expect(await codeOf(rig.device().enrol({ code, pin: PIN, deviceName: 'a' }))).toBe('COSIGN_UNREACHABLE');
      rig.way = undefined;
      expect(await rig.device().list()).toEqual([]);
      const info = await rig.device().enrol({ code, pin: PIN, deviceName: 'a' });
      expect(await rig.device().list()).toMatchObject([{ id: info.id }]);
      expect(rig.registry.all()).toHaveLength(1);
      expect(existsSync(`${rig.keyFolder}/${info.serial}.cosign.json`)).toBe(true);
    },
  );
});
