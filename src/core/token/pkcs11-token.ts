/** One token behind PKCS#11: keys by certificate, login without keeping the PIN, signatures verified before they leave. */
import { isYqError, YqError } from '#core/errors/index.ts';
import { keysOf, type KeyMaterial } from './keys.ts';
import { planSignature } from './mechanism-choice.ts';
import type { VendorProfile } from './profile.ts';
import type { TokenRecord } from './protocol.ts';
import type { HostClient } from './host-client.ts';
import { verifyDigest } from './signature-value.ts';
import type { SignOptions, Token, TokenInfo, TokenKey } from './types.ts';

/** What all open Token objects of one token share. */
export interface SharedToken {
  readonly id: string;
  /** The token's name in requests. */
  readonly record: string;
  readonly client: HostClient;
  readonly profile: VendorProfile;
  info: TokenInfo;
  /** Who relies on the login: the last to leave logs out. */
  readonly loggedIn: Set<object>;
  update(record: TokenRecord): void;
  /** Looks at the token again, e.g. for the PIN tries after a wrong PIN. */
  refresh(): Promise<void>;
}

const pinErrors: ReadonlySet<string> = new Set([
  'TOKEN_PIN_INCORRECT',
  'TOKEN_PIN_LOCKED',
  'TOKEN_PIN_LENGTH',
  'TOKEN_PIN_INVALID',
]);
/** After one of these the login is gone; the last four because the driver is started afresh after them. */
const lostLogin: ReadonlySet<string> = new Set([
  ...[
    'TOKEN_REMOVED',
    'TOKEN_ABSENT',
    'TOKEN_SESSION_LOST',
    'TOKEN_NOT_LOGGED_IN',
    'TOKEN_DRIVER_CRASHED',
    'TOKEN_DRIVER_TIMEOUT',
  ],
  ...['TOKEN_GENERAL_ERROR', 'TOKEN_FUNCTION_FAILED', 'TOKEN_DEVICE_ERROR', 'TOKEN_DEVICE_MEMORY'],
]);

export class Pkcs11Token implements Token {
  readonly #shared: SharedToken;
  #keys: readonly KeyMaterial[] | undefined;
  #offered: ReadonlySet<number> | undefined;
  #generation = -1;
  #closed = false;

  constructor(shared: SharedToken) {
    this.#shared = shared;
  }

  get info(): TokenInfo {
    return this.#shared.info;
  }

  get #client(): HostClient {
    if (this.#closed) throw new YqError('TOKEN_CLOSED');
    return this.#shared.client;
  }

  async certificates(): Promise<readonly TokenKey[]> {
    return (await this.#readKeys()).map(({ key }) => key);
  }

  async #readKeys(): Promise<readonly KeyMaterial[]> {
    const objects = await this.#client.request('objects', { token: this.#shared.record });
    const sawPrivateKeys = objects.keys.some((record) => record.private);
    this.#keys = keysOf(objects, this.#shared.profile, sawPrivateKeys || this.#shared.loggedIn.has(this));
    return this.#keys;
  }

  async login(pin: string): Promise<void> {
    const { record, loggedIn } = this.#shared;
    this.#keys = undefined;
    try {
      this.#shared.update(
        await withPins([pin] as const, ([bytes]) => this.#client.request('login', { token: record, pin: bytes })),
      );
    } catch (error) {
      throw await this.#afterPinError(error);
    }
    loggedIn.add(this);
    this.#generation = this.#client.generation;
  }

  /** Wrong PINs change the number of tries: it is read again, so that the next question can show it. */
  async #afterPinError(error: unknown): Promise<unknown> {
    if (isYqError(error) && pinErrors.has(error.code)) await this.#shared.refresh().catch(() => undefined);
    return error;
  }

  async logout(): Promise<void> {
    const { client, loggedIn, record } = this.#shared;
    this.#keys = undefined;
    if (!loggedIn.delete(this) || loggedIn.size > 0 || client.generation !== this.#generation) return;
    try {
      await client.request('logout', { token: record });
    } catch (error) {
      if (!isYqError(error) || !lostLogin.has(error.code)) throw error; // pulled out: logged out all the same
    }
  }

  signDigest(keyId: string, digest: Uint8Array, options?: SignOptions): Promise<Uint8Array> {
    return this.#sign(keyId, { digest: digest.slice() }, options);
  }
  signMessage(keyId: string, message: Uint8Array, options?: SignOptions): Promise<Uint8Array> {
    return this.#sign(keyId, { message: message.slice() }, options);
  }

  async #sign(
    keyId: string,
    toSign: { readonly digest: Uint8Array } | { readonly message: Uint8Array },
    { pin }: SignOptions = {},
  ): Promise<Uint8Array> {
    const { record, profile } = this.#shared;
    const material = await this.#material(keyId);
    if (material.key.alwaysAuthenticate && pin === undefined) throw new YqError('TOKEN_PIN_EACH_TIME');
    const plan = planSignature(material, profile, await this.#mechanisms(), toSign);
    let value: Uint8Array;
    try {
      const eachTime = material.key.alwaysAuthenticate && pin !== undefined ? [pin] : [];
      value = await withPins(eachTime, ([bytes]) =>
        this.#client.request('sign', {
          token: record,
          ckaId: material.ckaId,
          keyType: material.keyType,
          mechanism: plan.mechanism,
          data: plan.data,
          ...(plan.parameter === undefined ? {} : { parameter: plan.parameter }),
          ...(bytes === undefined ? {} : { pin: bytes }),
        }),
      );
    } catch (error) {
      if (isYqError(error) && lostLogin.has(error.code)) this.#shared.loggedIn.clear();
      throw await this.#afterPinError(error);
    }
    const signature = plan.normalise(value);
    if (!verifyDigest(material.publicKey, plan.digest, signature)) {
      throw new YqError('TOKEN_SIGNATURE_WRONG', {
        detail: `profile ${profile.id}, mechanism 0x${plan.mechanism.toString(16)}`,
      });
    }
    return signature;
  }

  /** By the key's id, or by its CKA_ID in hex (a key that has got its certificate keeps answering to the latter). */
  async #material(keyId: string): Promise<KeyMaterial> {
    const find = (keys: readonly KeyMaterial[]): KeyMaterial | undefined =>
      keys.find(({ key }) => key.keyId === keyId) ??
      keys.find(({ ckaId }) => ckaId.length > 0 && Buffer.from(ckaId).toString('hex') === keyId.toLowerCase());
    const found = (this.#keys && find(this.#keys)) ?? find(await this.#readKeys());
    if (found === undefined) throw new YqError('TOKEN_KEY_NOT_FOUND', { params: { key: keyId } });
    return found;
  }

  /** Undefined when the driver does not tell: then the profile alone decides. */
  async #mechanisms(): Promise<ReadonlySet<number> | undefined> {
    if (this.#offered !== undefined) return this.#offered;
    const list = await this.#client.request('mechanisms', { token: this.#shared.record }).catch((error: unknown) => {
      if (isYqError(error) && error.code === 'TOKEN_FUNCTION_NOT_SUPPORTED') return [];
      throw error;
    });
    if (list.length > 0) this.#offered = new Set(list);
    return this.#offered;
  }

  async changePin(oldPin: string, newPin: string): Promise<void> {
    try {
      await withPins([oldPin, newPin] as const, ([before, after]) =>
        this.#client.request('setPin', { token: this.#shared.record, oldPin: before, newPin: after }),
      );
      await this.#shared.refresh();
    } catch (error) {
      throw await this.#afterPinError(error);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.logout();
    } finally {
      this.#closed = true;
      this.#keys = undefined;
    }
  }
}

/** PINs as bytes for the length of one request, wiped whatever comes of it (docs/design/021-pin.md). */
async function withPins<P extends readonly string[], T>(
  pins: P,
  work: (bytes: { readonly [I in keyof P]: Uint8Array }) => Promise<T>,
): Promise<T> {
  const bytes = pins.map((pin) => new TextEncoder().encode(pin));
  try {
    return await work(bytes as never);
  } finally {
    for (const b of bytes) b.fill(0);
  }
}
