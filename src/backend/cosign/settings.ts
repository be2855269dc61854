/** What the room is given, and the limits it keeps. */
import type { CosignOperation, CosignPayload } from '#core/token/index.ts';
import type { Certificate } from '#core/pki/index.ts';
import type { Person } from '../login/persons.ts';
import type { CosignKey, CosignRegistry } from './registry.ts';
import type { ShareVault } from './share-vault.ts';

export interface CosignSettings {
  readonly registry: CosignRegistry;
  /** Opened at the first use. */
  readonly vault: () => Promise<ShareVault>;
  readonly clock: () => Date;
  readonly person: (id: string) => Person | undefined;
  /**
   * Issues and registers the certificate. `keep` is called in the transaction that lists it; when it throws the certificate is as if it had
   * never been made.
   */
  readonly certify: (csr: Uint8Array, person: Person, keep: (certificate: Certificate) => void) => Promise<Certificate>;
  /** Revokes the certificate of a key that has ended, and ends what was opened with it. */
  readonly uncertify: (certificate: Uint8Array, reason: 'superseded' | 'unspecified') => void;
  readonly chain: readonly Certificate[];
  readonly hooks?: CosignHooks;
}

/** What another room (signing by phone) does with a key; envelope, freshness, limits and session are judged before. */
export interface CosignHooks {
  /** Operations that are not this room's own. A `session` in the payload was found to be one of this key. */
  readonly operations?: Readonly<Partial<{ [O in CosignOperation]: CosignAct<O> }>>;
  /**
   * Asked about every new message of an active key that lives on a phone, inside the transaction that keeps the answer: what it writes is kept
   * with the answer or not at all. False: refused.
   */
  readonly mayPhoneSign?: (key: CosignKey, message: Uint8Array) => boolean;
  /** A key can sign no more, for now or for good; called inside the transaction that ends it. */
  readonly keyEnded?: (keyId: string, why: KeyEnd) => void;
}

export type KeyEnd = 'suspended' | 'locked' | 'revoked';

export type CosignAct<O extends CosignOperation> = (
  key: CosignKey,
  given: CosignPayload<O>,
  remote: string,
) => Promise<unknown> | unknown;

export const MAX_TRIES = 5;
export const CODE_MINUTES = 15;
/** A device's clock may differ by so much. */
export const CLOCK_MS = 5 * 60_000;
export const SESSION_MS = 15 * 60_000;
/** An answer is given again for so long (rule C). */
export const ANSWER_MS = 60_000;
/** How long one process alone issues the certificate of a key; a CA whose key lies on a token may take its time. */
export const CERTIFYING_MS = 20_000;
export const PER_KEY = { burst: 1_000, perSecond: 100 };
export const PER_SOURCE = { burst: 4_000, perSecond: 1_000 };
