/** All PKCS#11 drivers of a workstation as one provider: their tokens, their coming and going, their state for support. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { isYqError, YqError, type ErrorCode } from '#core/errors/index.ts';
import { tokenAdmin } from './admin.ts';
import type { SpawnHost } from './channel.ts';
import { defaultDeadlines, HostClient, type Deadlines } from './host-client.ts';
import { Pkcs11Token, type SharedToken } from './pkcs11-token.ts';
import { matchesProfile, type VendorProfile } from './profile.ts';
import { Ck, type TokenRecord } from './protocol.ts';
import type { AdministrableProvider, AdminTarget, DriverStatus, PinTries, TokenEvent, TokenInfo } from './types.ts';

export interface DriverConfig {
  /** Names the driver in token ids and in the status; by default the profile's id, else the file's name. */
  readonly id?: string | undefined;
  readonly path: string;
  /** Id of a vendor profile; without one the profiles' match rules choose, "opensc-generic" at last. */
  readonly profile?: string | undefined;
  /** Set for this driver's process only, e.g. YIQIAN_SOFT_TOKEN_DIR. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** NSS-style parameters for C_Initialize. */
  readonly libraryParameters?: string | undefined;
}
export interface Pkcs11Options {
  readonly drivers: readonly DriverConfig[];
  readonly profiles: ReadonlyMap<string, VendorProfile>;
  readonly spawnHost: SpawnHost;
  readonly deadlines?: Partial<Deadlines> | undefined;
  /** How often the slots are looked at; 0: only when asked. */
  readonly pollMs?: number | undefined;
}

export function pinTriesOf(record: TokenRecord, profile: VendorProfile): PinTries {
  if (record.triesLeft !== undefined) return { kind: 'count', left: record.triesLeft };
  if (record.flags & Ck.pinLocked) return { kind: 'locked' };
  if (record.flags & Ck.pinFinalTry) return { kind: 'final' };
  if (record.flags & Ck.pinCountLow) return { kind: 'low' };
  return { kind: profile.pinTries === 'none' ? 'unknown' : 'full' };
}

type NamedDriver = DriverConfig & { readonly id: string };

/** Every driver gets a name of its own: two of the same profile become "sansec" and "sansec-2". */
function nameDrivers(drivers: readonly DriverConfig[]): NamedDriver[] {
  const taken = new Set<string>();
  return drivers.map((driver) => {
    const wanted = driver.id ?? driver.profile ?? basename(driver.path).replace(/\.(so|dll|dylib)$/i, '');
    let id = wanted;
    for (let n = 2; taken.has(id); n++) id = `${wanted}-${n}`;
    taken.add(id);
    return { ...driver, id };
  });
}

class DriverEntry {
  readonly config: NamedDriver;
  readonly client: HostClient;
  readonly tokens = new Map<string, SharedToken>();
  readonly #options: Pkcs11Options;
  readonly #emit: (event: TokenEvent) => void;
  #profile: VendorProfile | undefined;
  #failure: YqError | undefined;
  #restart: NodeJS.Timeout | undefined;

  constructor(config: NamedDriver, options: Pkcs11Options, emit: (event: TokenEvent) => void) {
    this.config = config;
    this.#options = options;
    this.#emit = emit;
    const configured = config.profile === undefined ? undefined : options.profiles.get(config.profile);
    this.#profile = configured;
    this.client = new HostClient(
      {
        driver: config.id,
        path: config.path,
        libraryParameters: config.libraryParameters,
        env: config.env ?? {},
        pollMs: options.pollMs ?? 1000,
        slotEvents: configured?.slotEvents ?? 'poll',
        pinCounter: typeof configured?.pinTries === 'object' ? configured.pinTries : undefined,
        deadlines: { ...defaultDeadlines, ...options.deadlines },
        spawnHost: options.spawnHost,
      },
      { tokens: (records) => this.#take(records, this.#profile), failed: (code) => this.#failed(code) },
    );
  }

  /** @throws YqError TOKEN_PROFILE_UNKNOWN */
  async profile(): Promise<VendorProfile> {
    if (this.#profile !== undefined) return this.#profile;
    const { profiles } = this.#options;
    const wanted = this.config.profile;
    if (wanted !== undefined) throw new YqError('TOKEN_PROFILE_UNKNOWN', { params: { profile: wanted } });
    const { manufacturer } = await this.client.info();
    const driver = { library: this.config.path, manufacturer };
    const found =
      [...profiles.values()].find((profile) => matchesProfile(profile, driver)) ?? profiles.get('opensc-generic');
    if (found === undefined) throw new YqError('TOKEN_PROFILE_UNKNOWN', { params: { profile: this.config.id } });
    this.#profile = found;
    return found;
  }

  /** While a token is at work the list is the one last seen: whoever shows it need not wait until a button is pressed. */
  async list(): Promise<readonly TokenInfo[]> {
    if (this.client.working && this.tokens.size > 0) return this.#infos();
    try {
      const profile = await this.profile();
      const records = await this.client.request('tokens', {});
      this.#failure = undefined;
      this.#take(records, profile);
    } catch (error) {
      this.#failure = isYqError(error) ? error : new YqError('TOKEN_GENERAL_ERROR', { cause: error });
      this.#take([], undefined);
      throw this.#failure;
    }
    return this.#infos();
  }

  #infos(): readonly TokenInfo[] {
    return [...this.tokens.values()].map(({ info }) => info);
  }

  async status(): Promise<DriverStatus> {
    const { id, path, profile = '' } = this.config;
    const base = { driver: id, path, profile: this.#profile?.id ?? profile };
    try {
      const tokens = await this.list();
      const info = await this.client.info();
      const version = `${info.description} ${info.version}`.trim();
      return { ...base, profile: (await this.profile()).id, state: 'ready', version, slots: tokens.length };
    } catch (error) {
      const { code, detail } = isYqError(error) ? error : new YqError('TOKEN_GENERAL_ERROR', { cause: error });
      return { ...base, state: stateOf(code), code, ...(detail === undefined ? {} : { detail }) };
    }
  }

  #infoOf(record: TokenRecord, profile: VendorProfile): TokenInfo {
    return {
      id: `${this.config.id}:${record.key}`,
      label: record.label,
      serial: record.serial,
      manufacturer: record.manufacturer,
      model: record.model,
      profile: profile.id,
      driverPath: this.config.path,
      slotDescription: record.slotDescription,
      pinTries: pinTriesOf(record, profile),
      loginRequired: (record.flags & Ck.loginRequired) !== 0,
      protectedAuthenticationPath: (record.flags & Ck.protectedAuthenticationPath) !== 0,
      testOnly: profile.testOnly,
    };
  }

  /** Blank tokens are for administrators: they are not listed. */
  #take(records: readonly TokenRecord[], profile: VendorProfile | undefined): void {
    const listed = profile === undefined ? [] : records.filter(({ flags }) => flags & Ck.tokenInitialized);
    const present = new Set(listed.map(({ key }) => `${this.config.id}:${key}`));
    for (const [id, { loggedIn }] of this.tokens) {
      if (present.has(id)) continue;
      loggedIn.clear();
      this.tokens.delete(id);
      this.#emit({ type: 'removed', tokenId: id });
    }
    for (const record of listed) {
      if (profile === undefined) continue;
      const info = this.#infoOf(record, profile);
      const known = this.tokens.get(info.id);
      if (known !== undefined) known.info = info;
      else {
        this.tokens.set(info.id, this.#share(record, info, profile));
        this.#emit({ type: 'inserted', token: info });
      }
    }
  }

  #share(record: TokenRecord, info: TokenInfo, profile: VendorProfile): SharedToken {
    const shared: SharedToken = {
      id: info.id,
      record: record.key,
      client: this.client,
      profile,
      info,
      loggedIn: new Set(),
      update: (next) => {
        shared.info = this.#infoOf(next, profile);
      },
      refresh: async () => {
        await this.list();
        const now = this.tokens.get(shared.id);
        if (now !== undefined) shared.info = now.info;
      },
    };
    return shared;
  }

  #failed(code: ErrorCode): void {
    this.#failure = new YqError(code);
    for (const { loggedIn } of this.tokens.values()) loggedIn.clear();
    this.#emit({ type: 'driver-failed', driver: this.config.id, code });
    // Back to watching the slots, without a login: whoever needs one asks for the PIN.
    clearTimeout(this.#restart);
    this.#restart = setTimeout(() => void this.list().catch(() => undefined), 1000);
    this.#restart.unref();
  }

  async adopt(record: TokenRecord): Promise<TokenInfo> {
    await this.list();
    const found = this.tokens.get(`${this.config.id}:${record.key}`);
    if (found === undefined) throw new YqError('TOKEN_NOT_FOUND', { params: { token: record.label } });
    return found.info;
  }

  async slotOf(tokenId: string): Promise<number> {
    const records = await this.client.request('tokens', {});
    const found = records.find(({ key }) => `${this.config.id}:${key}` === tokenId);
    if (found === undefined) throw new YqError('TOKEN_NOT_FOUND', { params: { token: tokenId } });
    return found.slot;
  }

  async recordInSlot(slot: number): Promise<string> {
    const records = await this.client.request('tokens', {});
    const found = records.find((record) => record.slot === slot);
    if (found === undefined) throw new YqError('TOKEN_ABSENT', { detail: `slot ${slot}` });
    return found.key;
  }

  close(): void {
    clearTimeout(this.#restart);
    this.client.close();
  }
}

function stateOf(code: ErrorCode): DriverStatus['state'] {
  if (code === 'TOKEN_DRIVER_ABSENT') return 'absent';
  if (code === 'TOKEN_DRIVER_CRASHED' || code === 'TOKEN_DRIVER_TIMEOUT' || code === 'TOKEN_DRIVER_RESTING')
    return 'crashed';
  return 'broken';
}

/**
 * One process per driver, started at the first call. `list` leaves a broken driver out, so that it does not hide the tokens of the
 * others; `drivers` tells what is wrong with it. A profile that does not exist is told there too.
 */
export function pkcs11Provider(options: Pkcs11Options): AdministrableProvider {
  const listeners = new Set<(event: TokenEvent) => void>();
  const emit = (event: TokenEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };
  const entries = nameDrivers(options.drivers).map((config) => new DriverEntry(config, options, emit));
  const entryOf = (driver: string): DriverEntry => {
    const found = entries.find(({ config }) => config.id === driver);
    if (found === undefined) throw new YqError('TOKEN_NOT_FOUND', { params: { token: driver } });
    return found;
  };
  const entryOfToken = (tokenId: string): DriverEntry => {
    const found = entries.find(({ config }) => tokenId.startsWith(`${config.id}:`));
    if (found === undefined) throw new YqError('TOKEN_NOT_FOUND', { params: { token: tokenId } });
    return found;
  };

  return {
    async list() {
      const lists = await Promise.all(entries.map((entry) => entry.list().catch(() => [])));
      return lists.flat();
    },
    drivers: () => Promise.all(entries.map((entry) => entry.status())),
    async open(tokenId) {
      const entry = entryOfToken(tokenId);
      let shared = entry.tokens.get(tokenId);
      if (shared === undefined) {
        await entry.list();
        shared = entry.tokens.get(tokenId);
      }
      if (shared === undefined) throw new YqError('TOKEN_NOT_FOUND', { params: { token: tokenId } });
      return new Pkcs11Token(shared);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      for (const entry of entries) entry.close();
      listeners.clear();
    },
    admin(target: AdminTarget) {
      const entry = typeof target === 'string' ? entryOfToken(target) : entryOf(target.driver);
      return lazyAdmin(entry, target);
    },
  };
}

/** The profile is known only once the driver is loaded; so each administrator's call asks for it first. */
function lazyAdmin(entry: DriverEntry, target: AdminTarget): ReturnType<typeof tokenAdmin> {
  let adopted: string | undefined;
  const admin = async (): Promise<ReturnType<typeof tokenAdmin>> =>
    tokenAdmin({
      client: entry.client,
      profile: await entry.profile(),
      slot: async () => (typeof target === 'string' ? entry.slotOf(target) : target.slot),
      record: async () => {
        if (adopted !== undefined) return adopted;
        return typeof target === 'string' ? target.slice(entry.config.id.length + 1) : entry.recordInSlot(target.slot);
      },
      adopt: async (record) => {
        adopted = record.key;
        return entry.adopt(record);
      },
      refresh: async () => void (await entry.list()),
    });
  return {
    initialize: async (request) => (await admin()).initialize(request),
    unlock: async (request) => (await admin()).unlock(request),
    generateSm2KeyPair: async (request) => (await admin()).generateSm2KeyPair(request),
    generateKeyPair: async (request) => (await admin()).generateKeyPair(request),
    importCertificate: async (request) => (await admin()).importCertificate(request),
  };
}

/** Drivers whose library file stands where a profile looks for it, for a workstation without settings. */
export function findInstalledDrivers(
  profiles: ReadonlyMap<string, VendorProfile>,
  platform = `${process.platform}-${process.arch}`,
): DriverConfig[] {
  return [...profiles.values()].flatMap((profile) => {
    const path = (profile.libraries[platform] ?? []).find((candidate) => existsSync(candidate));
    return path === undefined ? [] : [{ id: profile.id, path, profile: profile.id }];
  });
}
