/** The server's part of a list of signatures. */
import { serverPart, sm2Digest, sm3, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { cosignToWire, kindOfMessage, type CosignPayload, type MessageKind } from '#core/token/index.ts';
import type { Act, CosignContext, Traced } from './context.ts';
import type { CosignKey } from './registry.ts';
import { refused } from './requests.ts';
import { ANSWER_MS } from './settings.ts';

type Item = CosignPayload<'sign'>['items'][number];

/** What would be answered to one item: from the store, or made now and worth nothing until it is kept. */
interface Prepared {
  readonly item: Item;
  /** Hex SM3 of what was asked under this number. */
  readonly question: string;
  readonly kind: MessageKind;
  readonly made: { readonly wire: unknown; readonly traced: Traced } | undefined;
}

/**
 * All of a list or nothing. e is made here from the message (G, H) and comes with Q1 in the same request, before anything of the server's
 * numbers is seen (D). A number is answered once (C), a point serves once (B), points are checked (E), an old epoch is refused (I).
 *
 * The arithmetic is done before the store is locked, so that processes do it side by side; what was made is kept, and leaves, only when the
 * transaction has found everything as it must be. What is thrown away was seen by nobody.
 */
export async function sign(
  context: CosignContext,
  { keyId, remote }: Act,
  { session, epoch, items }: CosignPayload<'sign'>,
): Promise<unknown> {
  if (new Set(items.map(({ id }) => id)).size !== items.length) throw refused('numbers');
  const { registry } = context;
  /** The key as it is now, allowed to sign. */
  const allowed = (): CosignKey & { readonly publicKey: Uint8Array } => {
    const key = context.require(keyId);
    context.requireSession(key, session);
    return maySign(key, epoch);
  };
  const key = allowed();
  context.checkLimit(keyId, remote, items.length);
  const prepared = context.withShare(key, (d2) => items.map((item) => prepare(context, key, d2, item)));
  return registry.together(() => {
    const now = allowed();
    context.takeLimit(keyId, remote, items.length);
    registry.used.forgetAnswers(new Date(context.time - ANSWER_MS).toISOString());
    return { parts: prepared.map((one) => keep(context, now, one, remote)) };
  });
}

function maySign(key: CosignKey, epoch: number): CosignKey & { readonly publicKey: Uint8Array } {
  const { publicKey } = key;
  if (key.state === 'revoked') throw new YqError('COSIGN_REVOKED');
  if (key.state === 'suspended') throw new YqError('COSIGN_SUSPENDED');
  if (key.state === 'locked') throw new YqError('COSIGN_LOCKED');
  if (publicKey === undefined) throw refused(key.state);
  if (epoch !== key.epoch) throw new YqError('COSIGN_EPOCH');
  return { ...key, publicKey };
}

function prepare(
  { registry }: CosignContext,
  key: CosignKey & { readonly publicKey: Uint8Array },
  d2: Uint8Array,
  item: Item,
): Prepared {
  const { id, q1, message } = item;
  const question = toHex(sm3(q1, message));
  const kind = kindOfMessage(message, key.publicKey);
  if (registry.used.answer(key.id, id) !== undefined) return { item, question, kind, made: undefined };
  const e = sm2Digest(key.publicKey, message);
  const part = serverPart(d2, e, q1);
  if (part === undefined) throw refused('point');
  const traced = { messageSm3: toHex(sm3(message)), e: toHex(e), r: toHex(part.r) };
  return { item, question, kind, made: { wire: cosignToWire({ id, ...part }), traced } };
}

/** In the transaction of its list. */
function keep(
  context: CosignContext,
  key: CosignKey,
  { item, question, kind, made }: Prepared,
  remote: string,
): unknown {
  const { registry, settings } = context;
  const before = registry.used.answer(key.id, item.id);
  if (before !== undefined) {
    if (before.question !== question || before.answer === null) throw refused('number used');
    return JSON.parse(before.answer) as unknown;
  }
  // Answered when it was looked at, gone now: the key was begun anew meanwhile.
  if (made === undefined) throw refused('number used');
  // Before there is a certificate the key signs the request for it and nothing else.
  if (key.state === 'pending' && kind !== 'request') throw refused('not yet');
  if (key.state === 'active' && key.place === 'phone' && settings.hooks?.mayPhoneSign?.(key, item.message) !== true) {
    throw refused('not asked for');
  }
  if (!registry.used.addPoint(key.id, toHex(sm3(item.q1)))) throw refused('point used');
  registry.used.addAnswer(key.id, item.id, question, JSON.stringify(made.wire), context.now);
  context.log(key, `sign ${kind}`, remote, 'done', made.traced);
  return made.wire;
}
