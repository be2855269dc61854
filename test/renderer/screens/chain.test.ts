import { describe, expect, it } from 'vitest';
import type { DriverView, TokenKeyView, TokenView } from '../../../src/shared/models.ts';
import { brokenWithoutToken, linksOf } from '../../../src/renderer/screens/keys/chain.ts';

const error = { code: 'X', zh: { what: '', next: '' }, en: { what: '', next: '' } };
const certificate = {
  commonName: '李医师',
  subject: '',
  issuer: '',
  serial: '',
  notBefore: '',
  notAfter: '',
  daysLeft: 9,
  keyUsage: [],
};
const key = (over: Partial<TokenKeyView> = {}): TokenKeyView => ({
  keyId: 'k',
  label: 'k',
  kind: 'sm2',
  usage: 'signing',
  alwaysAuthenticate: false,
  certificate,
  unusable: null,
  ...over,
});
const token = (over: Partial<TokenView> = {}): TokenView => ({
  id: 't',
  label: 't',
  serial: 'S1',
  manufacturer: '',
  model: '',
  profile: '',
  driverPath: '/usr/lib/libx.so',
  slotDescription: 'slot',
  pinTries: { kind: 'full' },
  testOnly: false,
  keys: [key()],
  ...over,
});
const driver = (state: DriverView['state']): DriverView => ({
  driver: 'x',
  profile: 'x',
  path: '/usr/lib/libx.so',
  state,
});
const shown = (t: TokenView, d: DriverView[]) => linksOf(t, d).map((l) => `${l.name}${l.broken ? '!' : ''}`);

describe('the first broken link ends the chain', () => {
  it('nothing broken', () =>
    expect(shown(token(), [driver('ready')])).toEqual(['driver', 'reader', 'token', 'certificate']));
  it('the driver crashed', () => expect(shown(token(), [driver('crashed')])).toEqual(['driver!']));
  it('the PIN is locked', () =>
    expect(shown(token({ pinTries: { kind: 'locked' } }), [driver('ready')])).toEqual(['driver', 'reader', 'token!']));
  it('no certificate', () =>
    expect(shown(token({ keys: [] }), [driver('ready')])).toEqual(['driver', 'reader', 'token', 'certificate!']));
  it('an expired certificate', () =>
    expect(shown(token({ keys: [key({ unusable: error })] }), [])).toEqual([
      'driver',
      'reader',
      'token',
      'certificate!',
    ]));
  it('an encryption key beside a good one does not break it', () =>
    expect(shown(token({ keys: [key({ usage: 'encryption', unusable: error }), key()] }), [])).toEqual([
      'driver',
      'reader',
      'token',
      'certificate',
    ]));
});

it('without a token the driver or the reader is to blame', () => {
  expect([
    brokenWithoutToken([]),
    brokenWithoutToken([driver('broken')]),
    brokenWithoutToken([driver('broken'), driver('ready')]),
  ]).toEqual(['driver', 'driver', 'reader']);
});
