/** One Token interface for every way a key can live: PKCS#11 (through token-host), software, later SKF and co-signing. */
import type { Certificate } from '#core/pki/index.ts';

/** The wire to token-host, which reaches this room through this file alone and so loads nothing of it but the wire. */
export * from './protocol.ts';

export type PinTries =
  | { readonly kind: 'count'; readonly left: number }
  | { readonly kind: 'low' | 'final' | 'locked' | 'unknown' | 'full' };

export interface TokenInfo {
  /** Stable while the driver and the token stay the same: driver id + token serial. Never a slot index. */
  readonly id: string;
  readonly label: string;
  readonly serial: string;
  readonly manufacturer: string;
  readonly model: string;
  /** Profile id of resources/vendor-profiles, e.g. "yiqian-soft". */
  readonly profile: string;
  readonly driverPath: string;
  readonly slotDescription: string;
  readonly pinTries: PinTries;
  readonly loginRequired: boolean;
  readonly protectedAuthenticationPath: boolean;
  /** True for a soft token: marked loudly, never for production. */
  readonly testOnly: boolean;
  /** Signatures that may be asked for at a time: a key beyond a network puts them into one request. Absent: one. */
  readonly together?: number;
}

/** A key pair on a token as the desk sees it: by its certificate, never by handle. */
export interface TokenKey {
  /** issuer+serial of the certificate, or the CKA_ID in hex when there is no certificate. */
  readonly keyId: string;
  readonly certificate: Certificate | undefined;
  readonly label: string;
  readonly kind: 'sm2' | 'rsa' | 'ec-p256';
  readonly usage: 'signing' | 'encryption' | 'both' | 'unknown';
  readonly alwaysAuthenticate: boolean;
}

export type TokenEvent =
  | { readonly type: 'inserted'; readonly token: TokenInfo }
  | { readonly type: 'removed'; readonly tokenId: string }
  | { readonly type: 'driver-failed'; readonly driver: string; readonly code: string };

/** What a driver or reader looks like to a support engineer: reader → driver → token → certificate, first broken link named. */
export interface DriverStatus {
  readonly driver: string;
  readonly profile: string;
  readonly path: string;
  readonly state: 'ready' | 'absent' | 'broken' | 'crashed' | 'starting';
  readonly code?: string;
  readonly detail?: string;
  readonly version?: string;
  readonly slots?: number;
}

export interface SignOptions {
  /** Only for keys with `alwaysAuthenticate` (CKA_ALWAYS_AUTHENTICATE): the PIN that such a key wants before every signature. */
  readonly pin?: string;
}

/** What a self-test found: the key signed random bytes and software verified the value. */
export interface SelfTestReport {
  readonly algorithm: string;
  readonly milliseconds: number;
}

export interface Token {
  /** As last seen; `pinTries` follows every login. */
  readonly info: TokenInfo;
  /**
   * Keys with their certificates, and keys without one. Before login tokens hide private keys: then every certificate that is not a
   * CA's is listed; after login only those whose private key is on the token.
   */
  certificates(): Promise<readonly TokenKey[]>;
  /** Once per approved list. Rejects with TOKEN_PIN_INCORRECT, TOKEN_PIN_LOCKED, TOKEN_REMOVED … Never retried by the program. */
  login(pin: string): Promise<void>;
  logout(): Promise<void>;
  /**
   * Signs a digest: for SM2 the 32-byte e = SM3(Z_A ‖ M), result r‖s (64 bytes); for RSA the SHA-256 digest (PKCS#1 v1.5 DigestInfo
   * added inside), result the modulus-length value; for P-256 the SHA-256 digest, result r‖s (64 bytes).
   * The value was verified in software with the certificate's key before it is returned.
   * Rejects with TOKEN_PROFILE_NO_DIGEST when the vendor's mechanisms take whole messages only: signMessage then serves.
   */
  signDigest(keyId: string, digest: Uint8Array, options?: SignOptions): Promise<Uint8Array>;
  /** As signDigest, hashing included (SM3 with Z_A of the default user ID, SHA-256 for RSA and P-256). Works with every vendor. */
  signMessage(keyId: string, message: Uint8Array, options?: SignOptions): Promise<Uint8Array>;
  /** Costs PIN tries when the old PIN is wrong, like login. */
  changePin(oldPin: string, newPin: string): Promise<void>;
  /** Logs out and lets the token go; the driver stays loaded. */
  close(): Promise<void>;
}

/** Where an administrator works: a token by its id, or a slot that may hold a blank token. */
export type AdminTarget = string | { readonly driver: string; readonly slot: number };

export interface NewKeyPair {
  readonly ckaId: Uint8Array;
  /** 04‖X‖Y, 65 bytes. */
  readonly publicKey: Uint8Array;
}

/** Set-up of a token. Each call that takes the user PIN logs in and out again, unless the token is logged in already. */
export interface TokenAdmin {
  /** Wipes the token. A token that was initialised before wants its present SO PIN. Gives the new identity (a new serial for soft tokens). */
  initialize(request: { readonly label: string; readonly soPin: string; readonly userPin: string }): Promise<TokenInfo>;
  /** Sets a new user PIN by the SO's power: the way out of TOKEN_PIN_LOCKED. */
  unlock(request: { readonly soPin: string; readonly newPin: string }): Promise<void>;
  generateSm2KeyPair(request: {
    readonly pin: string;
    readonly label: string;
    /** Made up at random (8 bytes) when not given. */
    readonly ckaId?: Uint8Array;
    readonly alwaysAuthenticate?: boolean;
  }): Promise<NewKeyPair>;
  /** RSA-2048 or P-256, for tokens that have them. */
  generateKeyPair(request: {
    readonly pin: string;
    readonly label: string;
    readonly kind: 'rsa' | 'ec-p256';
    readonly ckaId?: Uint8Array;
  }): Promise<{ readonly ckaId: Uint8Array; readonly spki: Uint8Array }>;
  importCertificate(request: {
    readonly pin: string;
    readonly ckaId: Uint8Array;
    readonly der: Uint8Array;
    readonly label: string;
  }): Promise<void>;
}

export interface TokenProvider {
  list(): Promise<readonly TokenInfo[]>;
  drivers(): Promise<readonly DriverStatus[]>;
  open(tokenId: string): Promise<Token>;
  subscribe(listener: (event: TokenEvent) => void): () => void;
  close(): Promise<void>;
}

/** A provider that also sets up tokens. */
export interface AdministrableProvider extends TokenProvider {
  admin(target: AdminTarget): TokenAdmin;
}
