/** Two tokens: the demo doctor's soft one, and a colleague's whose PIN has one try left; a driver of the wrong bitness. */
import { createHash } from 'node:crypto';
import type { ErrorCode } from '../../../src/core/errors/index.ts';
import type * as m from '../../../src/shared/models.ts';
import { wire } from './errors.ts';

const DAY = 86_400_000;

function certificate(now: Date, name: string, daysLeft: number, keyUsage: string[]): m.CertificateView {
  return {
    commonName: name,
    subject: `CN=${name},OU=心血管内科,O=示范医院,C=CN`,
    issuer: 'CN=示范医院签发 CA,O=示范医院,C=CN',
    serial: createHash('sha256').update(name).digest('hex').slice(0, 32).toUpperCase(),
    notBefore: new Date(now.getTime() - 153 * DAY).toISOString(),
    notAfter: new Date(now.getTime() + daysLeft * DAY).toISOString(),
    daysLeft,
    keyUsage,
  };
}

export function tokensView(now: Date): m.TokensView {
  const sign = certificate(now, '李医师', 212, ['digitalSignature', 'nonRepudiation']);
  return {
    drivers: [
      {
        driver: 'libyiqian-soft-token.so',
        profile: 'yiqian-soft',
        path: '/opt/yiqian/soft-token/libyiqian-soft-token.so',
        state: 'ready',
        version: '0.1',
        slots: 1,
      },
      {
        driver: 'libgm3000.so',
        profile: 'longmai-gm3000',
        path: '/usr/lib/libgm3000.so',
        state: 'broken',
        error: wire('TOKEN_DRIVER_LOAD_FAILED' as ErrorCode, { driver: 'libgm3000.so' }, 'wrong ELF class: ELFCLASS32'),
      },
    ],
    tokens: [
      {
        id: 't1',
        label: '李医师 演示密钥',
        serial: 'SOFT-00000001',
        manufacturer: 'Yiqian',
        model: 'Soft token',
        profile: 'yiqian-soft',
        driverPath: '/opt/yiqian/soft-token/libyiqian-soft-token.so',
        slotDescription: '软密钥插槽 0',
        pinTries: { kind: 'count', left: 5 },
        testOnly: true,
        keys: [
          {
            keyId: 'k1',
            label: '签名密钥',
            kind: 'sm2',
            usage: 'signing',
            alwaysAuthenticate: false,
            certificate: sign,
            unusable: null,
          },
          {
            keyId: 'k2',
            label: '加密密钥',
            kind: 'sm2',
            usage: 'encryption',
            alwaysAuthenticate: false,
            certificate: certificate(now, '李医师', 212, ['keyEncipherment', 'dataEncipherment']),
            unusable: wire('SIGN_CERTIFICATE_UNUSABLE' as ErrorCode, {
              'reason.zh': '它是加密密钥',
              'reason.en': 'it is an encryption key',
            }),
          },
        ],
      },
      {
        id: 't2',
        label: '赵医师',
        serial: '3A41 0097 5512',
        manufacturer: 'Longmai',
        model: 'GM3000',
        profile: 'longmai-gm3000',
        driverPath: '/usr/lib/libmtoken.so',
        slotDescription: 'Longmai mToken 00 00',
        pinTries: { kind: 'final' },
        testOnly: false,
        keys: [
          {
            keyId: 'k3',
            label: '签名密钥',
            kind: 'sm2',
            usage: 'signing',
            alwaysAuthenticate: true,
            certificate: certificate(now, '赵医师', 38, ['digitalSignature', 'nonRepudiation']),
            unusable: null,
          },
        ],
      },
    ],
  };
}
