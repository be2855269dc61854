/**
 * Messages between a provider and its token-host process. Handles never cross: tokens are named by serial, keys by CKA_ID. One request
 * is under way at a time, so that a deadline measures the driver and not a queue.
 */
import type { ErrorCode } from '#core/errors/index.ts';

/** A token as the driver tells it. */
export interface TokenRecord {
  /** Names the token in later requests: its serial, or its slot when it has none (a blank token). */
  readonly key: string;
  /** Slot id, as far as a number holds it. */
  readonly slot: number;
  readonly slotDescription: string;
  readonly label: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly serial: string;
  /** CKF_ token flags. */
  readonly flags: number;
  /** Exact number of PIN tries left, where the profile says how to read it. */
  readonly triesLeft?: number;
}

export interface CertificateRecord {
  readonly ckaId: Uint8Array;
  readonly label: string;
  readonly der: Uint8Array;
}
export interface KeyRecord {
  readonly ckaId: Uint8Array;
  readonly label: string;
  readonly private: boolean;
  readonly keyType: number;
  readonly ecParams?: Uint8Array;
  readonly ecPoint?: Uint8Array;
  readonly modulus?: Uint8Array;
  readonly publicExponent?: Uint8Array;
  readonly alwaysAuthenticate: boolean;
}

export interface PinCounterSource {
  readonly featureType: number;
  readonly attribute: number;
}

export interface AttributeValue {
  readonly type: number;
  readonly value: number | boolean | string | Uint8Array;
}

/** Every method: what goes in, what comes back. */
export interface Methods {
  load: [
    {
      path: string;
      libraryParameters?: string;
      pollMs: number;
      slotEvents: 'wait' | 'poll';
      pinCounter?: PinCounterSource;
    },
    { manufacturer: string; description: string; version: string; cryptoki: string },
  ];
  tokens: [Record<string, never>, TokenRecord[]];
  objects: [{ token: string }, { certificates: CertificateRecord[]; keys: KeyRecord[] }];
  mechanisms: [{ token: string }, number[]];
  /** PINs in use travel as UTF-8 bytes, so that both sides can wipe them when the call is over. */
  login: [{ token: string; pin: Uint8Array }, TokenRecord];
  logout: [{ token: string }, null];
  sign: [
    {
      token: string;
      ckaId: Uint8Array;
      keyType: number;
      mechanism: number;
      parameter?: Uint8Array;
      data: Uint8Array;
      pin?: Uint8Array;
    },
    Uint8Array,
  ];
  setPin: [{ token: string; oldPin: Uint8Array; newPin: Uint8Array }, null];
  initToken: [{ slot: number; label: string; soPin: string }, TokenRecord];
  initPin: [{ token: string; soPin: string; newPin: string }, null];
  generateKeyPair: [
    { token: string; pin: string; mechanism: number; publicKey: AttributeValue[]; privateKey: AttributeValue[] },
    KeyRecord,
  ];
  createObject: [{ token: string; pin: string; attributes: AttributeValue[] }, null];
}
export type MethodName = keyof Methods;

export interface Request<M extends MethodName = MethodName> {
  readonly id: number;
  readonly method: M;
  readonly params: Methods[M][0];
}

/** Either one of our codes, or a CKR with the function that answered it. */
export interface HostError {
  readonly code?: ErrorCode;
  readonly params?: Record<string, string | number>;
  readonly ckr?: number;
  readonly operation?: string;
  readonly detail: string;
}
export type Response =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: HostError };

/** Pushed when tokens came or went. */
export interface SlotsEvent {
  readonly event: 'tokens';
  readonly tokens: TokenRecord[];
}

export function isResponse(message: unknown): message is Response {
  return typeof message === 'object' && message !== null && 'id' in message && 'ok' in message;
}
export function isSlotsEvent(message: unknown): message is SlotsEvent {
  return typeof message === 'object' && message !== null && 'event' in message && message.event === 'tokens';
}

export const Ck = {
  ckoData: 0,
  ckoCertificate: 1,
  ckoPublicKey: 2,
  ckoPrivateKey: 3,
  ckoHwFeature: 5,
  ckkRsa: 0,
  ckkEc: 3,
  ckmRsaKeyPairGen: 0,
  ckmRsaPkcs: 1,
  ckmEcKeyPairGen: 0x1040,
  ckmEcdsa: 0x1041,
  ckaClass: 0,
  ckaToken: 1,
  ckaPrivate: 2,
  ckaLabel: 3,
  ckaValue: 0x11,
  ckaCertificateType: 0x80,
  ckaIssuer: 0x81,
  ckaSerialNumber: 0x82,
  ckaKeyType: 0x100,
  ckaSubject: 0x101,
  ckaId: 0x102,
  ckaSensitive: 0x103,
  ckaSign: 0x108,
  ckaVerify: 0x10a,
  ckaModulus: 0x120,
  ckaModulusBits: 0x121,
  ckaPublicExponent: 0x122,
  ckaExtractable: 0x162,
  ckaEcParams: 0x180,
  ckaEcPoint: 0x181,
  ckaAlwaysAuthenticate: 0x202,
  ckaHwFeatureType: 0x300,
  tokenInitialized: 0x400,
  loginRequired: 0x4,
  protectedAuthenticationPath: 0x100,
  pinCountLow: 0x10000,
  pinFinalTry: 0x20000,
  pinLocked: 0x40000,
} as const;
