/** What a person can do next when something did not work: each error of the phone's and the co-signing family has at least one way on. */
import type { ErrorCode, YqError } from '#core/errors/index.ts';

/**
 * `pin`: the PIN is asked for again on the spot. `again`: the same step once more. `scan`: another code. `enrol`: a new key for this phone.
 * `home`: back to the first screen. `reload`: open the page anew.
 */
export type Way = 'pin' | 'again' | 'scan' | 'enrol' | 'home' | 'reload';

type OfPhone = Extract<ErrorCode, `PHONE_${string}` | `COSIGN_${string}`>;

const ways: Readonly<Record<OfPhone, readonly [Way, ...Way[]]>> = {
  PHONE_EXPIRED: ['scan', 'home'],
  PHONE_TAKEN: ['scan', 'home'],
  PHONE_OTHER_PERSON: ['home'],
  PHONE_REFUSED: ['home'],
  PHONE_OVER: ['scan', 'home'],
  PHONE_LOST: ['scan', 'home'],
  PHONE_TICKET: ['scan', 'home'],
  PHONE_LIST_CHANGED: ['scan', 'home'],
  PHONE_LIMIT: ['scan', 'home'],
  PHONE_MESSAGE: ['home'],
  PHONE_NOT_A_CODE: ['scan', 'home'],
  PHONE_OTHER_DESK: ['scan', 'home'],
  PHONE_NO_KEY: ['enrol', 'home'],
  PHONE_KEY_STOPPED: ['home'],
  PHONE_OTHER_KEY: ['home'],
  PHONE_NOT_HERE: ['home'],
  PHONE_PAGE_ABSENT: ['reload'],
  PHONE_CAMERA: ['again', 'home'],
  PHONE_STORAGE: ['reload'],
  PHONE_INSECURE: ['reload'],
  COSIGN_REFUSED: ['again', 'home'],
  COSIGN_UNREACHABLE: ['again', 'home'],
  COSIGN_SERVER_FAULT: ['home'],
  COSIGN_CODE: ['enrol', 'home'],
  COSIGN_PIN: ['pin', 'home'],
  COSIGN_LOCKED: ['home'],
  COSIGN_SUSPENDED: ['home'],
  COSIGN_REVOKED: ['enrol', 'home'],
  COSIGN_EPOCH: ['pin', 'enrol'],
  COSIGN_SESSION: ['pin', 'home'],
  COSIGN_TOO_MANY: ['pin', 'home'],
  COSIGN_KEY_FILE: ['enrol', 'home'],
};

/** Of a PIN's own rules. */
const ofPin: ReadonlySet<string> = new Set<ErrorCode>(['TOKEN_PIN_LENGTH']);

export function waysOn({ code }: YqError): readonly Way[] {
  if (ofPin.has(code)) return ['pin', 'home'];
  return code in ways ? ways[code as OfPhone] : ['home'];
}

/** The PIN is asked for again where it was asked for. */
export const staysWithPin = (error: YqError): boolean => waysOn(error)[0] === 'pin';
