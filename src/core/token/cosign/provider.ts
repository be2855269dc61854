/** Co-sign keys as tokens: to every flow above they are a key among the others, only that no driver stands behind them. */
import { sm2Digest } from '#core/crypto/index.ts';
import { isYqError, YqError } from '#core/errors/index.ts';
import { Certificate } from '#core/pki/index.ts';
import type { HttpClient } from '#core/pki/types.ts';
import { keyIdOf } from '../keys.ts';
import { verifyDigest } from '../signature-value.ts';
import type { PinTries, Token, TokenEvent, TokenInfo, TokenKey, TokenProvider } from '../types.ts';
import { enrol, openSecrets, type EnrolRequest, type Protector } from './device/enrol.ts';
import { MAX_SERVER_FAULTS, openKey, type OpenKey } from './device/key.ts';
import type { CosignKeyFile } from './device/key-file.ts';
import { CosignService } from './device/service.ts';
import { KeyFolder } from './key-folder.ts';

export interface CosignSettings {
  /** Folder where the key files of this PC live. */
  readonly dir: string;
  /** Service for new keys; a key goes on with the one it was made with. Without a slash at the end. */
  readonly url: string;
  readonly http: HttpClient;
  readonly protector: Protector;
  readonly now: () => Date;
  /** Shares older than this are renewed at the next login; default 30 days. */
  readonly refreshAfterDays?: number;
}

export interface CosignProvider extends TokenProvider {
  /** Makes a key on this PC. Errors as `enrol`. */
  enrol(request: EnrolRequest): Promise<TokenInfo>;
  /** Renews both shares; the key and its certificate stay. */
  refresh(tokenId: string, pin: string): Promise<void>;
  /** The server holds the key until the administrator lets it go on. */
  suspend(tokenId: string, reason: string): Promise<void>;
  /** Takes the file off this PC; the key itself ends by suspension or revocation. */
  forget(tokenId: string): Promise<void>;
}

const PREFIX = 'cosign:';
const REFRESH_DAYS = 30;
/** What a batch asks for while a request is under way goes with the next one. */
const TOGETHER = 8;

/** The words of a token for what the service says. */
const asToken: Readonly<Record<string, 'TOKEN_PIN_INCORRECT' | 'TOKEN_PIN_LOCKED' | 'TOKEN_NOT_LOGGED_IN'>> = {
  COSIGN_PIN: 'TOKEN_PIN_INCORRECT',
  COSIGN_LOCKED: 'TOKEN_PIN_LOCKED',
  COSIGN_SESSION: 'TOKEN_NOT_LOGGED_IN',
};
function told<T>(work: Promise<T>): Promise<T> {
  return work.catch((e: unknown) => {
    const code = isYqError(e) ? asToken[e.code] : undefined;
    throw code === undefined ? e : new YqError(code, { cause: e });
  });
}

const triesOf = (left: number): PinTries => (left === 0 ? { kind: 'locked' } : { kind: 'count', left });

function infoOf(file: CosignKeyFile): TokenInfo {
  return {
    id: PREFIX + file.keyId,
    label: `${file.person.name} 协同密钥`,
    serial: file.keyId,
    manufacturer: 'Yiqian',
    model: 'SM2 co-signing',
    profile: 'cosign',
    driverPath: file.url,
    slotDescription: new URL(file.url).host,
    pinTries: triesOf(file.triesLeft),
    loginRequired: true,
    protectedAuthenticationPath: false,
    testOnly: false,
    together: TOGETHER,
  };
}

export function cosignProvider(settings: CosignSettings): CosignProvider {
  const folder = new KeyFolder(settings.dir);
  const listeners = new Set<(event: TokenEvent) => void>();
  const tell = (event: TokenEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const serviceOf = (url: string): CosignService => new CosignService({ ...settings, url });
  const keyIdIn = (tokenId: string): string => {
    if (!tokenId.startsWith(PREFIX)) throw new YqError('TOKEN_ABSENT');
    return tokenId.slice(PREFIX.length);
  };
  const rooms = async (keyId: string) => {
    const file = await folder.read(keyId);
    return { file, store: folder, service: serviceOf(file.url), secrets: await openSecrets(file, settings.protector) };
  };
  const open = async (keyId: string, pin: string): Promise<OpenKey> => {
    const parts = await rooms(keyId);
    try {
      const key = await openKey(keyId, pin, parts);
      await renewOld(key);
      return key;
    } catch (e) {
      // What the server counts is shown before the PIN is asked for again.
      if (isYqError(e) && (e.code === 'COSIGN_PIN' || e.code === 'COSIGN_LOCKED')) {
        const triesLeft = e.code === 'COSIGN_LOCKED' ? 0 : Number(e.params['left'] ?? 0);
        await folder.write({ ...(await folder.read(keyId)), triesLeft });
      }
      throw e;
    }
  };
  /** A share that was copied unnoticed is worth nothing after the next renewal. When it can't be done now, the next login does it. */
  const renewOld = async (key: OpenKey): Promise<void> => {
    const age = settings.now().getTime() - Date.parse(key.file.refreshedAt);
    if (key.file.certificate === null || age < (settings.refreshAfterDays ?? REFRESH_DAYS) * 86_400_000) return;
    await key.refresh(settings.now()).catch(() => undefined);
  };
  return {
    async list() {
      const files = await Promise.all((await folder.list()).map((keyId) => folder.read(keyId).catch(() => undefined)));
      return files.flatMap((file) => (file === undefined || file.certificate === null ? [] : [infoOf(file)]));
    },
    async drivers() {
      const keys = await folder.list();
      if (keys.length === 0) return [];
      const broken = (
        await Promise.all(
          keys.map((keyId) =>
            folder.read(keyId).then(
              (file) => (file.serverFaults >= MAX_SERVER_FAULTS ? ['COSIGN_SERVER_FAULT'] : []),
              () => ['COSIGN_KEY_FILE'],
            ),
          ),
        )
      ).flat();
      return [
        {
          driver: 'cosign',
          profile: 'cosign',
          path: settings.dir,
          state: broken.length > 0 ? 'broken' : 'ready',
          slots: keys.length,
          ...(broken[0] === undefined ? {} : { code: broken[0] }),
        },
      ];
    },
    async open(tokenId) {
      const keyId = keyIdIn(tokenId);
      return new CosignToken(infoOf(await folder.read(keyId)), keyId, folder, (pin) => open(keyId, pin));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async enrol(request) {
      const file = await enrol(request, { ...settings, store: folder, service: serviceOf(settings.url) });
      tell({ type: 'inserted', token: infoOf(file) });
      return infoOf(file);
    },
    async refresh(tokenId, pin) {
      const key = await told(open(keyIdIn(tokenId), pin));
      try {
        await told(key.refresh(settings.now()));
      } finally {
        key.close();
      }
    },
    async suspend(tokenId, reason) {
      const { file, service, secrets } = await rooms(keyIdIn(tokenId));
      await service.ask('suspend', file.keyId, { reason }, secrets.device);
    },
    async forget(tokenId) {
      await folder.remove(keyIdIn(tokenId));
      tell({ type: 'removed', tokenId });
    },
    close: () => Promise.resolve(),
  };
}

class CosignToken implements Token {
  #info: TokenInfo;
  readonly #keyId: string;
  readonly #folder: KeyFolder;
  readonly #open: (pin: string) => Promise<OpenKey>;
  #key: OpenKey | undefined;

  constructor(info: TokenInfo, keyId: string, folder: KeyFolder, open: (pin: string) => Promise<OpenKey>) {
    this.#info = info;
    this.#keyId = keyId;
    this.#folder = folder;
    this.#open = open;
  }

  get info(): TokenInfo {
    return this.#info;
  }

  async certificates(): Promise<readonly TokenKey[]> {
    const file = await this.#folder.read(this.#keyId);
    if (file.certificate === null) return [];
    const certificate = Certificate.parse(file.certificate);
    return [
      {
        keyId: keyIdOf(certificate),
        certificate,
        label: `${file.person.name} 协同签名`,
        kind: 'sm2',
        usage: 'signing',
        alwaysAuthenticate: false,
      },
    ];
  }

  async login(pin: string): Promise<void> {
    try {
      const key = await told(this.#open(pin));
      this.#key?.close();
      this.#key = key;
    } finally {
      this.#info = await this.#folder.read(this.#keyId).then(infoOf, () => this.#info);
    }
  }

  logout(): Promise<void> {
    this.#key?.close();
    this.#key = undefined;
    return Promise.resolve();
  }

  /** Never: a bare digest would let the other side sign what nobody can read (docs/design/020, rule H). */
  signDigest(): Promise<Uint8Array> {
    return Promise.reject(new YqError('TOKEN_PROFILE_NO_DIGEST'));
  }

  async signMessage(_keyId: string, message: Uint8Array): Promise<Uint8Array> {
    const key = this.#key;
    if (key === undefined) throw new YqError('TOKEN_NOT_LOGGED_IN');
    const signature = await told(key.sign(message));
    const { certificate } = key.file;
    const leaf = certificate === null ? undefined : Certificate.parse(certificate);
    // What both sides made is judged once more under the certificate, as with every other token.
    if (leaf === undefined || !verifyDigest(leaf.publicKey, sm2Digest(key.file.publicKey, message), signature)) {
      throw new YqError('TOKEN_SIGNATURE_WRONG', { detail: 'co-signing' });
    }
    return signature;
  }

  async changePin(oldPin: string, newPin: string): Promise<void> {
    const key = await told(this.#open(oldPin));
    try {
      await told(key.changePin(newPin));
    } finally {
      key.close();
    }
  }

  async close(): Promise<void> {
    await this.logout();
  }
}
