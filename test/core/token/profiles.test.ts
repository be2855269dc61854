import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { sm2Digest, sm2Verify } from '#core/crypto/index.ts';
import { isYqError } from '#core/errors/index.ts';
import { loadProfiles, matchesProfile, parseProfile, type VendorProfile } from '#core/token/index.ts';
import { codeOf, loggedIn, PIN, profiles, SoftTokenRig, softTokenLibrary } from './soft-token-rig.ts';

const directory = fileURLToPath(new URL('../../../resources/vendor-profiles', import.meta.url));
const read = (id: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(directory, `${id}.json`), 'utf8')) as never;

describe('the profiles of resources/vendor-profiles', () => {
  it('are all there, and the README tells every field of theirs', () => {
    expect([...profiles.keys()].sort()).toEqual(
      [
        'ibm-ep11',
        'koal',
        'luna',
        'mk1',
        'opensc-generic',
        'sansec',
        'softhsm2',
        'tass',
        'westone',
        'yiqian-soft',
      ].sort(),
    );
    const readme = readFileSync(join(directory, 'README.md'), 'utf8');
    for (const file of readdirSync(directory).filter((name) => name.endsWith('.json'))) {
      for (const field of Object.keys(read(file.replace('.json', ''))))
        expect(readme).toMatch(new RegExp(`\`${field}[\`.\\[]`));
    }
  });

  it('call nothing confirmed that was not seen to work here', () => {
    const confirmed = [...profiles.values()].filter((profile) => profile.confirmed).map(({ id }) => id);
    expect(confirmed.sort()).toEqual(['softhsm2', 'yiqian-soft']);
  });

  it('all name their source', () => {
    for (const profile of profiles.values()) expect(profile.source.length).toBeGreaterThan(0);
  });

  it('fit their own drivers and not each other’s', () => {
    const fits = (library: string, manufacturer: string): string[] =>
      [...profiles.values()]
        .filter((profile) => matchesProfile(profile, { library, manufacturer }))
        .map(({ id }) => id);
    expect(fits('/x/libyiqian-soft.so', 'Yiqian TEST ONLY')).toEqual(['yiqian-soft']);
    expect(fits('/x/libyiqian-soft.so', 'somebody else')).toEqual([]);
    expect(fits('/usr/lib/libswpkcs11.so', 'Sansec')).toEqual(['sansec']);
    expect(fits('/usr/lib/softhsm/libsofthsm2.so', 'SoftHSM')).toEqual(['softhsm2']);
    expect(fits('/usr/lib/libCryptoki2_64.so', 'SafeNet')).toEqual(['luna']);
    expect(fits('/usr/lib/libcryptoki.so', 'Unknown')).toEqual([]);
  });
});

describe('a profile with a mistake is refused, and the field is named', () => {
  const broken: [string, (profile: Record<string, unknown>) => void, string][] = [
    ['a misspelt field', (p) => (p['slotevents'] = 'poll'), 'slotevents: unknown field'],
    ['a number instead of hex text', (p) => ((p['sm2'] as Record<string, unknown>)['keyType'] = 4), 'sm2.keyType'],
    [
      'an unknown input',
      (p) => ((p['sm2'] as { sign: object[] }).sign = [{ mechanism: '0x1', input: 'hash', format: 'raw' }]),
      'sm2.sign[0].input',
    ],
    ['no signing mechanism', (p) => ((p['sm2'] as { sign: object[] }).sign = []), 'sm2.sign'],
    ['no word whether it is confirmed', (p) => delete p['confirmed'], 'confirmed'],
    ['a bad regular expression', (p) => (p['match'] = { library: '(' }), 'match.library'],
    ['no Chinese name', (p) => (p['name'] = { en: 'x' }), 'name.zh'],
  ];
  it.each(broken)('%s', (_, spoil, reason) => {
    const profile = read('sansec');
    spoil(profile);
    try {
      parseProfile(profile, 'sansec');
      expect.unreachable();
    } catch (error) {
      if (!isYqError(error)) throw error;
      expect(error.code).toBe('TOKEN_PROFILE_INVALID');
      expect(error.params['reason']).toContain(reason);
    }
  });

  it('a file that is no JSON, or not named like its profile', () => {
    const folder = mkdtempSync(join(tmpdir(), 'yiqian-profiles-'));
    writeFileSync(join(folder, 'a.json'), '{');
    expect(() => loadProfiles(folder)).toThrow('TOKEN_PROFILE_INVALID');
    writeFileSync(join(folder, 'a.json'), JSON.stringify(read('sansec')));
    expect(() => loadProfiles(folder)).toThrow('TOKEN_PROFILE_INVALID');
    rmSync(folder, { recursive: true, maxRetries: 10, retryDelay: 50 });
  });
});

const hex = (n: number): string => n.toString(16);
const message = new TextEncoder().encode('出院小结');
const library = softTokenLibrary();
const rigs: SoftTokenRig[] = [];
afterAll(async () => {
  for (const rig of rigs) await rig.close();
});

/** The soft token poses as the profile's maker. */
function posing(profile: VendorProfile, point: string): SoftTokenRig {
  const rig = new SoftTokenRig(library);
  rigs.push(rig);
  const { sm2 } = profile;
  if (sm2?.keyPairGeneration === undefined) throw new Error(`${profile.id} makes no keys`);
  rig.pose([
    `manufacturer=posing as ${profile.id}`,
    `keytype=${hex(sm2.keyType)}`,
    `keygen=${hex(sm2.keyPairGeneration)}`,
    'sm3=8000f0f0',
    `point=${point}`,
    ...sm2.sign.map(({ mechanism, input, format }) => `sign=${hex(mechanism)} ${input} ${format}`),
  ]);
  return rig;
}
const makers = [...profiles.values()].filter((profile) => profile.sm2 !== undefined);

describe.each(makers.map((profile) => [profile.id, profile] as const))('posing as %s', (id, profile) => {
  it.each(['octetstring', 'uncompressed', 'xy'])('the public key as %s', async (point) => {
    const rig = posing(profile, point);
    const provider = rig.provider({ pollMs: 0 }, id);
    const { info, keyId, publicKey } = await rig.personalise(provider);
    const token = await loggedIn(provider, info.id);
    expect(sm2Verify(publicKey, sm2Digest(publicKey, message), await token.signMessage(keyId, message))).toBe(true);
    expect(await token.signDigest(keyId, new Uint8Array(32))).toHaveLength(64); // every profile has a mechanism that takes e
    await provider.close();
  });

  it('each of its mechanisms alone', async () => {
    const rig = posing(profile, 'octetstring');
    const first = rig.provider({ pollMs: 0 }, id);
    const { info, keyId, publicKey } = await rig.personalise(first);
    await first.close();
    const sm2 = profile.sm2;
    if (sm2 === undefined) throw new Error('no SM2');
    for (const mechanism of sm2.sign) {
      const alone = { ...profile, sm2: { ...sm2, sign: [mechanism] } };
      const provider = rig.provider({ pollMs: 0, profiles: new Map([[id, alone]]) }, id);
      const token = await loggedIn(provider, info.id);
      const value = await token.signMessage(keyId, message);
      expect(sm2Verify(publicKey, sm2Digest(publicKey, message), value)).toBe(true);
      const onDigest = await codeOf(token.signDigest(keyId, new Uint8Array(32)));
      expect(onDigest).toBe(mechanism.input === 'digest' ? 'resolved' : 'TOKEN_PROFILE_NO_DIGEST');
      await provider.close();
    }
  });
});

describe('a profile that does not fit the driver', () => {
  const wrong: [string, Partial<VendorProfile['sm2'] & object>['sign'] & object, string][] = [
    [
      'takes the digest for a message',
      [{ mechanism: 0x8000_0003, input: 'digest', format: 'raw', idParameter: false }],
      'TOKEN_SIGNATURE_WRONG',
    ],
    [
      'takes the message for a plain one',
      [{ mechanism: 0x8000_0003, input: 'plain', format: 'raw', idParameter: false }],
      'TOKEN_SIGNATURE_WRONG',
    ],
    [
      'waits for DER and gets r‖s',
      [{ mechanism: 0x8000_0002, input: 'digest', format: 'der', idParameter: false }],
      'TOKEN_SIGNATURE_WRONG',
    ],
    [
      'waits for a blob and gets r‖s',
      [{ mechanism: 0x8000_0002, input: 'digest', format: 'blob', idParameter: false }],
      'TOKEN_SIGNATURE_WRONG',
    ],
    [
      'names a mechanism that is not offered',
      [{ mechanism: 0x8000_8105, input: 'digest', format: 'raw', idParameter: false }],
      'TOKEN_PROFILE_NO_MECHANISM',
    ],
  ];
  it.each(wrong)('%s', async (_, sign, code) => {
    const soft = profiles.get('yiqian-soft');
    if (soft?.sm2 === undefined) throw new Error('no profile');
    const rig = new SoftTokenRig(library);
    rigs.push(rig);
    const misfit = { ...soft, sm2: { ...soft.sm2, sign } };
    const provider = rig.provider({ pollMs: 0, profiles: new Map([['yiqian-soft', misfit]]) });
    const { info, keyId } = await rig.personalise(provider);
    const token = await loggedIn(provider, info.id);
    expect(await codeOf(token.signMessage(keyId, message))).toBe(code);
    await provider.close();
  });

  it('a driver without a profile finds its own by what it says of itself', async () => {
    const rig = new SoftTokenRig(library);
    rigs.push(rig);
    const provider = rig.provider({ pollMs: 0, drivers: [{ id: 'soft', path: library, env: rig.env }] });
    const { info, keyId } = await rig.personalise(provider);
    expect(info.profile).toBe('yiqian-soft');
    const token = await provider.open(info.id);
    await token.login(PIN);
    expect(await token.signDigest(keyId, new Uint8Array(32))).toHaveLength(64);
    await provider.close();
  });
});
