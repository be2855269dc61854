/** Which drivers are loaded: those named by policy or environment; without any, those of known vendors found on this PC. */
import { findInstalledDrivers, type DriverConfig, type VendorProfile } from '#core/token/index.ts';
import type { Configuration } from '../policy/configuration.ts';

export function driversToLoad(
  { drivers }: Pick<Configuration, 'drivers'>,
  profiles: ReadonlyMap<string, VendorProfile>,
): readonly DriverConfig[] {
  if (drivers.source === 'default') return findInstalledDrivers(profiles);
  // Two readers of one vendor are two drivers; the number keeps their ids apart.
  const seen = new Map<string, number>();
  return drivers.value.map(({ profile, path, env }) => {
    const n = (seen.get(profile) ?? 0) + 1;
    seen.set(profile, n);
    return { id: n === 1 ? profile : `${profile}-${n}`, profile, path, env };
  });
}
