/** Tokens in memory for tests of other rooms: no driver, no process, the same manners (PIN, tries, login lost on removal). */
import { createPrivateKey, sign as nodeSign } from 'node:crypto';
import { createHash, sm2Digest, sm2PublicKey, sm2Sign } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { Certificate } from '#core/pki/index.ts';
import { keyIdOf, usageOf } from './keys.ts';
import { verifyDigest } from './signature-value.ts';
import type { PinTries, Token, TokenEvent, TokenInfo, TokenKey, TokenProvider } from './types.ts';

export interface SoftwareTokenConfig {
  readonly serial: string;
  readonly label: string;
  readonly pin: string;
  readonly keys: readonly {
    readonly label: string;
    readonly certificate: Certificate;
    /** SM2: d, 32 bytes. RSA and P-256: PKCS#8 DER. */
    readonly privateKey: Uint8Array;
  }[];
}

/** Also gives tests a hand on the tokens: `insert` and `remove` by serial. */
export interface SoftwareProvider extends TokenProvider {
  insert(serial: string): void;
  remove(serial: string): void;
}

const MAX_TRIES = 6;

class SoftwareToken {
  readonly config: SoftwareTokenConfig;
  present = true;
  tries = MAX_TRIES;
  pin: string;
  readonly loggedIn = new Set<object>();

  constructor(config: SoftwareTokenConfig) {
    this.config = config;
    this.pin = config.pin;
  }
  get info(): TokenInfo {
    const pinTries: PinTries = this.tries === 0 ? { kind: 'locked' } : { kind: 'count', left: this.tries };
    return {
      id: `software:${this.config.serial}`,
      label: this.config.label,
      serial: this.config.serial,
      manufacturer: 'Yiqian TEST ONLY',
      model: 'software',
      profile: 'software',
      driverPath: '',
      slotDescription: 'memory',
      pinTries,
      loginRequired: true,
      protectedAuthenticationPath: false,
      testOnly: true,
    };
  }
  require(): void {
    if (!this.present) throw new YqError('TOKEN_REMOVED');
  }
  checkPin(pin: string): void {
    this.require();
    if (this.tries === 0) throw new YqError('TOKEN_PIN_LOCKED');
    if (pin !== this.pin) {
      this.tries--;
      throw new YqError(this.tries === 0 ? 'TOKEN_PIN_LOCKED' : 'TOKEN_PIN_INCORRECT');
    }
    this.tries = MAX_TRIES;
  }
  keys(): TokenKey[] {
    return this.config.keys.map(({ label, certificate }) => ({
      keyId: keyIdOf(certificate),
      certificate,
      label,
      kind: certificate.publicKey.kind as TokenKey['kind'],
      usage: usageOf(certificate),
      alwaysAuthenticate: false,
    }));
  }
  signMessage(keyId: string, message: Uint8Array): Uint8Array {
    const key = this.config.keys.find(({ certificate }) => keyIdOf(certificate) === keyId);
    if (key === undefined) throw new YqError('TOKEN_KEY_NOT_FOUND', { params: { key: keyId } });
    const { publicKey } = key.certificate;
    const isSm2 = publicKey.kind === 'sm2';
    const digest = isSm2
      ? sm2Digest(sm2PublicKey(key.privateKey), message)
      : createHash('sha256').update(message).digest();
    const value = isSm2 ? sm2Sign(key.privateKey, digest) : nodeSignature(key.privateKey, message);
    if (!verifyDigest(publicKey, digest, value)) throw new YqError('TOKEN_SIGNATURE_WRONG');
    return value;
  }
  signDigest(keyId: string, digest: Uint8Array): Uint8Array {
    const key = this.config.keys.find(({ certificate }) => keyIdOf(certificate) === keyId);
    if (key === undefined) throw new YqError('TOKEN_KEY_NOT_FOUND', { params: { key: keyId } });
    if (key.certificate.publicKey.kind !== 'sm2') throw new YqError('TOKEN_PROFILE_NO_DIGEST');
    const value = sm2Sign(key.privateKey, digest);
    if (!verifyDigest(key.certificate.publicKey, digest, value)) throw new YqError('TOKEN_SIGNATURE_WRONG');
    return value;
  }
}

function nodeSignature(pkcs8: Uint8Array, message: Uint8Array): Uint8Array {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  return Uint8Array.from(nodeSign('sha256', message, { key, dsaEncoding: 'ieee-p1363' }));
}

function openSoftware(token: SoftwareToken): Token {
  const self = {};
  const work = async <T>(needsLogin: boolean, run: () => T): Promise<T> => {
    token.require();
    if (needsLogin && !token.loggedIn.has(self)) throw new YqError('TOKEN_NOT_LOGGED_IN');
    return run();
  };
  return {
    get info() {
      return token.info;
    },
    certificates: () => work(false, () => token.keys()),
    login: (pin) =>
      work(false, () => {
        token.checkPin(pin);
        token.loggedIn.add(self);
      }),
    logout: async () => void token.loggedIn.delete(self),
    signDigest: (keyId, digest) => work(true, () => token.signDigest(keyId, digest)),
    signMessage: (keyId, message) => work(true, () => token.signMessage(keyId, message)),
    changePin: (oldPin, newPin) =>
      work(false, () => {
        token.checkPin(oldPin);
        token.pin = newPin;
      }),
    close: async () => void token.loggedIn.delete(self),
  };
}

export function softwareProvider(configs: readonly SoftwareTokenConfig[]): SoftwareProvider {
  const tokens = configs.map((config) => new SoftwareToken(config));
  const listeners = new Set<(event: TokenEvent) => void>();
  const emit = (event: TokenEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };
  const find = (matches: (token: SoftwareToken) => boolean, name: string): SoftwareToken => {
    const found = tokens.find(matches);
    if (found === undefined) throw new YqError('TOKEN_NOT_FOUND', { params: { token: name } });
    return found;
  };
  return {
    list: async () => tokens.filter(({ present }) => present).map(({ info }) => info),
    drivers: async () => [{ driver: 'software', profile: 'software', path: '', state: 'ready', slots: tokens.length }],
    open: async (tokenId) => openSoftware(find((token) => token.present && token.info.id === tokenId, tokenId)),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => listeners.clear(),
    insert(serial) {
      const token = find(({ config }) => config.serial === serial, serial);
      token.present = true;
      emit({ type: 'inserted', token: token.info });
    },
    remove(serial) {
      const token = find(({ config }) => config.serial === serial, serial);
      token.present = false;
      token.loggedIn.clear();
      emit({ type: 'removed', tokenId: token.info.id });
    },
  };
}
