/** The methods of the protocol on one loaded driver, and the watch over its slots. */
import { YqError } from '#core/errors/index.ts';
import { Ck, type Methods, type PinCounterSource, type TokenRecord } from '#core/token/types.ts';
import { CkrError, Driver, handleNumber, type Handle } from './driver.ts';
import { isSick, losesSession, TokenSession } from './token-session.ts';

interface Watched {
  record: TokenRecord;
  readonly session: TokenSession;
}
type Params<M extends keyof Methods> = Methods[M][0];
type Result<M extends keyof Methods> = Methods[M][1];

/**
 * The driver's binding takes text alone, so a PIN is text for the length of the call; its bytes are wiped at once (docs/design/021-pin.md).
 * `work` uses the text before it gives anything back.
 */
function usePins<P extends readonly Uint8Array[], T>(
  pins: readonly [...P],
  work: (texts: { readonly [I in keyof P]: string }) => T,
): T {
  if (!pins.every((pin) => pin instanceof Uint8Array)) throw new YqError('TOKEN_REQUEST_INVALID', { detail: 'PIN' });
  const texts = pins.map((pin) => new TextDecoder().decode(pin));
  for (const pin of pins) pin.fill(0);
  return work(texts as never);
}

export class Host {
  #driver: Driver | undefined;
  #tokens = new Map<string, Watched>();
  #settings: Params<'load'> | undefined;
  #sick = false;
  #announced = '';
  readonly #announce: (tokens: TokenRecord[]) => void;

  constructor(announce: (tokens: TokenRecord[]) => void) {
    this.#announce = announce;
  }

  get pollMs(): number {
    return this.#settings?.pollMs ?? 0;
  }

  /** Runs one request; afterwards a driver that reported a general error is marked for a fresh start before the next one. */
  async run<M extends keyof Methods>(method: M, params: Params<M>): Promise<Result<M>> {
    const work = this.methods[method] as ((params: Params<M>) => Promise<Result<M>>) | undefined;
    if (work === undefined) throw new YqError('TOKEN_REQUEST_INVALID', { detail: String(method) });
    this.#recover();
    try {
      return await work(params);
    } catch (error) {
      const token = (params as { token?: unknown }).token;
      if (losesSession(error) && typeof token === 'string') this.#tokens.get(token)?.session.drop();
      if (isSick(error)) this.#sick = true;
      throw error;
    }
  }

  #recover(): void {
    if (!this.#sick || this.#driver === undefined) return;
    this.#sick = false;
    for (const { session } of this.#tokens.values()) session.drop();
    this.#driver.reinitialize();
  }

  get #loaded(): Driver {
    if (this.#driver === undefined) throw new YqError('TOKEN_DRIVER_NOT_INITIALIZED', { detail: 'load comes first' });
    return this.#driver;
  }

  #read(slot: Handle, session: TokenSession, counter: PinCounterSource | undefined): TokenRecord {
    const slotInfo = this.#loaded.slotInfo(slot);
    const info = this.#loaded.tokenInfo(slot);
    const serial = info.serialNumber.replaceAll('\0', '').trim();
    const number = handleNumber(slot);
    const initialized = (info.flags & Ck.tokenInitialized) !== 0;
    const triesLeft = counter !== undefined && initialized ? session.triesLeft(counter) : undefined;
    return {
      key: serial === '' ? `slot${number}` : serial,
      slot: number,
      slotDescription: slotInfo.slotDescription.trim(),
      label: info.label.replaceAll('\0', '').trim(),
      manufacturer: info.manufacturerID.trim(),
      model: info.model.trim(),
      serial,
      flags: info.flags >>> 0,
      ...(triesLeft === undefined ? {} : { triesLeft }),
    };
  }

  /** Looks at the slots again. Sessions of tokens that stayed are kept, those of tokens that left are dropped. */
  #scan(): TokenRecord[] {
    const before = this.#tokens;
    const after = new Map<string, Watched>();
    if (this.#settings?.slotEvents === 'wait') this.#loaded.slotEvent(); // some drivers look at their readers only when asked
    for (const slot of this.#loaded.slots()) {
      const known = [...before.values()].find(({ session }) => session.slot.equals(slot));
      const session = known?.session ?? new TokenSession(this.#loaded, slot);
      if (!session.alive()) session.drop();
      let record: TokenRecord;
      try {
        record = this.#read(slot, session, this.#settings?.pinCounter);
      } catch (error) {
        if (!(error instanceof CkrError)) throw error;
        continue; // pulled between the two calls, or a slot that is not worth a token: others must not suffer
      }
      if (known !== undefined && known.record.serial !== record.serial) session.drop();
      const key = after.has(record.key) ? `${record.key}#${record.slot}` : record.key;
      after.set(key, { record: { ...record, key }, session });
    }
    for (const [key, { session }] of before) {
      const now = after.get(key);
      if (now === undefined) session.drop();
      else if (now.session !== session) session.drop();
    }
    this.#tokens = after;
    return [...after.values()].map(({ record }) => record);
  }

  /** Called between requests; tells the provider when something changed. */
  poll(): void {
    if (this.#driver === undefined) return;
    try {
      this.#recover();
      this.#tell(this.#scan());
    } catch (error) {
      if (isSick(error)) this.#sick = true;
      this.#tell([]);
    }
  }
  #tell(tokens: TokenRecord[]): void {
    const state = JSON.stringify(tokens);
    if (state === this.#announced) return;
    this.#announced = state;
    this.#announce(tokens);
  }

  #token(key: string): Watched {
    let found = this.#tokens.get(key);
    if (found === undefined) {
      this.#scan();
      found = this.#tokens.get(key);
    }
    if (found === undefined) throw new CkrError(0x32, 'C_GetSlotList');
    return found;
  }
  #session(key: string): TokenSession {
    return this.#token(key).session;
  }
  #refresh(key: string): TokenRecord {
    const watched = this.#token(key);
    watched.record = { ...this.#read(watched.session.slot, watched.session, this.#settings?.pinCounter), key };
    return watched.record;
  }

  readonly methods: { readonly [M in keyof Methods]: (params: Params<M>) => Promise<Result<M>> } = {
    load: async (settings) => {
      this.#settings = settings;
      this.#driver ??= Driver.load(settings.path, settings.libraryParameters);
      const info = this.#driver.info();
      return {
        manufacturer: info.manufacturerID.trim(),
        description: info.libraryDescription.trim(),
        version: `${info.libraryVersion.major}.${info.libraryVersion.minor}`,
        cryptoki: `${info.cryptokiVersion.major}.${info.cryptokiVersion.minor}`,
      };
    },
    tokens: async () => {
      const tokens = this.#scan();
      this.#announced = JSON.stringify(tokens);
      return tokens;
    },
    objects: async ({ token }) => {
      const read = (): Result<'objects'> => {
        const session = this.#session(token);
        return { certificates: session.certificates(), keys: [...session.keys(false), ...session.keys(true)] };
      };
      try {
        return read();
      } catch (error) {
        // Nothing was changed and no login is needed: a stale session or a sick driver is worth one fresh start.
        if (!losesSession(error) && !isSick(error)) throw error;
        if (this.#session(token).loggedIn) throw error;
        this.#session(token).drop();
        if (isSick(error)) this.#loaded.reinitialize();
        return read();
      }
    },
    mechanisms: async ({ token }) => this.#loaded.mechanisms(this.#session(token).slot),
    login: async ({ token, pin }) => {
      const session = this.#session(token);
      if (!session.alive()) session.drop();
      usePins([pin], ([text]) => {
        session.login(1, text);
      });
      return this.#refresh(token);
    },
    logout: async ({ token }) => {
      this.#session(token).close();
      return null;
    },
    sign: async ({ token, ckaId, keyType, mechanism, parameter, data, pin }) => {
      const session = this.#session(token);
      const key = session.privateKey(ckaId, keyType);
      session.signInit(mechanism, key, parameter);
      return pin === undefined ? session.sign(data) : usePins([pin], ([text]) => session.sign(data, text));
    },
    setPin: async ({ token, oldPin, newPin }) => {
      usePins([oldPin, newPin], ([before, after]) => {
        this.#session(token).setPin(before, after);
      });
      return null;
    },
    initToken: async ({ slot, label, soPin }) => {
      const handle = this.#loaded.slots().find((candidate) => handleNumber(candidate) === slot);
      if (handle === undefined) throw new CkrError(0xe0, 'C_GetSlotList');
      for (const { session } of this.#tokens.values()) if (session.slot.equals(handle)) session.close();
      this.#loaded.initToken(handle, soPin, label);
      this.#tokens.clear();
      // Some modules (SoftHSM) move a fresh token to another slot: it is found again by its label.
      const found = this.#scan();
      const made =
        found.find((record) => record.slot === slot && record.label === label) ??
        found.find((record) => record.label === label);
      if (made === undefined) throw new CkrError(0xe1, 'C_InitToken');
      return made;
    },
    initPin: async ({ token, soPin, newPin }) => {
      this.#session(token).asSecurityOfficer(soPin, (session) => this.#loaded.initPin(session, newPin));
      return null;
    },
    generateKeyPair: async ({ token, pin, mechanism, publicKey, privateKey }) => {
      const session = this.#session(token);
      return session.asUser(pin, async (handle) => {
        const pair = await this.#loaded.generateKeyPair(handle, mechanism, publicKey, privateKey);
        return session.keyRecord(pair.publicKey, false);
      });
    },
    createObject: async ({ token, pin, attributes }) => {
      await this.#session(token).asUser(pin, (handle) => this.#loaded.createObject(handle, attributes));
      return null;
    },
  };
}
