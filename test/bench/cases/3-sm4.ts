import { randomBytes, sm4Cbc, sm4Gcm } from '#core/crypto/index.ts';
import { megabytesPerSecond, type BenchCase } from '../framework.ts';
import { opensslEvp, smCrypto } from '../peers.ts';

export default {
  name: 'SM4',
  run() {
    const [key, iv, nonce, data] = [randomBytes(16), randomBytes(16), randomBytes(12), randomBytes(1 << 20)];
    const few = [...randomBytes(16_384)];
    const sealed = sm4Cbc.encrypt(key, iv, data);
    const cbcPeer = { name: 'OpenSSL speed', value: opensslEvp('sm4-cbc') };
    return [
      {
        name: 'SM4-CBC encrypt',
        unit: 'MB/s',
        value: megabytesPerSecond(data.length, () => void sm4Cbc.encrypt(key, iv, data)),
        peers: [
          cbcPeer,
          {
            name: 'sm-crypto',
            value: megabytesPerSecond(
              few.length,
              () => void smCrypto.sm4.encrypt(few, [...key], { mode: 'cbc', iv: [...iv], output: 'array' }),
            ),
          },
        ],
      },
      {
        name: 'SM4-CBC decrypt',
        unit: 'MB/s',
        value: megabytesPerSecond(data.length, () => void sm4Cbc.decrypt(key, iv, sealed)),
        peers: [cbcPeer],
      },
      {
        name: 'SM4-GCM encrypt',
        unit: 'MB/s',
        value: megabytesPerSecond(data.length, () => void sm4Gcm.encrypt(key, nonce, data)),
        // OpenSSL 3.0 has no SM4-GCM; its bare counter mode is the nearest.
        peers: [{ name: 'OpenSSL speed sm4-ctr', value: opensslEvp('sm4-ctr') }],
      },
    ];
  },
} satisfies BenchCase;
