/**
 * The words of the co-signing protocol (docs/design/020). Every request of a device is an envelope: the payload's JSON as bytes, and the
 * device key's SM2 signature over exactly those bytes. Bytes stand in JSON as base64.
 */
import { z } from 'zod';
import {
  concatBytes,
  fromBase64,
  sm2Digest,
  sm2Sign,
  sm2Verify,
  sm3,
  toBase64,
  toHex,
} from '#core/crypto/portable/index.ts';

/** Characters of base64. A message may carry a seal with its picture. */
const MAX_MESSAGE = 350_000;
export const MAX_MESSAGE_BYTES = (MAX_MESSAGE / 4) * 3;
/** Bytes of messages in one request; what is longer goes with the next one. */
export const MAX_REQUEST_BYTES = 256 * 1024;
/** Bytes of a request's body at most. */
export const MAX_BODY_BYTES = 1024 * 1024;

const base64Of = (max: number) =>
  z
    .string()
    .max(max)
    .transform((text, context): Uint8Array => {
      try {
        return fromBase64(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'base64' });
        return z.NEVER;
      }
    });
export const base64 = base64Of(16_384);
const bytes = (length: number) => base64.refine((b) => b.length === length, `${length} bytes`);
const point = bytes(65);
const digest = bytes(32);
const id = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/);

/** What every signed payload says of itself, so that none can stand for another, elsewhere or later. */
const head = {
  /** Names the operation; differs per schema. */
  keyId: id,
  /** Random, 16 bytes; with `time` it makes a payload one of its kind. */
  requestId: id,
  /** ISO 8601 UTC of the device. */
  time: z.iso.datetime(),
};

export const payloads = {
  open: z.strictObject({ op: z.literal('open'), ...head, point, proof: bytes(64), blind: digest, pin: digest }),
  certificate: z.strictObject({ op: z.literal('certificate'), ...head, csr: base64 }),
  unlock: z.strictObject({ op: z.literal('unlock'), ...head, pin: digest }),
  sign: z.strictObject({
    op: z.literal('sign'),
    ...head,
    session: id,
    epoch: z.number().int().positive(),
    items: z
      .array(z.strictObject({ id, q1: point, message: base64Of(MAX_MESSAGE) }))
      .min(1)
      .max(100),
  }),
  changePin: z.strictObject({ op: z.literal('changePin'), ...head, session: id, pin: digest, newPin: digest }),
  refreshBegin: z.strictObject({
    op: z.literal('refreshBegin'),
    ...head,
    session: id,
    epoch: z.number().int().positive(),
    commitment: digest,
  }),
  refreshOpen: z.strictObject({ op: z.literal('refreshOpen'), ...head, session: id, t: digest, blind: digest }),
  /** A signature with the staged shares over the server's challenge. */
  refreshTest: z.strictObject({ op: z.literal('refreshTest'), ...head, session: id, q1: point }),
  refreshCommit: z.strictObject({ op: z.literal('refreshCommit'), ...head, session: id, signature: bytes(64) }),
  refreshDone: z.strictObject({
    op: z.literal('refreshDone'),
    ...head,
    session: id,
    epoch: z.number().int().positive(),
  }),
  state: z.strictObject({ op: z.literal('state'), ...head }),
  suspend: z.strictObject({ op: z.literal('suspend'), ...head, reason: z.string().max(200) }),
  /** Operations of a phone's key (docs/design/026). `request` is the id of the QR code. */
  phoneScan: z.strictObject({ op: z.literal('phoneScan'), ...head, request: id }),
  phoneRefuse: z.strictObject({
    op: z.literal('phoneRefuse'),
    ...head,
    request: id,
    reason: z.enum(['not-mine', 'wrong-list', 'other']),
  }),
  /** `approval`: r‖s over phoneApprovalText. */
  phoneApprove: z.strictObject({
    op: z.literal('phoneApprove'),
    ...head,
    request: id,
    session: id,
    approval: bytes(64),
  }),
  /** Hands in what is signed and waits for more, at most so many ms. `failed`: the phone would not sign this one. */
  phoneWork: z.strictObject({
    op: z.literal('phoneWork'),
    ...head,
    request: id,
    session: id,
    done: z
      .array(
        z.union([
          z.strictObject({ n: z.number().int().nonnegative(), signature: bytes(64) }),
          z.strictObject({ n: z.number().int().nonnegative(), failed: z.string().max(40) }),
        ]),
      )
      .max(100),
    wait: z.number().int().min(0).max(25_000),
  }),
} as const;
export type Operation = keyof typeof payloads;
export type Payload<O extends Operation> = z.output<(typeof payloads)[O]>;

export const envelope = z.strictObject({ payload: base64Of(MAX_BODY_BYTES), signature: bytes(64) });

/** The first message has no key yet; its envelope is signed by the device key that it names. */
export const beginPayload = z.strictObject({
  op: z.literal('begin'),
  code: z.string().min(8).max(64),
  device: point,
  deviceName: z.string().max(80),
  /** Where the share lives; a phone's key signs only what a desk asked for and the phone approved. */
  place: z.enum(['pc', 'phone']).default('pc'),
  commitment: digest,
  requestId: id,
  time: z.iso.datetime(),
});
export type BeginPayload = z.output<typeof beginPayload>;

/** A state never goes back; the last five are ends. */
export const phoneState = z.enum(['waiting', 'scanned', 'approved', 'done', 'refused', 'expired', 'cancelled', 'lost']);
export type PhoneState = z.output<typeof phoneState>;

/** One document of a list as the phone shows it. */
export const phoneRow = z.object({
  /** Kind of record, e.g. 首次病程记录. */
  type: z.string().max(60),
  /** Of the patient; never the whole name. */
  initials: z.string().max(12),
  /** Hex SM3 of the document. */
  digest: z.string().regex(/^[0-9A-Fa-f]{64}$/),
});
export type PhoneRow = z.output<typeof phoneRow>;

/** What a desk asks of a phone. */
export const phoneRequest = z.object({
  id,
  kind: z.enum(['login', 'sign']),
  backendId: z.string(),
  /** The desk's name, as its PC is called. */
  desk: z.string().max(80),
  /** Empty for a login. */
  rows: z.array(phoneRow).max(1000),
  /** Hex SM3 of the list; for a login of the empty list. */
  listDigest: z.string().regex(/^[0-9A-Fa-f]{64}$/),
  /** Signatures at most under this approval. */
  signatures: z.number().int().min(1).max(4000),
  /** Data of GB/T 38540 seals may be among them. */
  seals: z.boolean(),
});
export type PhoneRequest = z.output<typeof phoneRequest>;

export const answers = {
  begin: z.object({
    keyId: id,
    point,
    proof: bytes(64),
    person: z.object({ id: z.string(), name: z.string(), department: z.string() }),
  }),
  open: z.object({ publicKey: point, epoch: z.number().int(), help: digest, session: id }),
  certificate: z.object({ certificate: base64, chain: z.array(base64) }),
  unlock: z.object({ help: digest, session: id, expiresAt: z.iso.datetime(), epoch: z.number().int() }),
  sign: z.object({ parts: z.array(z.object({ id, r: digest, s2: digest, s3: digest })) }),
  changePin: z.object({ help: digest }),
  refreshBegin: z.object({ t: digest }),
  refreshOpen: z.object({ challenge: digest, epoch: z.number().int() }),
  refreshTest: z.object({ r: digest, s2: digest, s3: digest }),
  refreshCommit: z.object({ epoch: z.number().int() }),
  refreshDone: z.object({ epoch: z.number().int() }),
  state: z.object({
    state: z.enum(['pending', 'active', 'suspended', 'locked', 'revoked']),
    epoch: z.number().int(),
    triesLeft: z.number().int(),
  }),
  suspend: z.object({ state: z.string() }),
  phoneScan: z.object({
    request: phoneRequest,
    /** Two digits, the same on desk and phone. */
    check: z.string().regex(/^[0-9]{2}$/),
    expiresAt: z.iso.datetime(),
  }),
  phoneRefuse: z.object({ state: phoneState }),
  phoneApprove: z.object({ state: phoneState }),
  phoneWork: z.object({
    state: phoneState,
    messages: z.array(z.object({ n: z.number().int(), row: z.number().int(), message: base64Of(MAX_MESSAGE) })),
  }),
} as const;
export type AnswerOf<O extends keyof typeof answers> = z.output<(typeof answers)[O]>;

/** Bytes to base64, everywhere in a value. */
export function toWire(value: unknown): unknown {
  if (value instanceof Uint8Array) return toBase64(value);
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, toWire(v)]));
}

/** An enrolment code as it counts: however it was typed or read out. */
export const normalCode = (code: string): string => code.toUpperCase().replace(/[\s-]/g, '');

const DOMAIN = new TextEncoder().encode('YIQIAN-COSIGN-1\n');

/** What the device key signs: never mistaken for a document, a login or a certificate request. */
export const envelopeText = (payload: Uint8Array): Uint8Array => concatBytes(DOMAIN, payload);

export interface DeviceKey {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** The body of a request. */
export function seal(payload: object, device: DeviceKey): string {
  const text = new TextEncoder().encode(JSON.stringify(toWire(payload)));
  const e = sm2Digest(device.publicKey, envelopeText(text));
  return JSON.stringify(toWire({ payload: text, signature: sm2Sign(device.privateKey, e, device.publicKey) }));
}

export const isSealedBy = (publicKey: Uint8Array, payload: Uint8Array, signature: Uint8Array): boolean =>
  sm2Verify(publicKey, sm2Digest(publicKey, envelopeText(payload)), signature);

/** Commit-then-open of the client's point (rule F): SM3 of everything it will say, under a blind of 32 random bytes. */
export const commitmentOf = (
  what: 'point' | 'refresh',
  blind: Uint8Array,
  ...parts: readonly Uint8Array[]
): Uint8Array => sm3(new TextEncoder().encode(`YIQIAN-COSIGN-COMMIT-1 ${what}\n`), blind, ...parts);

/** What a proof of knowledge is bound to: whose key, which key, which device, and both points where both are known. */
export const proofContext = (
  side: 'client' | 'server',
  given: { readonly keyId: string; readonly personId: string; readonly device: Uint8Array; readonly other: Uint8Array },
): Uint8Array =>
  concatBytes(
    new TextEncoder().encode(`YIQIAN-COSIGN-PROOF-1 ${side}\n${given.personId}\n${given.keyId}\n`),
    given.device,
    given.other,
  );

/** The number both sides have made together: SM3 of the two contributions modulo n is done by the caller; neither can choose it alone. */
export const refreshSeed = (client: Uint8Array, server: Uint8Array, keyId: string, epoch: number): Uint8Array =>
  sm3(new TextEncoder().encode(`YIQIAN-COSIGN-REFRESH-1 ${keyId} ${epoch}\n`), client, server);

/** What both sides sign to try new shares out: a text of its own kind, so that a server cannot have a document signed as a "challenge". */
export const testMessage = (keyId: string, epoch: number, challenge: Uint8Array): Uint8Array =>
  concatBytes(new TextEncoder().encode(`YIQIAN-COSIGN-TEST-1 ${keyId} ${epoch}\n`), challenge);

/** SM3 of the rows exactly as the phone has shown them. */
export const phoneRowsDigest = (rows: readonly PhoneRow[]): Uint8Array =>
  sm3(
    new TextEncoder().encode('YIQIAN-PHONE-LIST-1\n'),
    ...rows.map((r) => new TextEncoder().encode(`${JSON.stringify([r.type, r.initials, r.digest.toUpperCase()])}\n`)),
  );

/** What both parties sign when a person approves on his phone: a text of its own kind (docs/design/026). */
export const phoneApprovalText = (r: PhoneRequest): Uint8Array =>
  new TextEncoder().encode(
    [
      'YIQIAN-PHONE-1',
      r.backendId,
      r.id,
      r.kind,
      JSON.stringify(r.desk),
      r.rows.length,
      r.signatures,
      r.seals ? 'seals' : 'no seals',
      r.listDigest.toUpperCase(),
      toHex(phoneRowsDigest(r.rows)),
      '',
    ].join('\n'),
  );
