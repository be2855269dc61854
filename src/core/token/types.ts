/** One Token interface for every way a key can live: PKCS#11 (through token-host), software, later SKF and co-signing. */
import type { Certificate } from '../pki/certificate.ts';

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

export interface Token {
  readonly info: TokenInfo;
  certificates(): Promise<readonly TokenKey[]>;
  /** Once per approved list. Rejects with TOKEN_PIN_INCORRECT, TOKEN_PIN_LOCKED, TOKEN_REMOVED … Never retried by the program. */
  login(pin: string): Promise<void>;
  logout(): Promise<void>;
  /**
   * Signs a digest: for SM2 the 32-byte e = SM3(Z_A ‖ M), result r‖s (64 bytes); for RSA the SHA-256 digest (PKCS#1 v1.5 DigestInfo
   * added inside), result the modulus-length value; for P-256 the SHA-256 digest, result r‖s (64 bytes).
   * The value was verified in software with the certificate's key before it is returned.
   */
  signDigest(keyId: string, digest: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface TokenProvider {
  list(): Promise<readonly TokenInfo[]>;
  drivers(): Promise<readonly DriverStatus[]>;
  open(tokenId: string): Promise<Token>;
  subscribe(listener: (event: TokenEvent) => void): () => void;
  close(): Promise<void>;
}
