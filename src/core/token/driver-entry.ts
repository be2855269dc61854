/** One PKCS#11 driver of a workstation: its process, its profile, and the tokens in its slots. */
import { basename } from 'node:path';
import { asYqError, YqError, type ErrorCode } from '#core/errors/index.ts';
import type { SpawnHost } from './channel.ts';
import { defaultDeadlines, HostClient, type Deadlines } from './host-client.ts';
import type { SharedToken } from './pkcs11-token.ts';
import { matchesProfile, type VendorProfile } from './profile.ts';
import { Ck, type TokenRecord } from './protocol.ts';
import type { DriverStatus, PinTries, TokenEvent, TokenInfo } from './types.ts';

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

export type NamedDriver = DriverConfig & { readonly id: string };

/** Every driver gets a name of its own: two of the same profile become "sansec" and "sansec-2". */
export function nameDrivers(drivers: readonly DriverConfig[]): NamedDriver[] {
  const taken = new Set<string>();
  return drivers.map((driver) => {
    const wanted = driver.id ?? driver.profile ?? basename(driver.path).replace(/\.(so|dll|dylib)$/i, '');
    let id = wanted;
    for (let n = 2; taken.has(id); n++) id = `${wanted}-${n}`;
    taken.add(id);
    return { ...driver, id };
  });
}

/** One driver: its process, its profile, its tokens as last seen. */
export class DriverEntry {
  readonly config: NamedDriver;
  readonly client: HostClient;
  /** Those that are in now. */
  readonly tokens = new Map<string, SharedToken>();
  /** Those that ever were: a Token that is still open goes on when its key comes back. */
  readonly #everSeen = new Map<string, SharedToken>();
  readonly #options: Pkcs11Options;
  readonly #emit: (event: TokenEvent) => void;
  #profile: VendorProfile | undefined;
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
      this.#take(records, profile);
    } catch (error) {
      this.#take([], undefined);
      throw error;
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
      const { code, detail } = asYqError(error, 'TOKEN_GENERAL_ERROR');
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
      const shared = this.#everSeen.get(info.id) ?? this.#share(record, info, profile);
      shared.info = info;
      this.#everSeen.set(info.id, shared);
      if (this.tokens.has(info.id)) continue;
      this.tokens.set(info.id, shared);
      this.#emit({ type: 'inserted', token: info });
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
      refresh: async () => void (await this.list()),
    };
    return shared;
  }

  #failed(code: ErrorCode): void {
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
