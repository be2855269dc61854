/** PKCS#11 return values and the errors a person meets. Sources: PKCS#11 2.40 §5.1 and the handling table of our PKCS#11 notes. */
import { YqError, type ErrorCode } from '#core/errors/index.ts';

const codes: Readonly<Record<number, ErrorCode>> = {
  0x05: 'TOKEN_GENERAL_ERROR',
  0x06: 'TOKEN_FUNCTION_FAILED',
  0x21: 'TOKEN_DATA_LENGTH',
  0x30: 'TOKEN_DEVICE_ERROR',
  0x31: 'TOKEN_DEVICE_MEMORY',
  0x32: 'TOKEN_REMOVED',
  0x50: 'TOKEN_CANCELED',
  0x54: 'TOKEN_FUNCTION_NOT_SUPPORTED',
  0x60: 'TOKEN_KEY_GONE',
  0x63: 'TOKEN_KEY_TYPE_INCONSISTENT',
  0x68: 'TOKEN_KEY_FORBIDS_SIGNING',
  0x70: 'TOKEN_MECHANISM_INVALID',
  0x82: 'TOKEN_KEY_GONE',
  0x90: 'TOKEN_OPERATION_ACTIVE',
  0xa0: 'TOKEN_PIN_INCORRECT',
  0xa1: 'TOKEN_PIN_INVALID',
  0xa2: 'TOKEN_PIN_LENGTH',
  0xa3: 'TOKEN_PIN_EXPIRED',
  0xa4: 'TOKEN_PIN_LOCKED',
  0xb0: 'TOKEN_SESSION_LOST',
  0xb1: 'TOKEN_TOO_MANY_SESSIONS',
  0xb3: 'TOKEN_SESSION_LOST',
  0xe0: 'TOKEN_ABSENT',
  0xe1: 'TOKEN_NOT_RECOGNIZED',
  0x100: 'TOKEN_ALREADY_LOGGED_IN',
  0x101: 'TOKEN_NOT_LOGGED_IN',
  0x102: 'TOKEN_PIN_NOT_SET',
  0x104: 'TOKEN_OTHER_USER_LOGGED_IN',
  0x150: 'TOKEN_BUFFER_TOO_SMALL',
  0x190: 'TOKEN_DRIVER_NOT_INITIALIZED',
  0x191: 'TOKEN_DRIVER_ALREADY_INITIALIZED',
  0x200: 'TOKEN_REJECTED',
};

export const ckrHex = (ckr: number): string => `0x${ckr.toString(16).toUpperCase().padStart(8, '0')}`;

/** The code for a CKR_ value; vendors' own (≥ 0x80000000) and unlisted ones have a code that shows the number. */
export function codeOfCkr(ckr: number): ErrorCode {
  return codes[ckr] ?? (ckr >= 0x8000_0000 ? 'TOKEN_VENDOR_ERROR' : 'TOKEN_UNKNOWN_ERROR');
}

/** @param operation the PKCS#11 function that answered, for the log */
export function errorOfCkr(ckr: number, operation: string): YqError {
  return new YqError(codeOfCkr(ckr), { params: { ckr: ckrHex(ckr) }, detail: `${operation}: CKR ${ckrHex(ckr)}` });
}
