/** Every row of the CKR table: the driver answers it, a person reads a text of its own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorText, isErrorCode, isYqError, type YqError } from '#core/errors/index.ts';
import { codeOfCkr, type AdministrableProvider, type Token } from '#core/token/index.ts';
import { loggedIn, PIN, SoftTokenRig } from './soft-token-rig.ts';

const onSign: [number, string][] = [
  [0x05, 'TOKEN_GENERAL_ERROR'],
  [0x06, 'TOKEN_FUNCTION_FAILED'],
  [0x21, 'TOKEN_DATA_LENGTH'],
  [0x30, 'TOKEN_DEVICE_ERROR'],
  [0x31, 'TOKEN_DEVICE_MEMORY'],
  [0x32, 'TOKEN_REMOVED'],
  [0x50, 'TOKEN_CANCELED'],
  [0x54, 'TOKEN_FUNCTION_NOT_SUPPORTED'],
  [0x60, 'TOKEN_KEY_GONE'],
  [0x63, 'TOKEN_KEY_TYPE_INCONSISTENT'],
  [0x68, 'TOKEN_KEY_FORBIDS_SIGNING'],
  [0x70, 'TOKEN_MECHANISM_INVALID'],
  [0x82, 'TOKEN_KEY_GONE'],
  [0xb0, 'TOKEN_SESSION_LOST'],
  [0xb1, 'TOKEN_TOO_MANY_SESSIONS'],
  [0xb3, 'TOKEN_SESSION_LOST'],
  [0xe0, 'TOKEN_ABSENT'],
  [0xe1, 'TOKEN_NOT_RECOGNIZED'],
  [0x101, 'TOKEN_NOT_LOGGED_IN'],
  [0x150, 'TOKEN_BUFFER_TOO_SMALL'],
  [0x190, 'TOKEN_DRIVER_NOT_INITIALIZED'],
  [0x191, 'TOKEN_DRIVER_ALREADY_INITIALIZED'],
  [0x200, 'TOKEN_REJECTED'],
  [0x2ff, 'TOKEN_UNKNOWN_ERROR'],
  [0x8000_0123, 'TOKEN_VENDOR_ERROR'],
];
const onLogin: [number, string][] = [
  [0xa0, 'TOKEN_PIN_INCORRECT'],
  [0xa1, 'TOKEN_PIN_INVALID'],
  [0xa2, 'TOKEN_PIN_LENGTH'],
  [0xa3, 'TOKEN_PIN_EXPIRED'],
  [0xa4, 'TOKEN_PIN_LOCKED'],
  [0x102, 'TOKEN_PIN_NOT_SET'],
];

let rig: SoftTokenRig;
let provider: AdministrableProvider;
let tokenId: string;
let keyId: string;

beforeAll(async () => {
  rig = new SoftTokenRig();
  provider = rig.provider({ pollMs: 0 });
  ({
    info: { id: tokenId },
    keyId,
  } = await rig.personalise(provider));
});
afterAll(() => rig.close());

async function failure(work: Promise<unknown>): Promise<YqError> {
  const error: unknown = await work.then(
    () => new Error('resolved'),
    (reason: unknown) => reason,
  );
  if (!isYqError(error)) throw error;
  return error;
}

describe('an error in mid-sign', () => {
  it.each(onSign)('0x%s', async (ckr, code) => {
    rig.control();
    const token: Token = await loggedIn(provider, tokenId);
    rig.control(`slot0.sign.fail=${ckr.toString(16)}`);
    const error = await failure(token.signDigest(keyId, new Uint8Array(32)));
    expect(error.code).toBe(code);
    expect(error.detail).toContain('C_Sign');
    rig.control();
    await token.login(PIN); // and the token works again after a login, whatever the error was
    expect(await token.signDigest(keyId, new Uint8Array(32))).toHaveLength(64);
    await token.close();
  });
});

describe('an error at login', () => {
  it.each(onLogin)('0x%s', async (ckr, code) => {
    const token = await provider.open(tokenId);
    rig.control(`slot0.login.fail=${ckr.toString(16)}`);
    expect((await failure(token.login(PIN))).code).toBe(code);
    rig.control();
    await token.login(PIN);
    await token.close();
  });

  it.each([0x100, 0x104])('0x%s: another login is ended and ours tried once more', async (ckr) => {
    const other = await loggedIn(provider, tokenId);
    const token = await provider.open(tokenId);
    rig.control(`slot0.login.fail=${ckr.toString(16)}`, 'slot0.login.times=1');
    await token.login(PIN);
    expect(await token.signDigest(keyId, new Uint8Array(32))).toHaveLength(64);
    await other.close();
    await token.close();
  });

  it('an administrator who stays logged in elsewhere has a text of its own', () => {
    expect(codeOfCkr(0x100)).toBe('TOKEN_ALREADY_LOGGED_IN');
    expect(codeOfCkr(0x104)).toBe('TOKEN_OTHER_USER_LOGGED_IN');
  });
});

describe('an operation that somebody left open', () => {
  it('is ended by a new session; the login stays', async () => {
    rig.control();
    const token = await loggedIn(provider, tokenId);
    rig.control('slot0.signinit.fail=90', 'slot0.signinit.times=1');
    expect(await token.signDigest(keyId, new Uint8Array(32))).toHaveLength(64);
    rig.control('slot0.signinit.fail=90');
    expect((await failure(token.signDigest(keyId, new Uint8Array(32)))).code).toBe('TOKEN_OPERATION_ACTIVE');
    rig.control();
    await token.close();
  });
});

describe('the words', () => {
  it.each([...onSign, ...onLogin])('of 0x%s stand in both languages, with a next step', (ckr, code) => {
    if (!isErrorCode(code)) throw new Error(`${code} is not in the catalogue`);
    expect(codeOfCkr(ckr)).toBe(code);
    for (const language of ['zh', 'en'] as const) {
      const { what, next } = errorText(code, language, { ckr: '0x80000123' });
      expect(what.length).toBeGreaterThan(3);
      expect(next.length).toBeGreaterThan(3);
      expect(what).not.toMatch(/[{}]/);
    }
  });

  it('of a vendor’s error show its number', async () => {
    rig.control();
    const token = await loggedIn(provider, tokenId);
    rig.control('slot0.sign.fail=800000f1');
    const error = await failure(token.signDigest(keyId, new Uint8Array(32)));
    expect(error.text('en').what).toBe('The driver reported the vendor error 0x800000F1.');
    rig.control();
    await token.close();
  });
});
