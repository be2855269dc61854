/**
 * One vendor's library behind pkcs11js, with the edges taken off that are known to end a process: templates are checked before they go
 * down, results are copied, the object lives as long as the process (collected, it would unload the library under running threads), and
 * close() is never called.
 */
import pkcs11js from 'pkcs11js';
import { YqError } from '#core/errors/index.ts';
import { Ck, type AttributeValue } from '#core/token/types.ts';
import { checkDriverFile } from './driver-file.ts';

export type Handle = Buffer;
type Template = pkcs11js.Template;

/** A CKR with the function that gave it. */
export class CkrError extends Error {
  readonly ckr: number;
  readonly operation: string;
  constructor(ckr: number, operation: string) {
    super(`${operation}: 0x${ckr.toString(16)}`);
    this.name = 'CkrError';
    this.ckr = ckr;
    this.operation = operation;
  }
}

export const Ckr = {
  generalError: 0x05,
  functionFailed: 0x06,
  deviceError: 0x30,
  deviceMemory: 0x31,
  deviceRemoved: 0x32,
  attributeSensitive: 0x11,
  attributeTypeInvalid: 0x12,
  functionNotSupported: 0x54,
  keyHandleInvalid: 0x60,
  objectHandleInvalid: 0x82,
  operationActive: 0x90,
  sessionClosed: 0xb0,
  sessionHandleInvalid: 0xb3,
  tokenNotPresent: 0xe0,
  tokenNotRecognized: 0xe1,
  userAlreadyLoggedIn: 0x100,
  userNotLoggedIn: 0x101,
  userAnotherAlreadyLoggedIn: 0x104,
  bufferTooSmall: 0x150,
  alreadyInitialized: 0x191,
} as const;

function isPkcs11Error(error: unknown): error is { code: number; method: string } {
  return error instanceof pkcs11js.Pkcs11Error;
}
function translate(error: unknown, operation: string): unknown {
  return isPkcs11Error(error) ? new CkrError(error.code, operation) : error;
}

/** The value as the bytes pkcs11js copies; anything but the four allowed kinds would crash it. */
function attribute({ type, value }: AttributeValue): Template[number] {
  if (!Number.isInteger(type) || type < 0 || type > 0xffff_ffff) {
    throw new YqError('TOKEN_REQUEST_INVALID', { detail: `attribute type ${String(type)}` });
  }
  if (typeof value === 'boolean' || typeof value === 'string') return { type, value };
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return { type, value };
  if (value instanceof Uint8Array) return { type, value: Buffer.from(value) };
  throw new YqError('TOKEN_REQUEST_INVALID', {
    detail: `attribute 0x${type.toString(16)} has a value of kind ${typeof value}`,
  });
}
export const template = (attributes: readonly AttributeValue[]): Template => attributes.map(attribute);

export const handleNumber = (handle: Handle): number =>
  Number(handle.length === 8 ? handle.readBigUInt64LE() : handle.readUInt32LE());

/** Kept for the life of the process, whatever happens to the Driver objects. */
const loaded: pkcs11js.PKCS11[] = [];

export class Driver {
  readonly #module: pkcs11js.PKCS11;
  readonly #libraryParameters: string | undefined;

  private constructor(module: pkcs11js.PKCS11, libraryParameters: string | undefined) {
    this.#module = module;
    this.#libraryParameters = libraryParameters;
  }

  /** @throws YqError TOKEN_DRIVER_*; CkrError from C_Initialize */
  static load(path: string, libraryParameters?: string): Driver {
    checkDriverFile(path);
    const module = new pkcs11js.PKCS11();
    loaded.push(module);
    try {
      module.load(path);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      // A C_Initialize after a failed load would run into a half-set function table: this process must not go on.
      throw new YqError(/C_GetFunctionList/.test(detail) ? 'TOKEN_DRIVER_NOT_PKCS11' : 'TOKEN_DRIVER_LOAD_FAILED', {
        params: { path },
        detail,
      });
    }
    const driver = new Driver(module, libraryParameters);
    driver.initialize();
    return driver;
  }

  #call<T>(operation: string, work: (module: pkcs11js.PKCS11) => T): T {
    try {
      return work(this.#module);
    } catch (error) {
      throw translate(error, operation);
    }
  }

  initialize(): void {
    try {
      this.#call('C_Initialize', (m) =>
        m.C_Initialize({
          flags: pkcs11js.CKF_OS_LOCKING_OK,
          // the native side drops the last character
          ...(this.#libraryParameters === undefined ? {} : { libraryParameters: `${this.#libraryParameters} ` }),
        }),
      );
    } catch (error) {
      if (!(error instanceof CkrError && error.ckr === Ckr.alreadyInitialized)) throw error;
    }
  }

  /** C_Finalize and C_Initialize: the way out after a driver's general error. All sessions are gone. */
  reinitialize(): void {
    try {
      this.#module.C_Finalize();
    } catch {
      // a driver that cannot end may still be able to begin
    }
    this.initialize();
  }

  info() {
    return this.#call('C_GetInfo', (m) => m.C_GetInfo());
  }
  slots(): Handle[] {
    return this.#call('C_GetSlotList', (m) => m.C_GetSlotList(true));
  }
  slotInfo(slot: Handle) {
    return this.#call('C_GetSlotInfo', (m) => m.C_GetSlotInfo(slot));
  }
  tokenInfo(slot: Handle) {
    return this.#call('C_GetTokenInfo', (m) => m.C_GetTokenInfo(slot));
  }
  mechanisms(slot: Handle): number[] {
    return this.#call('C_GetMechanismList', (m) => m.C_GetMechanismList(slot)).map((mechanism) => mechanism >>> 0);
  }
  /** True when the driver reports that some slot changed; false too when it cannot tell. */
  slotEvent(): boolean {
    try {
      return this.#module.C_WaitForSlotEvent(pkcs11js.CKF_DONT_BLOCK) !== null;
    } catch {
      return false;
    }
  }
  openSession(slot: Handle): Handle {
    const serial = pkcs11js.CKF_SERIAL_SESSION;
    return this.#call('C_OpenSession', (m) => m.C_OpenSession(slot, serial | pkcs11js.CKF_RW_SESSION));
  }
  closeSession(session: Handle): void {
    this.#call('C_CloseSession', (m) => m.C_CloseSession(session));
  }
  checkSession(session: Handle): void {
    this.#call('C_GetSessionInfo', (m) => m.C_GetSessionInfo(session));
  }
  login(session: Handle, user: number, pin: string): void {
    this.#call('C_Login', (m) => m.C_Login(session, user, pin));
  }
  logout(session: Handle): void {
    this.#call('C_Logout', (m) => m.C_Logout(session));
  }
  initToken(slot: Handle, soPin: string, label: string): void {
    // the label field is 32 bytes, padded with blanks
    const bytes = Buffer.alloc(32, ' ');
    bytes.write(label, 'utf8');
    this.#call('C_InitToken', (m) => m.C_InitToken(slot, soPin, bytes.toString('utf8')));
  }
  initPin(session: Handle, pin: string): void {
    this.#call('C_InitPIN', (m) => m.C_InitPIN(session, pin));
  }
  setPin(session: Handle, oldPin: string, newPin: string): void {
    this.#call('C_SetPIN', (m) => m.C_SetPIN(session, oldPin, newPin));
  }

  find(session: Handle, wanted: readonly AttributeValue[]): Handle[] {
    const search = template(wanted);
    this.#call('C_FindObjectsInit', (m) => m.C_FindObjectsInit(session, search));
    try {
      const found: Handle[] = [];
      for (;;) {
        const some = this.#call('C_FindObjects', (m) => m.C_FindObjects(session, 32));
        found.push(...some);
        if (some.length === 0) return found;
      }
    } finally {
      this.#endSearch(session);
    }
  }
  #endSearch(session: Handle): void {
    try {
      this.#module.C_FindObjectsFinal(session);
    } catch {
      // the search's own error is the one to report
    }
  }

  /** One attribute, a copy; undefined when the object has none or keeps it secret. */
  attribute(session: Handle, object: Handle, type: number): Uint8Array | undefined {
    try {
      const value = this.#call('C_GetAttributeValue', (m) => m.C_GetAttributeValue(session, object, [{ type }]))[0]
        ?.value;
      return value === undefined ? undefined : Uint8Array.from(value as Buffer);
    } catch (error) {
      if (!(error instanceof CkrError)) throw error;
      if (error.ckr === Ckr.attributeSensitive || error.ckr === Ckr.attributeTypeInvalid) return undefined;
      throw error;
    }
  }

  createObject(session: Handle, attributes: readonly AttributeValue[]): Handle {
    const made = template(attributes);
    return this.#call('C_CreateObject', (m) => m.C_CreateObject(session, made));
  }

  async generateKeyPair(
    session: Handle,
    mechanism: number,
    publicKey: readonly AttributeValue[],
    privateKey: readonly AttributeValue[],
  ): Promise<pkcs11js.KeyPair> {
    const publicTemplate = template(publicKey);
    const privateTemplate = template(privateKey);
    try {
      return await this.#module.C_GenerateKeyPairAsync(session, { mechanism }, publicTemplate, privateTemplate);
    } catch (error) {
      throw translate(error, 'C_GenerateKeyPair');
    }
  }

  signInit(session: Handle, mechanism: number, key: Handle, parameter?: Uint8Array): void {
    const chosen = parameter === undefined ? { mechanism } : { mechanism, parameter: Buffer.from(parameter) };
    this.#call('C_SignInit', (m) => m.C_SignInit(session, chosen, key));
  }

  /** Off the event loop. `data` and the buffer stay referenced by this frame until the call is over. */
  async sign(session: Handle, data: Uint8Array, size = 1024): Promise<Uint8Array> {
    const input = Buffer.from(data);
    const output = Buffer.alloc(size);
    try {
      return Uint8Array.from(await this.#module.C_SignAsync(session, input, output));
    } catch (error) {
      throw translate(error, 'C_Sign');
    } finally {
      input.fill(0);
    }
  }
}

export const certificateSearch: readonly AttributeValue[] = [{ type: Ck.ckaClass, value: Ck.ckoCertificate }];
