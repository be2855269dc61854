/** The token room: one Token interface over PKCS#11 drivers in processes of their own, and over keys in memory for tests. */
export type * from './types.ts';
export type { HostChannel, SpawnHost, SpawnRequest } from './channel.ts';
export { leaveMemoryOutOfCoreDumps } from './core-dumps.ts';
export { forkHost, type ForkOptions } from './fork-host.ts';
export { defaultDeadlines, type Deadlines } from './host-client.ts';
export type { DriverConfig, Pkcs11Options } from './driver-entry.ts';
export { findInstalledDrivers, pkcs11Provider } from './pkcs11-provider.ts';
export { loadProfiles, matchesProfile, parseProfile, type VendorProfile } from './profile.ts';
export { joinProviders } from './join-providers.ts';
export { selfTest } from './self-test.ts';
export { signWith, tokenSigner } from './signer.ts';
export { softwareProvider, type SoftwareTokenConfig } from './software-provider.ts';
export { ckrHex, codeOfCkr } from './ckr.ts';
export * from './cosign/index.ts';
export * from './phone/index.ts';
