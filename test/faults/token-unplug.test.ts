/** The key is pulled out, at every step. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sm2Verify } from '#core/crypto/index.ts';
import type { AdministrableProvider, TokenEvent, TokenInfo } from '#core/token/index.ts';
import { codeOf, loggedIn, PIN, SoftTokenRig, until } from '../core/token/soft-token-rig.ts';

const digest = new Uint8Array(32).fill(3);
let rig: SoftTokenRig;
let provider: AdministrableProvider;
let info: TokenInfo;
let keyId: string;
let publicKey: Uint8Array;
let events: TokenEvent[];

beforeEach(async () => {
  rig = new SoftTokenRig();
  provider = rig.provider();
  ({ info, keyId, publicKey } = await rig.personalise(provider));
  events = [];
  provider.subscribe((event) => events.push(event));
});
afterEach(() => rig.close());

const out = (): void => rig.control('slot0.present=0');
const back = (): void => rig.control('slot0.present=1');
const seen = (type: TokenEvent['type']) => (): boolean => events.some((event) => event.type === type);

it('while nobody uses it: the desk is told, and told again when it is back', async () => {
  out();
  await until('the removal', seen('removed'));
  expect(events).toEqual([{ type: 'removed', tokenId: info.id }]);
  expect(await provider.list()).toEqual([]);
  expect(await codeOf(provider.open(info.id))).toBe('TOKEN_NOT_FOUND');
  back();
  await until('the insertion', seen('inserted'));
  expect(events[1]).toEqual({ type: 'inserted', token: info });
});

it('before login', async () => {
  const token = await provider.open(info.id);
  out();
  expect(await codeOf(token.login(PIN))).toMatch(/^TOKEN_(REMOVED|ABSENT)$/); // by the session's answer or the slot's
  back();
  await token.login(PIN);
  expect(await token.signDigest(keyId, digest)).toHaveLength(64);
});

it('after login: the next signature fails, and after putting it back the PIN is wanted again', async () => {
  const token = await loggedIn(provider, info.id);
  out();
  expect(await codeOf(token.signDigest(keyId, digest))).toBe('TOKEN_REMOVED');
  back();
  expect(await codeOf(token.signDigest(keyId, digest))).toMatch(/^TOKEN_(NOT_LOGGED_IN|SESSION_LOST)$/);
  await token.login(PIN);
  expect(sm2Verify(publicKey, digest, await token.signDigest(keyId, digest))).toBe(true);
});

it('and put back so fast that nobody looked: no signature without a new login', async () => {
  const quiet = rig.provider({ pollMs: 0 });
  const token = await loggedIn(quiet, info.id);
  await token.signDigest(keyId, digest);
  out();
  const other = rig.provider({ pollMs: 0 }); // not the driver's process under test: its own eyes only
  await other.list();
  rig.control('slot0.present=0', '# still out');
  expect(await codeOf(token.signDigest(keyId, digest))).toBe('TOKEN_REMOVED');
  back();
  expect(await codeOf(token.signDigest(keyId, digest))).toMatch(/^TOKEN_(NOT_LOGGED_IN|SESSION_LOST)$/);
  await token.login(PIN);
  expect(await token.signDigest(keyId, digest)).toHaveLength(64);
});

it('in the middle of a signature', async () => {
  const token = await loggedIn(provider, info.id);
  await token.signDigest(keyId, digest);
  rig.control('slot0.sign.delay_ms=3000');
  const signing = codeOf(token.signDigest(keyId, digest));
  await new Promise((resolve) => setTimeout(resolve, 500));
  rig.control('slot0.present=0');
  expect(await signing).toBe('TOKEN_REMOVED');
  back();
  await token.login(PIN);
  expect(await token.signDigest(keyId, digest)).toHaveLength(64);
});

it('in the middle of a login: no login is left behind', async () => {
  const token = await provider.open(info.id);
  rig.control('slot0.login.delay_ms=3000');
  const login = codeOf(token.login(PIN));
  await new Promise((resolve) => setTimeout(resolve, 500));
  out();
  expect(await login).toBe('TOKEN_REMOVED');
  back();
  expect(await codeOf(token.signDigest(keyId, digest))).toBe('TOKEN_NOT_LOGGED_IN');
});

it('and another key is put in: the first one’s name does not fit it', async () => {
  rig.addSlot(1);
  const two = rig.provider();
  const second = await rig.personalise(two, 1);
  const token = await loggedIn(two, info.id);
  out();
  expect(await codeOf(token.signDigest(keyId, digest))).toBe('TOKEN_REMOVED');
  expect(await two.list()).toEqual([second.info]);
  expect(await codeOf(token.login(PIN))).toBe('TOKEN_REMOVED');
});

it('does not trouble another token of the same driver', async () => {
  rig.addSlot(1);
  const two = rig.provider();
  const second = await rig.personalise(two, 1);
  const other = await loggedIn(two, second.info.id);
  await loggedIn(two, info.id);
  out();
  await until('the removal', async () => (await two.list()).length === 1);
  expect(sm2Verify(second.publicKey, digest, await other.signDigest(second.keyId, digest))).toBe(true);
});
