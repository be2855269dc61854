/** Phones, in the page: a code is asked for, scanned, approved or not; which of it, the scenario says. */
import type { EventName } from '../../../src/shared/ipc.ts';
import type { TokensView } from '../../../src/shared/models.ts';
import type { PhoneAsk, PhoneKey, PhoneProgress } from '../../../src/shared/phone.ts';
import type { HarnessData } from './data.ts';

export interface PhoneDesk {
  answer(name: string, given: Record<string, never>, d: HarnessData): Promise<unknown>;
  /** With the key of the phone that signed in. */
  tokens(d: HarnessData): TokensView;
  session(d: HarnessData): unknown;
}

export const PHONE_TOKEN = 'phone:Xk3vB9mQ2LrT8wYz';
const askedFor = (ask: PhoneAsk): number =>
  ask.kind === 'records' ? ask.items.length : ask.kind === 'consent' ? ask.ids.length : 0;
const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

export function phoneDesk(emit: (name: EventName, payload: unknown) => void, is: (name: string) => boolean): PhoneDesk {
  let asked = 0;
  let keys: PhoneKey[] = [
    {
      keyId: 'Xk3vB9mQ2LrT8wYz',
      deviceName: 'Android · Chrome',
      place: 'phone',
      state: 'active',
      createdAt: ago(41),
      lastUsedAt: ago(0),
    },
    {
      keyId: 'p2',
      deviceName: 'iPhone · Safari',
      place: 'phone',
      state: 'suspended',
      createdAt: ago(200),
      lastUsedAt: ago(63),
    },
    { keyId: 'p3', deviceName: '门诊-12', place: 'pc', state: 'active', createdAt: ago(90), lastUsedAt: null },
  ];

  const tell = (requestId: string, patch: Partial<PhoneProgress>): void =>
    emit('phone:progress', {
      requestId,
      state: 'waiting',
      check: null,
      approved: null,
      error: null,
      way: is('phone-polling') ? 'polling' : 'events',
      ...patch,
    });

  const goOn = (requestId: string, d: HarnessData): void => {
    const end = (state: PhoneProgress['state'], error: string) =>
      tell(requestId, { state, error: d.errors[error] ?? null });
    if (is('phone-polling')) tell(requestId, {});
    if (is('phone-expired') && asked === 1) return end('expired', 'phoneExpired');
    if (is('phone-scanned') || is('phone-refused') || is('phone-approve'))
      tell(requestId, { state: 'scanned', check: '47' });
    if (is('phone-refused') && asked === 1) return end('refused', 'phoneRefused');
    if (is('phone-other') && asked === 1) return end('cancelled', 'phoneOther');
    if (is('phone-approve')) {
      const approved = {
        ticket: `phone:${'x'.repeat(22)}`,
        tokenId: PHONE_TOKEN,
        keyId: 'kp',
        person: d.person?.name ?? '',
      };
      tell(requestId, { state: 'approved', check: '47', approved });
    }
  };

  const session = (d: HarnessData) => ({
    ...d.session,
    tokenId: PHONE_TOKEN,
    tokenLabel: `${d.person?.name ?? ''} 手机密钥`,
    keyId: 'kp',
  });

  return {
    session,
    tokens(d) {
      const [own] = d.tokens.tokens;
      const key = own?.keys[0];
      if (own === undefined || key === undefined) return d.tokens;
      const phone = {
        ...own,
        id: PHONE_TOKEN,
        label: `${d.person?.name ?? ''} 手机密钥`,
        serial: PHONE_TOKEN.slice('phone:'.length),
        manufacturer: 'Yiqian',
        model: 'SM2 co-signing',
        profile: 'phone',
        driverPath: 'https://emr.hospital.example',
        slotDescription: 'emr.hospital.example',
        pinTries: { kind: 'unknown' as const },
        testOnly: false,
        keys: [{ ...key, keyId: 'kp' }],
      };
      return { ...d.tokens, tokens: is('no-token') ? [phone] : [phone, ...d.tokens.tokens] };
    },
    async answer(name, given, d) {
      const ok = (value: unknown) => ({ ok: true, value });
      const no = (error: string) => ({ ok: false, error: d.errors[error] });
      switch (name) {
        case 'phone:ask': {
          if (is('phone-off')) return no('backend');
          if (is('phone-slow')) await new Promise(() => {});
          const requestId = `r${++asked}`;
          setTimeout(() => goOn(requestId, d), 5);
          return ok({
            requestId,
            qr: `${is('phone-here') ? 'http://127.0.0.1:8765' : 'https://emr.hospital.example'}/phone/#s=${'Q7mZ2pXv9LkTb4RsWcYd1g'.slice(0, 21)}${asked}`,
            expiresAt: new Date(Date.now() + 118_000).toISOString(),
            desk: 'XNK-3F-DOC-07',
            count: askedFor(given as unknown as PhoneAsk),
          });
        }
        case 'phone:enrolCode':
          if (is('phone-off')) return no('backend');
          return ok({
            code: 'K7QF2M9XHT4B',
            qr: 'https://emr.hospital.example/phone/#e=K7QF2M9XHT4B',
            expiresAt: new Date(Date.now() + 15 * 60_000).toISOString(),
          });
        case 'phone:stop':
          keys = keys.map((k) => (k.keyId === given['keyId'] ? { ...k, state: 'suspended' } : k));
          return ok({ keys });
        case 'phone:mine':
          if (is('phone-off')) return no('backend');
          return ok({ keys: is('no-phones') ? [] : keys });
        default:
          return ok(undefined);
      }
    },
  };
}
