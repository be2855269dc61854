import { randomBytes, sm2GenerateKeyPair, sm2Sign, sm2Verify, toHex } from '#core/crypto/index.ts';
import { markRatio, perSecond, type BenchCase } from '../framework.ts';
import { opensslSm2, smCrypto } from '../peers.ts';

export default {
  name: 'SM2',
  run() {
    const { privateKey, publicKey } = sm2GenerateKeyPair();
    const e = randomBytes(32);
    const signature = sm2Sign(privateKey, e);
    const [d, p, m] = [toHex(privateKey), toHex(publicKey), toHex(e)].map((s) => s.toLowerCase()) as [
      string,
      string,
      string,
    ];
    const theirs = smCrypto.sm2.doSignature(m, d, { hash: false });
    const openssl = opensslSm2();
    const short = { rounds: 2, milliseconds: 200 };
    const sign = perSecond(() => sm2Sign(privateKey, e));
    const signPeers = [
      { name: 'OpenSSL speed', value: openssl.sign },
      { name: 'sm-crypto', value: perSecond(() => smCrypto.sm2.doSignature(m, d, { hash: false }), short) },
    ];
    const verify = perSecond(() => {
      if (!sm2Verify(publicKey, e, signature)) throw new Error('the signature does not verify');
    });
    const verifyPeers = [
      { name: 'OpenSSL speed', value: openssl.verify },
      {
        name: 'sm-crypto',
        value: perSecond(() => smCrypto.sm2.doVerifySignature(m, theirs, p, { hash: false }), short),
      },
    ];
    return [
      {
        name: 'SM2 sign, own check included',
        unit: '/s',
        value: sign,
        peers: signPeers,
        mark: markRatio(0.6, sign, signPeers),
      },
      { name: 'SM2 verify', unit: '/s', value: verify, peers: verifyPeers, mark: markRatio(0.6, verify, verifyPeers) },
      {
        name: 'SM2 key pair',
        unit: '/s',
        value: perSecond(() => void sm2GenerateKeyPair()),
        peers: [{ name: 'sm-crypto', value: perSecond(() => void smCrypto.sm2.generateKeyPairHex(), short) }],
      },
    ];
  },
} satisfies BenchCase;
