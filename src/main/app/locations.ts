/**
 * Where things lie. One data directory ("home") holds what the desk, the demo CA and the soft token keep; YIQIAN_HOME moves it.
 * Packaged, the desk's own data are Electron's userData and home is its parent folder's sibling `home` unless YIQIAN_HOME says otherwise.
 */
import { join } from 'node:path';
import { z } from 'zod';

export interface Locations {
  /** The data directory (docs/design/001): trust/, soft-token/ … */
  readonly home: string;
  /** Electron's userData: settings, window state, queue, log, signed documents. */
  readonly userData: string;
  /** PEM files of the roots that the desk trusts. */
  readonly trust: string;
  readonly signed: string;
  readonly logs: string;
  /** What the desk keeps (src/main/store): upload queue, batches, consent forms, audit chain, settings. */
  readonly store: string;
  /** Newest copies of the store, and damaged ones set aside. */
  readonly backups: string;
  /** The upload queue of versions up to 0.2, a file of its own; taken over into the store. */
  readonly formerQueue: string;
  /** Co-sign keys of this PC. */
  readonly cosign: string;
  /** Imported seals, and those of the record service as they were last. */
  readonly seals: string;
  /** Read-only files shipped with the program. */
  readonly resources: string;
  /** The built bundles: main, preload, renderer. */
  readonly bundles: string;
}

export interface LocationInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Set with --user-data-dir, by Electron itself, or undefined to use home/desk. */
  readonly userData: string;
  readonly appPath: string;
  readonly packaged: boolean;
  readonly resourcesPath: string;
}

export function locate({ env, userData, appPath, packaged, resourcesPath }: LocationInput): Locations {
  const home = env['YIQIAN_HOME'] ?? (packaged ? join(userData, 'home') : join(appPath, '.yiqian'));
  return {
    home,
    userData,
    trust: join(home, 'trust'),
    signed: join(userData, 'signed'),
    logs: join(userData, 'logs'),
    store: join(userData, 'desk.sqlite'),
    backups: join(userData, 'backups'),
    formerQueue: join(userData, 'uploads.sqlite'),
    cosign: join(userData, 'cosign'),
    seals: join(userData, 'seals'),
    resources: packaged ? resourcesPath : join(appPath, 'resources'),
    bundles: join(appPath, 'out'),
  };
}

/** One driver to load: which vendor profile, which library, with which environment. */
export const driverEntry = z.strictObject({
  profile: z.string().min(1),
  path: z.string().min(1),
  env: z.record(z.string(), z.string()).optional(),
});
export type DriverEntry = z.infer<typeof driverEntry>;
export const driverEntries = z.array(driverEntry).max(32);
