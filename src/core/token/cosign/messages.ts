/**
 * The words of the co-signing protocol (docs/design/020). Every request of a device is an envelope: the payload's JSON as bytes, and the
 * device key's SM2 signature over exactly those bytes. Bytes stand in JSON as base64.
 */
import { z } from 'zod';
import { concatBytes, sm2Digest, sm2Sign, sm2Verify, sm3 } from '#core/crypto/index.ts';

/** Characters of base64. A message may carry a seal with its picture. */
const MAX_MESSAGE = 350_000;
/** Bytes of messages in one request; what is longer goes with the next one. */
export const MAX_REQUEST_BYTES = 256 * 1024;
/** Bytes of a request's body at most. */
export const MAX_BODY_BYTES = 1024 * 1024;

const base64Of = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/)
    .transform((text): Uint8Array => new Uint8Array(Buffer.from(text, 'base64')));
const base64 = base64Of(16_384);
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
  commitment: digest,
  requestId: id,
  time: z.iso.datetime(),
});
export type BeginPayload = z.output<typeof beginPayload>;

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
} as const;
export type AnswerOf<O extends keyof typeof answers> = z.output<(typeof answers)[O]>;

/** Bytes to base64, everywhere in a value. */
export function toWire(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
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
