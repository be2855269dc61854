/**
 * `session`: protocol and permission handlers and webRequest, each session its own. All share one profile of Chromium: cookies and storage
 * of a partition are kept apart by origin only.
 */
import { EventEmitter } from 'node:events';
import { makeProtocol, net, protocol, type Protocol } from './protocol.ts';
import { strict } from './strict.ts';

type Callback<T> = (answer: T) => void;
export interface HeadersAnswer {
  responseHeaders?: Record<string, string | string[]>;
}
export interface BeforeAnswer {
  cancel?: boolean;
  redirectURL?: string;
}
interface Filtered<T> {
  readonly urls: readonly string[];
  readonly listener: (details: object, callback: Callback<T>) => void;
}
type PermissionRequestHandler = (
  contents: object,
  permission: string,
  answer: (ok: boolean) => void,
  d: object,
) => void;
type PermissionCheckHandler = (contents: object, permission: string, origin: string, details: object) => boolean;

/** (filter, listener) or (listener); null takes it away. */
const filtered = <T>(args: readonly unknown[]): Filtered<T> | undefined => {
  const listener = args.at(-1) as Filtered<T>['listener'] | null;
  if (!listener) return undefined;
  return { urls: args.length > 1 ? (args[0] as { urls: string[] }).urls : ['*://*/*'], listener };
};

export class Session extends EventEmitter {
  _request: PermissionRequestHandler | null = null;
  _check: PermissionCheckHandler | null = null;
  _before: Filtered<BeforeAnswer> | undefined;
  _headers: Filtered<HeadersAnswer> | undefined;
  readonly protocol: Protocol;
  readonly fetch = net.fetch;
  readonly webRequest = strict('webRequest', {
    onBeforeRequest: (...args: unknown[]) => {
      this._before = filtered(args);
    },
    onHeadersReceived: (...args: unknown[]) => {
      this._headers = filtered(args);
    },
  });

  constructor(ownProtocol: Protocol) {
    super();
    this.protocol = ownProtocol;
  }

  setPermissionRequestHandler(handler: PermissionRequestHandler | null): void {
    this._request = handler;
  }
  setPermissionCheckHandler(handler: PermissionCheckHandler | null): void {
    this._check = handler;
  }
  _matches({ urls }: Filtered<unknown>, url: string): boolean {
    const pattern = (u: string): RegExp =>
      new RegExp(`^${u.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
    return urls.some((u) => u === '<all_urls>' || pattern(u).test(url));
  }

  setDevicePermissionHandler(): void {}
  setDisplayMediaRequestHandler(): void {}
  setCertificateVerifyProc(): void {}
  setSpellCheckerEnabled(): void {}
  setSpellCheckerLanguages(): void {}
  setUserAgent(): void {}
  setDownloadPath(): void {}
  flushStorageData(): void {}
  setProxy(): Promise<void> {
    return Promise.resolve();
  }
  clearCache(): Promise<void> {
    return Promise.resolve();
  }
  clearStorageData(): Promise<void> {
    return Promise.resolve();
  }
}

export const defaultSession = strict('session', new Session(protocol));
const partitions = new Map<string, Session>();
export const session = strict('session', {
  defaultSession,
  fromPartition(name: string): Session {
    if (name === '') return defaultSession;
    const known = partitions.get(name) ?? strict('session', new Session(makeProtocol()));
    partitions.set(name, known);
    return known;
  },
});

/** Electron's permission names and what CDP's Browser.setPermission calls them. */
export const permissionNames: Readonly<Record<string, readonly string[]>> = {
  media: ['camera', 'microphone'],
  geolocation: ['geolocation'],
  notifications: ['notifications'],
  midi: ['midi'],
  'clipboard-read': ['clipboard-read'],
  'clipboard-sanitized-write': ['clipboard-write'],
  'idle-detection': ['idle-detection'],
  'window-management': ['window-management'],
  'storage-access': ['storage-access'],
  'local-fonts': ['local-fonts'],
  'local-network-access': ['local-network-access', 'local-network', 'loopback-network'],
};
