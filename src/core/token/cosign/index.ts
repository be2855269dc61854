/** SM2 signing by two parties (协同签名): a key of which one share lies on this PC and the other with the hospital's service. */
export { cosignProvider, type CosignProvider, type CosignSettings } from './provider.ts';
export type { EnrolRequest, Protector } from './device/enrol.ts';
export { kindOfMessage, type MessageKind } from './device/message-kind.ts';
export { PHONE_LOGIN_DIGEST } from './device/phone.ts';
export { KeyFolder } from './key-folder.ts';
export {
  answers as cosignAnswers,
  beginPayload as cosignBegin,
  commitmentOf as cosignCommitment,
  envelope as cosignEnvelope,
  envelopeText as cosignEnvelopeText,
  MAX_BODY_BYTES as COSIGN_BODY_BYTES,
  isSealedBy as isCosignSealedBy,
  normalCode,
  payloads as cosignPayloads,
  phoneApprovalText,
  phoneRequest,
  phoneRow,
  phoneRowsDigest,
  phoneState,
  proofContext as cosignProofContext,
  refreshSeed as cosignRefreshSeed,
  testMessage as cosignTestMessage,
  toWire as cosignToWire,
  type BeginPayload as CosignBegin,
  type Operation as CosignOperation,
  type Payload as CosignPayload,
  type PhoneRequest,
  type PhoneRow,
  type PhoneState,
} from './device/messages.ts';
