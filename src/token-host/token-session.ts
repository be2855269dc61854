/** One token in its slot: its session, whether this process logged in, its objects. */
import {
  Ck,
  type AttributeValue,
  type CertificateRecord,
  type KeyRecord,
  type PinCounterSource,
} from '#core/token/types.ts';
import { Ckr, CkrError, type Driver, type Handle } from './driver.ts';

export const User = { so: 0, user: 1, contextSpecific: 2 } as const;

/** After one of these nothing that was opened before is worth anything. */
const lostSession: ReadonlySet<number> = new Set([
  Ckr.deviceRemoved,
  Ckr.tokenNotPresent,
  Ckr.tokenNotRecognized,
  Ckr.sessionClosed,
  Ckr.sessionHandleInvalid,
]);
/** After one of these the driver itself wants a fresh start. */
const sickDriver: ReadonlySet<number> = new Set([
  Ckr.generalError,
  Ckr.functionFailed,
  Ckr.deviceError,
  Ckr.deviceMemory,
]);
export const losesSession = (e: unknown): boolean => e instanceof CkrError && lostSession.has(e.ckr);
export const isSick = (e: unknown): boolean => e instanceof CkrError && sickDriver.has(e.ckr);

const text = (bytes: Uint8Array | undefined): string => (bytes === undefined ? '' : new TextDecoder().decode(bytes));
function number(bytes: Uint8Array | undefined): number {
  if (bytes === undefined || (bytes.length !== 4 && bytes.length !== 8)) return -1;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return bytes.length === 8 ? Number(view.getBigUint64(0, true)) : view.getUint32(0, true);
}

export class TokenSession {
  readonly slot: Handle;
  readonly #driver: Driver;
  #session: Handle | undefined;
  #loggedIn = false;

  constructor(driver: Driver, slot: Handle) {
    this.#driver = driver;
    this.slot = slot;
  }

  get loggedIn(): boolean {
    return this.#loggedIn;
  }

  /** Forgets without a word to the driver: the token is out or the driver was restarted. */
  drop(): void {
    this.#session = undefined;
    this.#loggedIn = false;
  }

  session(): Handle {
    this.#session ??= this.#driver.openSession(this.slot);
    return this.#session;
  }

  /** False when the open session died, e.g. because the token was out for a moment. */
  alive(): boolean {
    if (this.#session === undefined) return true;
    try {
      this.#driver.checkSession(this.#session);
      return true;
    } catch (error) {
      return !losesSession(error);
    }
  }

  close(): void {
    const session = this.#session;
    if (session === undefined) return;
    const wasLoggedIn = this.#loggedIn;
    this.drop();
    try {
      if (wasLoggedIn) this.#driver.logout(session);
      this.#driver.closeSession(session);
    } catch {
      // the token may be gone; there is nothing left to close then
    }
  }

  login(user: number, pin: string): void {
    const session = this.session();
    try {
      this.#driver.login(session, user, pin);
    } catch (error) {
      if (!(error instanceof CkrError)) throw error;
      // Another login of this application stands in the way: end it, then log in once. No PIN was tried yet, none is spent.
      if (error.ckr !== Ckr.userAlreadyLoggedIn && error.ckr !== Ckr.userAnotherAlreadyLoggedIn) throw error;
      this.#driver.logout(session);
      this.#loggedIn = false;
      this.#driver.login(session, user, pin);
    }
    this.#loggedIn = user === User.user;
  }

  logout(): void {
    const session = this.#session;
    this.#loggedIn = false;
    if (session === undefined) return;
    try {
      this.#driver.logout(session);
    } catch (error) {
      if (!(error instanceof CkrError && error.ckr === Ckr.userNotLoggedIn)) throw error;
    }
  }

  setPin(oldPin: string, newPin: string): void {
    this.#driver.setPin(this.session(), oldPin, newPin);
  }

  async asUser<T>(pin: string, work: (session: Handle) => T | Promise<T>): Promise<T> {
    const before = this.#loggedIn;
    if (!before) this.login(User.user, pin);
    try {
      return await work(this.session());
    } finally {
      if (!before) this.logout();
    }
  }

  asSecurityOfficer(soPin: string, work: (session: Handle) => void): void {
    this.close();
    this.login(User.so, soPin);
    try {
      work(this.session());
    } finally {
      this.close();
    }
  }

  certificates(): CertificateRecord[] {
    const session = this.session();
    const objects = this.#driver.find(session, [{ type: Ck.ckaClass, value: Ck.ckoCertificate }]);
    return objects.flatMap((object) => {
      const der = this.#driver.attribute(session, object, Ck.ckaValue);
      if (der === undefined || der.length === 0) return [];
      const ckaId = this.#driver.attribute(session, object, Ck.ckaId) ?? new Uint8Array();
      return [{ ckaId, label: text(this.#driver.attribute(session, object, Ck.ckaLabel)), der }];
    });
  }

  keys(isPrivate: boolean): KeyRecord[] {
    const session = this.session();
    const wanted = isPrivate ? Ck.ckoPrivateKey : Ck.ckoPublicKey;
    return this.#driver
      .find(session, [{ type: Ck.ckaClass, value: wanted }])
      .map((object) => this.keyRecord(object, isPrivate));
  }

  keyRecord(object: Handle, isPrivate: boolean): KeyRecord {
    const session = this.session();
    const read = (type: number): Uint8Array | undefined => this.#driver.attribute(session, object, type);
    const optional = <N extends string>(name: N, type: number): Partial<Record<N, Uint8Array>> => {
      const value = read(type);
      return value === undefined ? {} : ({ [name]: value } as Record<N, Uint8Array>);
    };
    const keyType = number(read(Ck.ckaKeyType));
    const rsa = keyType === Ck.ckkRsa;
    return {
      ckaId: read(Ck.ckaId) ?? new Uint8Array(),
      label: text(read(Ck.ckaLabel)),
      private: isPrivate,
      keyType,
      ...(rsa ? optional('modulus', Ck.ckaModulus) : optional('ecParams', Ck.ckaEcParams)),
      ...(rsa ? optional('publicExponent', Ck.ckaPublicExponent) : optional('ecPoint', Ck.ckaEcPoint)),
      alwaysAuthenticate: isPrivate && (read(Ck.ckaAlwaysAuthenticate)?.[0] ?? 0) !== 0,
    };
  }

  privateKey(ckaId: Uint8Array, keyType: number): Handle {
    const wanted: AttributeValue[] = [
      { type: Ck.ckaClass, value: Ck.ckoPrivateKey },
      { type: Ck.ckaId, value: ckaId },
      { type: Ck.ckaKeyType, value: keyType },
    ];
    const key = this.#driver.find(this.session(), wanted)[0];
    // Without a login private keys are hidden: then it is the login that is missing, not the key.
    if (key === undefined)
      throw new CkrError(this.#loggedIn ? Ckr.keyHandleInvalid : Ckr.userNotLoggedIn, 'C_FindObjects');
    return key;
  }

  /** PKCS#11 §5.11. A signature left open by somebody is ended by a new session; the login, which is per application, stays. */
  signInit(mechanism: number, key: Handle, parameter: Uint8Array | undefined): void {
    try {
      this.#driver.signInit(this.session(), mechanism, key, parameter);
    } catch (error) {
      if (!(error instanceof CkrError && error.ckr === Ckr.operationActive)) throw error;
      const old = this.session();
      this.#session = this.#driver.openSession(this.slot);
      this.#driver.closeSession(old);
      this.#driver.signInit(this.#session, mechanism, key, parameter);
    }
  }

  async sign(data: Uint8Array, pin?: string): Promise<Uint8Array> {
    const session = this.session();
    if (pin !== undefined) this.#driver.login(session, User.contextSpecific, pin);
    try {
      return await this.#driver.sign(session, data);
    } catch (error) {
      // The operation stays open after CKR_BUFFER_TOO_SMALL: ask again with room for anything.
      if (error instanceof CkrError && error.ckr === Ckr.bufferTooSmall)
        return this.#driver.sign(session, data, 16_384);
      throw error;
    }
  }

  triesLeft({ featureType, attribute }: PinCounterSource): number | undefined {
    try {
      const session = this.session();
      const wanted: AttributeValue[] = [
        { type: Ck.ckaClass, value: Ck.ckoHwFeature },
        { type: Ck.ckaHwFeatureType, value: featureType },
      ];
      const object = this.#driver.find(session, [wanted[0] as AttributeValue])[0];
      const left = object === undefined ? -1 : number(this.#driver.attribute(session, object, attribute));
      return left < 0 ? undefined : left;
    } catch {
      return undefined; // the flags still tell something
    }
  }
}
