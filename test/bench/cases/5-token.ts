import { randomBytes } from '#core/crypto/index.ts';
import { loggedIn, SoftTokenRig } from '../../core/token/soft-token-rig.ts';
import { medianMilliseconds, type BenchCase } from '../framework.ts';
import { opensslSm2 } from '../peers.ts';

export default {
  name: 'Token',
  async run() {
    const rig = new SoftTokenRig();
    try {
      const provider = rig.provider();
      const { info, keyId } = await rig.personalise(provider);
      const token = await loggedIn(provider, info.id);
      const digest = randomBytes(32);
      const value = await medianMilliseconds(() => token.signDigest(keyId, digest), 101);
      const message = randomBytes(1024);
      const whole = await medianMilliseconds(() => token.signMessage(keyId, message), 101);
      const sign = opensslSm2().sign;
      const peers = [
        { name: 'one signature of OpenSSL, in process', value: sign === undefined ? undefined : 1000 / sign },
      ];
      await token.close();
      return [
        { name: 'Soft token: sign a digest, through its process, own check included', unit: 'ms', value, peers },
        { name: 'Soft token: sign a message of 1 KB', unit: 'ms', value: whole, peers },
      ];
    } finally {
      await rig.close();
    }
  },
} satisfies BenchCase;
