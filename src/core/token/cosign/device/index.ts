/**
 * A device of the co-signing protocol (docs/design/020, 026): everything that a PC and the page on a phone share. It runs in a browser: no node:
 * module and no Buffer is reached from here, which test/core/token/cosign/browser.test.ts holds.
 */
export { enrol, openSecrets, protectedSecrets, type EnrolRequest, type EnrolRooms, type Protector } from './enrol.ts';
export { MAX_SERVER_FAULTS, MAX_TRIES, openKey, OpenKey, type DeviceSecrets, type OpenKeyParts } from './key.ts';
export { keyFileText, parseKeyFile, type CosignKeyFile, type KeyStore, type SealedShare } from './key-file.ts';
export { kindOfMessage, type MessageKind } from './message-kind.ts';
export {
  normalCode,
  phoneApprovalText,
  phoneRowsDigest,
  type AnswerOf,
  type PhoneRequest,
  type PhoneRow,
  type PhoneState,
} from './messages.ts';
export {
  approve,
  PHONE_LOGIN_DIGEST,
  refuse,
  scan,
  work,
  type ClosedKey,
  type ScannedRequest,
  type WorkOptions,
  type WorkProgress,
} from './phone.ts';
export { CosignService, freshId, type ServiceSettings } from './service.ts';
