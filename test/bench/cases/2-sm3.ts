import { createSM3 } from 'hash-wasm';
import { createHash, randomBytes, sm3 } from '#core/crypto/index.ts';
import { markRatio, megabytesPerSecond, type BenchCase } from '../framework.ts';
import { opensslEvp, smCrypto } from '../peers.ts';

export default {
  name: 'SM3',
  async run() {
    const large = randomBytes(1 << 20);
    const small = randomBytes(1024);
    const few = [...randomBytes(16_384)];
    const hashWasm = await createSM3();
    const value = megabytesPerSecond(large.length, () => void createHash('sm3').update(large).digest());
    const peers = [
      { name: 'OpenSSL speed', value: opensslEvp('sm3') },
      {
        name: 'hash-wasm',
        value: megabytesPerSecond(large.length, () => void hashWasm.init().update(large).digest('binary')),
      },
      { name: 'sm-crypto', value: megabytesPerSecond(few.length, () => void smCrypto.sm3(few)) },
    ];
    return [
      { name: 'SM3, 1 MB pieces', unit: 'MB/s', value, peers, mark: markRatio(0.6, value, peers) },
      {
        name: 'SM3, messages of 1 KB',
        unit: 'MB/s',
        value: megabytesPerSecond(small.length, () => void sm3(small)),
        peers: [
          {
            name: 'hash-wasm',
            value: megabytesPerSecond(small.length, () => void hashWasm.init().update(small).digest('binary')),
          },
        ],
      },
    ];
  },
} satisfies BenchCase;
