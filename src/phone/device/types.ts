/** What the page can ask of its own phone; the screens know nothing deeper. */
import type { YqError } from '#core/errors/index.ts';
import type { PhoneRequest, PhoneState } from '#core/token/cosign/device/index.ts';
import type { Act } from '../store/acts.ts';

/** The key that lies here, as it is shown. */
export interface KeyView {
  readonly keyId: string;
  readonly name: string;
  readonly department: string;
  /** ISO 8601 UTC; null while the certificate is not issued. */
  readonly validUntil: string | null;
  readonly createdAt: string;
  /** When the shares were renewed last. */
  readonly refreshedAt: string;
}

/** As the service sees the key. */
export interface KeyState {
  readonly state: 'pending' | 'active' | 'suspended' | 'locked' | 'revoked';
  readonly triesLeft: number;
}

/** A code that was scanned, with what the desk asks. */
export interface Asked {
  readonly request: PhoneRequest;
  /** Two digits that the desk shows too. */
  readonly check: string;
  /** Ms since 1970 by this phone's own clock. */
  readonly expiresAt: number;
}

export interface Progress {
  /** Signatures made so far. */
  readonly signed: number;
  /** Documents of the list that have one. */
  readonly rows: number;
  /** False while the service does not answer. */
  readonly connected: boolean;
  /** Why nothing more is signed, while the desk is being told. */
  readonly fault?: YqError;
}

/**
 * Documents that are signed, as far as a phone can tell: signatures come in the order of the list, and which belongs to which row is the desk's
 * word. A form may need one signature or two, and its desk has asked for two.
 */
export const documentsSigned = ({ seals, rows }: PhoneRequest, progress: Progress): number =>
  seals ? progress.rows : Math.min(progress.signed, rows.length);

/** Whether the desk has had all that it asked for. */
export const isWhole = ({ seals, rows, signatures }: PhoneRequest, { signed }: Progress): boolean =>
  signed >= (seals ? signatures : Math.max(1, rows.length));

export interface ApproveRequest {
  readonly request: PhoneRequest;
  readonly pin: string;
  readonly signal: AbortSignal;
  /** The PIN was right and the approval is handed in. */
  readonly approved: () => void;
  readonly progress: (progress: Progress) => void;
}

export type RefuseReason = 'not-mine' | 'wrong-list' | 'other';

export interface Phone {
  /** The newest key with a certificate; undefined when there is none. @throws YqError COSIGN_KEY_FILE when all that lies here is damaged */
  key(): Promise<KeyView | undefined>;
  /** An enrolment was begun here and not finished: the same code finishes it. */
  isCutOff(): Promise<boolean>;
  /** @throws YqError COSIGN_CODE, COSIGN_UNREACHABLE, COSIGN_REFUSED, COSIGN_SERVER_FAULT, PHONE_STORAGE, TOKEN_PIN_LENGTH */
  enrol(given: { readonly code: string; readonly pin: string }): Promise<KeyView>;
  /** Asks the browser to keep what lies here; false when it will not promise. */
  keepForGood(): Promise<boolean>;
  state(): Promise<KeyState>;
  scan(id: string): Promise<Asked>;
  refuse(id: string, reason: RefuseReason): Promise<void>;
  /** Opens the key, approves, signs what the desk sends, until the request ends; gives the end. */
  approve(request: ApproveRequest): Promise<PhoneState>;
  changePin(pin: string, next: string): Promise<void>;
  renew(pin: string): Promise<void>;
  /** Ends all keys of this phone but `keep`: the service is told to stop each, then its file goes. False when the service was not reached. */
  remove(given: { readonly reason: string; readonly keep?: string }): Promise<boolean>;
  /** Gives the desk's service time to the clock; false when it can't be reached. */
  reach(): Promise<boolean>;
  acts(): Promise<readonly Act[]>;
  note(act: Act): Promise<void>;
}
