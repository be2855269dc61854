/** What the desk sees to before a key is used with what the window gave in the PIN's place. */
import { beforeEach, expect, it } from 'vitest';
import { isYqError, YqError } from '../../../src/core/errors/index.ts';
import { softwareProvider } from '../../../src/core/token/index.ts';
import type { Token, TokenInfo, TokenProvider } from '../../../src/core/token/types.ts';
import { createTokenAccess, type TokenAccess } from '../../../src/main/desk/token-access.ts';
import { makePki } from '../../core/signing/material.ts';

const pki = await makePki('sm2');
const doctor = await pki.issue('李医师');
const PIN = '123456';
const TICKET = `phone:${'t'.repeat(22)}`;
const LIST = 'ab'.repeat(32);

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (e: unknown) => (isYqError(e) ? e.code : String(e)),
  );
const accessTo = (provider: TokenProvider, redeem?: (ticket: string, list: string) => void): TokenAccess =>
  createTokenAccess({
    provider,
    trust: () => Promise.resolve(pki.trust),
    fetchIssuer: () => Promise.resolve(undefined),
    now: () => new Date(),
    ...(redeem && { redeem }),
  });

it('a ticket costs a token no PIN try', async () => {
  const keys = [{ label: 'sign', certificate: doctor.certificate, privateKey: new Uint8Array(32).fill(7) }];
  const provider = softwareProvider([{ serial: '1', label: 'SOFT', pin: PIN, keys }]);
  const tokens = accessTo(provider, () => undefined);
  const [before] = await provider.list();
  const { id } = before!;
  const work = (): Promise<string> => Promise.resolve('worked');
  expect(await codeOf(tokens.withLogin(id, TICKET, work, LIST))).toBe('PHONE_TICKET');
  expect(await codeOf(tokens.withLogin(id, TICKET, work))).toBe('PHONE_TICKET');
  expect(await codeOf(tokens.changePin(id, TICKET, '654321'))).toBe('PHONE_TICKET');
  expect((await provider.list())[0]?.pinTries).toEqual(before!.pinTries);
  // What only looks like one is a PIN, and counts.
  expect(await codeOf(tokens.withLogin(id, 'phone:123', work, LIST))).toBe('TOKEN_PIN_INCORRECT');
  expect((await provider.list())[0]?.pinTries).not.toEqual(before!.pinTries);
  expect(await tokens.withLogin(id, PIN, work, LIST)).toBe('worked');
});

let steps: string[];
let broken: YqError | undefined;
beforeEach(() => {
  steps = [];
  broken = undefined;
});
/** A phone's token that notes what is asked of it; the real one is under test in core/token/phone and phone/desk.test.ts. */
function phones(redeem: (ticket: string, list: string) => void = () => undefined): TokenAccess {
  const info = { id: 'phone:k', label: 'phone', profile: 'phone' } as TokenInfo;
  const did = (step: string): Promise<void> => Promise.resolve(void steps.push(step));
  const token: Token = {
    info,
    certificates: () =>
      Promise.resolve([
        {
          ...{ keyId: 'k', certificate: doctor.certificate, label: 'phone', kind: 'sm2' },
          ...{ usage: 'signing', alwaysAuthenticate: false },
        } as const,
      ]),
    login: (ticket) => did(`login ${ticket}`),
    logout: () => did('logout'),
    signDigest: () => Promise.reject(new YqError('TOKEN_PROFILE_NO_DIGEST')),
    signMessage: () => (broken ? Promise.reject(broken) : Promise.resolve(new Uint8Array(64).fill(1))),
    changePin: () => did('changePin'),
    close: () => did('close'),
  };
  const provider: TokenProvider = {
    list: () => Promise.resolve([info]),
    drivers: () => Promise.resolve([]),
    open: () => Promise.resolve(token),
    subscribe: () => () => undefined,
    close: () => Promise.resolve(),
  };
  return accessTo(provider, (ticket, list) => {
    steps.push(`redeem ${list}`);
    redeem(ticket, list);
  });
}
const work = (): Promise<void> => Promise.resolve(void steps.push('work'));

it('a phone’s approval is redeemed for the list before its key is opened', async () => {
  await phones().withLogin('phone:k', TICKET, work, LIST);
  expect(steps).toEqual([`redeem ${LIST}`, `login ${TICKET}`, 'work', 'logout', 'close']);
});

it('what the approval was not given for opens nothing', async () => {
  const refusing = phones(() => {
    throw new YqError('PHONE_LIST_CHANGED');
  });
  expect(await codeOf(refusing.withLogin('phone:k', TICKET, work, LIST))).toBe('PHONE_LIST_CHANGED');
  expect(await codeOf(phones().withLogin('phone:k', PIN, work, LIST))).toBe('PHONE_TICKET');
  // A test, a seal: acts without a list.
  expect(await codeOf(phones().withLogin('phone:k', TICKET, work))).toBe('PHONE_NOT_HERE');
  expect(await codeOf(phones().withLogin('phone:k', PIN, work))).toBe('PHONE_NOT_HERE');
  expect(await codeOf(phones().changePin('phone:k', PIN, '654321'))).toBe('PHONE_NOT_HERE');
  expect(steps.filter((s) => s !== 'close' && !s.startsWith('redeem'))).toEqual([]);
});

it('the service away is a fault of the key, which ends a list; what else the phone says stays as it is', async () => {
  const tokens = phones();
  const { key } = await tokens.find('phone:k', 'k');
  const sign = (): Promise<unknown> =>
    tokens.withLogin(
      'phone:k',
      TICKET,
      async (token) => (await tokens.signer(token, key, TICKET)).sign(Uint8Array.of(1)),
      LIST,
    );
  expect(await codeOf(sign())).toBe('done');
  broken = new YqError('BACKEND_UNREACHABLE');
  expect(await codeOf(sign())).toBe('COSIGN_UNREACHABLE');
  broken = new YqError('PHONE_LOST');
  expect(await codeOf(sign())).toBe('PHONE_LOST');
});
