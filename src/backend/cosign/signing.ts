/** The server's part of a list of signatures. */
import { serverPart, sm2Digest, sm3, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { cosignToWire, type CosignPayload } from '#core/token/index.ts';
import type { CosignContext } from './context.ts';
import { kindOfMessage } from './message-kind.ts';
import type { CosignKey } from './registry.ts';
import { refused } from './requests.ts';
import { ANSWER_MS } from './settings.ts';

type Item = CosignPayload<'sign'>['items'][number];

/**
 * One transaction: all of a list or nothing. e is made here from the message (G, H) and comes with Q1 in the same request, before anything of
 * the server's numbers is seen (D). A number is answered once (C), a point serves once (B), points are checked (E), an old epoch is refused (I).
 */
export function sign(
  context: CosignContext,
  keyId: string,
  { session, epoch, items }: CosignPayload<'sign'>,
  remote: string,
): unknown {
  if (new Set(items.map(({ id }) => id)).size !== items.length) throw refused('numbers');
  const { registry } = context;
  return registry.transaction(() => {
    const key = context.require(keyId);
    context.requireSession(key, session);
    const publicKey = maySign(key, epoch);
    registry.forgetAnswers(new Date(context.time - ANSWER_MS).toISOString());
    return context.withShare(key, (d2) => ({
      parts: items.map((item) => part(context, key, publicKey, d2, item, remote)),
    }));
  });
}

/** The key's own point. */
function maySign(key: CosignKey, epoch: number): Uint8Array {
  if (key.state === 'revoked') throw new YqError('COSIGN_REVOKED');
  if (key.state === 'suspended') throw new YqError('COSIGN_SUSPENDED');
  if (key.state === 'locked') throw new YqError('COSIGN_LOCKED');
  if (key.publicKey === undefined) throw refused(key.state);
  if (epoch !== key.epoch) throw new YqError('COSIGN_EPOCH');
  return key.publicKey;
}

function part(
  context: CosignContext,
  key: CosignKey,
  publicKey: Uint8Array,
  d2: Uint8Array,
  { id, q1, message }: Item,
  remote: string,
): unknown {
  const { registry, settings } = context;
  const question = toHex(sm3(q1, message));
  const before = registry.answer(key.id, id);
  if (before !== undefined) {
    if (before.question !== question || before.answer === null) throw refused('number used');
    return JSON.parse(before.answer) as unknown;
  }
  const kind = kindOfMessage(message, publicKey);
  // Before there is a certificate the key signs the request for it and nothing else.
  if (key.state === 'pending' && kind !== 'request') throw refused('not yet');
  const mayPhoneSign = settings.hooks?.mayPhoneSign;
  if (key.state === 'active' && key.place === 'phone' && mayPhoneSign?.(key, message) !== true) {
    throw refused('not asked for');
  }
  if (!registry.addPoint(key.id, toHex(sm3(q1)))) throw refused('point used');
  const e = sm2Digest(publicKey, message);
  const made = serverPart(d2, e, q1);
  if (made === undefined) throw refused('point');
  const answer = cosignToWire({ id, ...made });
  registry.addAnswer(key.id, id, question, JSON.stringify(answer), context.now);
  const traced = { messageSm3: toHex(sm3(message)), e: toHex(e), r: toHex(made.r) };
  context.log(key, `sign ${kind}`, remote, 'done', traced);
  return answer;
}
