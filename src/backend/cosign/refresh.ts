/** New shares of the same key, in two phases (I): both sides stage, sign a test text with what they staged, then they hold. */
import {
  equalBytes,
  randomBytes,
  refreshedServerPoint,
  refreshShare,
  serverPart,
  sharePoint,
  sm2Digest,
  sm2Verify,
  sm3,
  toHex,
  toScalar,
  wipe,
} from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { cosignCommitment, cosignRefreshSeed, cosignTestMessage, type CosignPayload } from '#core/token/index.ts';
import type { Act, CosignContext } from './context.ts';
import type { CosignKey } from './registry.ts';
import { refused } from './requests.ts';

/** One step of a refresh: reads the key and changes it in one transaction, under a login. */
const step = <T>(context: CosignContext, act: Act, session: string, work: (key: CosignKey) => T): T =>
  context.act(act, (key) => {
    if (key.state === 'revoked') throw new YqError('COSIGN_REVOKED');
    context.requireSession(key, session);
    return work(key);
  });

/** Coin toss for t: the device is committed, then the server contributes, then the device opens. Neither chooses. */
export const refreshBegin = (
  context: CosignContext,
  act: Act,
  { session, epoch, commitment }: CosignPayload<'refreshBegin'>,
): unknown =>
  step(context, act, session, (key) => {
    if (key.state !== 'active') throw refused(key.state);
    if (epoch !== key.epoch) throw new YqError('COSIGN_EPOCH');
    const mine = randomBytes(32);
    context.registry.change(key.id, {
      refreshCommitment: commitment,
      refreshMine: context.vault.seal(mine, `${key.id} toss`),
      refreshChallenge: randomBytes(32),
      staged: null,
      nextPin: null,
    });
    return { t: mine };
  });

export const refreshOpen = (
  context: CosignContext,
  act: Act,
  { session, t: theirs, blind }: CosignPayload<'refreshOpen'>,
): unknown =>
  step(context, act, session, (key) => {
    const { refresh } = key;
    if (refresh === undefined || !equalBytes(cosignCommitment('refresh', blind, theirs), refresh.commitment)) {
      throw refused('toss');
    }
    const epoch = key.epoch + 1;
    const mine = context.vault.open(refresh.mine, `${key.id} toss`);
    const t = toScalar(cosignRefreshSeed(theirs, mine, key.id, epoch));
    wipe(mine);
    if (t === undefined) throw refused('toss');
    const serverPoint = refreshedServerPoint(key.serverPoint, t);
    const fresh = context.withShare(key, (d2) => refreshShare(d2, t, 'server'));
    wipe(t);
    if (fresh === undefined || serverPoint === undefined || !equalBytes(fresh.point, serverPoint)) {
      throw refused('toss');
    }
    context.registry.change(key.id, { staged: context.vault.seal(fresh.share, `${key.id} share ${epoch}`) });
    wipe(fresh.share);
    return { challenge: refresh.challenge, epoch };
  });

export const refreshTest = (context: CosignContext, act: Act, { session, q1 }: CosignPayload<'refreshTest'>): unknown =>
  step(context, act, session, (key) => {
    const { staged, refresh, publicKey } = key;
    if (staged === undefined || refresh === undefined || publicKey === undefined) throw refused('stage');
    if (!context.registry.used.addPoint(key.id, toHex(sm3(q1)))) throw refused('point used');
    const share = context.vault.open(staged, `${key.id} share ${key.epoch + 1}`);
    const e = sm2Digest(publicKey, cosignTestMessage(key.id, key.epoch + 1, refresh.challenge));
    const part = serverPart(share, e, q1);
    wipe(share);
    if (part === undefined) throw refused('point');
    return part;
  });

/** The new shares have signed: they hold from now on, and the old one is overwritten (SQLite's secure_delete). */
export const refreshCommit = (
  context: CosignContext,
  act: Act,
  { session, signature }: CosignPayload<'refreshCommit'>,
): unknown =>
  step(context, act, session, (key) => {
    const { staged, refresh, publicKey } = key;
    if (staged === undefined || refresh === undefined || publicKey === undefined) throw refused('stage');
    const epoch = key.epoch + 1;
    const e = sm2Digest(publicKey, cosignTestMessage(key.id, epoch, refresh.challenge));
    if (!sm2Verify(publicKey, e, signature)) throw refused('test signature');
    const share = context.vault.open(staged, `${key.id} share ${epoch}`);
    const point = sharePoint(share);
    wipe(share);
    if (point === undefined) throw refused('stage');
    context.registry.change(key.id, {
      share: staged,
      serverPoint: point,
      epoch,
      staged: null,
      refreshCommitment: null,
      refreshMine: null,
      refreshChallenge: null,
    });
    return { epoch };
  });

/** Nothing is left to forget: the old share went at the commit. */
export const refreshDone = (context: CosignContext, act: Act, { session }: CosignPayload<'refreshDone'>): unknown =>
  step(context, act, session, ({ epoch }) => ({ epoch }));
