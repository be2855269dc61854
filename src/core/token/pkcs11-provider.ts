/** All PKCS#11 drivers of a workstation as one provider. */
import { existsSync } from 'node:fs';
import { YqError } from '#core/errors/index.ts';
import { tokenAdmin } from './admin.ts';
import { DriverEntry, nameDrivers, type DriverConfig, type Pkcs11Options } from './driver-entry.ts';
import { Pkcs11Token } from './pkcs11-token.ts';
import type { VendorProfile } from './profile.ts';
import type { AdministrableProvider, AdminTarget, TokenEvent } from './types.ts';

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
