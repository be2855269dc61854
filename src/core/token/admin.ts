/** Setting up tokens: initialise, unlock, make keys, import certificates. */
import { randomBytes } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { Certificate } from '#core/pki/index.ts';
import { fromHex } from '#core/crypto/index.ts';
import { publicKeyOf } from './keys.ts';
import type { HostClient } from './host-client.ts';
import type { VendorProfile } from './profile.ts';
import { Ck, type AttributeValue, type KeyRecord, type TokenRecord } from './protocol.ts';
import type { NewKeyPair, TokenAdmin, TokenInfo } from './types.ts';

/** What the provider lends to an administrator. */
export interface AdminPort {
  readonly client: HostClient;
  readonly profile: VendorProfile;
  /** The slot, for initialising. */
  slot(): Promise<number>;
  /** The token's name in requests. */
  record(): Promise<string>;
  /** After initialising: takes over the new identity. */
  adopt(record: TokenRecord): Promise<TokenInfo>;
  refresh(): Promise<void>;
}

const SM2_CURVE = fromHex('06082a811ccf5501822d');
const P256_CURVE = fromHex('06082a8648ce3d030107');

function keyTemplates(
  label: string,
  ckaId: Uint8Array,
  alwaysAuthenticate: boolean,
): [AttributeValue[], AttributeValue[]] {
  const common: AttributeValue[] = [
    { type: Ck.ckaToken, value: true },
    { type: Ck.ckaLabel, value: label },
    { type: Ck.ckaId, value: ckaId },
  ];
  const publicKey = [...common, { type: Ck.ckaVerify, value: true }];
  const privateKey = [
    ...common,
    { type: Ck.ckaPrivate, value: true },
    { type: Ck.ckaSensitive, value: true },
    { type: Ck.ckaExtractable, value: false },
    { type: Ck.ckaSign, value: true },
    ...(alwaysAuthenticate ? [{ type: Ck.ckaAlwaysAuthenticate, value: true }] : []),
  ];
  return [publicKey, privateKey];
}

export function tokenAdmin({ client, profile, slot, record, adopt, refresh }: AdminPort): TokenAdmin {
  const spkiOf = (made: KeyRecord): { spki: Uint8Array; point?: Uint8Array } => {
    const publicKey = publicKeyOf(made, profile);
    if (publicKey === undefined)
      throw new YqError('TOKEN_POINT_INVALID', { detail: 'the new public key cannot be read' });
    return publicKey;
  };
  return {
    async initialize({ label, soPin, userPin }) {
      const made = await client.request('initToken', { slot: await slot(), label, soPin });
      await client.request('initPin', { token: made.key, soPin, newPin: userPin });
      return adopt(made);
    },
    async unlock({ soPin, newPin }) {
      await client.request('initPin', { token: await record(), soPin, newPin });
      await refresh();
    },
    async generateSm2KeyPair({ pin, label, ckaId = randomBytes(8), alwaysAuthenticate = false }): Promise<NewKeyPair> {
      const mechanism = profile.sm2?.keyPairGeneration;
      if (mechanism === undefined) throw new YqError('TOKEN_PROFILE_NO_MECHANISM', { params: { profile: profile.id } });
      const [publicKey, privateKey] = keyTemplates(label, ckaId, alwaysAuthenticate);
      publicKey.push({ type: Ck.ckaEcParams, value: SM2_CURVE });
      const made = await client.request('generateKeyPair', {
        token: await record(),
        pin,
        mechanism,
        publicKey,
        privateKey,
      });
      const { point } = spkiOf(made);
      if (point === undefined) throw new YqError('TOKEN_POINT_INVALID', { detail: 'the new key is not an SM2 key' });
      return { ckaId, publicKey: point };
    },
    async generateKeyPair({ pin, label, kind, ckaId = randomBytes(8) }) {
      const [publicKey, privateKey] = keyTemplates(label, ckaId, false);
      if (kind === 'rsa') {
        publicKey.push(
          { type: Ck.ckaModulusBits, value: 2048 },
          { type: Ck.ckaPublicExponent, value: Uint8Array.of(1, 0, 1) },
        );
      } else publicKey.push({ type: Ck.ckaEcParams, value: P256_CURVE });
      const mechanism = kind === 'rsa' ? Ck.ckmRsaKeyPairGen : Ck.ckmEcKeyPairGen;
      const made = await client.request('generateKeyPair', {
        token: await record(),
        pin,
        mechanism,
        publicKey,
        privateKey,
      });
      return { ckaId, spki: spkiOf(made).spki };
    },
    async importCertificate({ pin, ckaId, der, label }) {
      const certificate = Certificate.parse(der);
      const serial = Uint8Array.from([2, certificate.serialBytes.length, ...certificate.serialBytes]);
      const attributes: AttributeValue[] = [
        { type: Ck.ckaClass, value: Ck.ckoCertificate },
        { type: Ck.ckaCertificateType, value: 0 },
        { type: Ck.ckaToken, value: true },
        { type: Ck.ckaPrivate, value: false },
        { type: Ck.ckaId, value: ckaId },
        { type: Ck.ckaLabel, value: label },
        { type: Ck.ckaSubject, value: certificate.subjectDer },
        { type: Ck.ckaIssuer, value: certificate.issuerDer },
        { type: Ck.ckaSerialNumber, value: serial },
        { type: Ck.ckaValue, value: certificate.der },
      ];
      await client.request('createObject', { token: await record(), pin, attributes });
    },
  };
}
