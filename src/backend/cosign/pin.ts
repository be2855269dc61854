/** The PIN: judged here and nowhere else; the try is counted before the answer leaves (G). */
import { equalBytes } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { CosignPayload } from '#core/token/index.ts';
import type { Act, CosignContext } from './context.ts';
import type { CosignKey } from './registry.ts';
import { refused } from './requests.ts';
import { MAX_TRIES, SESSION_MS } from './settings.ts';

/** Opens a session. @throws YqError COSIGN_PIN, COSIGN_LOCKED, COSIGN_SUSPENDED */
export function unlock(context: CosignContext, act: Act, { pin }: CosignPayload<'unlock'>): unknown {
  return judged(context, act, pin, (key) => ({
    help: context.help(key, pin),
    session: context.openSession(key),
    expiresAt: context.after(SESSION_MS),
    epoch: key.epoch,
  }));
}

/** The mark of the new PIN stands beside the old one until it has opened once. */
export function changePin(
  context: CosignContext,
  act: Act,
  { session, pin, newPin }: CosignPayload<'changePin'>,
): unknown {
  // Before the PIN is judged: without a login nobody uses up tries here.
  context.requireSession(context.require(act.keyId), session);
  return judged(context, act, pin, (key) => {
    context.registry.change(key.id, { nextPin: context.pinMark(key, newPin) });
    return { help: context.help(key, newPin) };
  });
}

/**
 * Reads the key, judges, counts and does `work` in one transaction, whatever other processes do to this key: a wrong PIN is counted and kept,
 * and only then told.
 */
function judged<T>(context: CosignContext, act: Act, pin: Uint8Array, work: (key: CosignKey) => T): T {
  const outcome = context.registry.transaction((): { done: T } | { wrong: number } => {
    const tries = judge(context, context.require(act.keyId), pin);
    return tries === undefined ? { done: context.act(act, work) } : { wrong: tries };
  });
  if ('done' in outcome) return outcome.done;
  throw outcome.wrong === 0
    ? new YqError('COSIGN_LOCKED')
    : new YqError('COSIGN_PIN', { params: { left: outcome.wrong } });
}

/** Undefined: right. Else the tries that are left, already counted. */
function judge(context: CosignContext, key: CosignKey, pin: Uint8Array): number | undefined {
  if (key.state === 'revoked') throw new YqError('COSIGN_REVOKED');
  if (key.state === 'locked') throw new YqError('COSIGN_LOCKED');
  if (key.state === 'suspended') throw new YqError('COSIGN_SUSPENDED');
  if (key.state !== 'active' && key.state !== 'pending') throw refused(key.state);
  const { registry, settings } = context;
  const mark = context.pinMark(key, pin);
  const isPresent = key.pin !== undefined && equalBytes(mark, key.pin);
  const isNext = key.nextPin !== undefined && equalBytes(mark, key.nextPin);
  if (isPresent || isNext) {
    registry.change(key.id, { tries: MAX_TRIES, ...(isNext && { pin: key.nextPin ?? null, nextPin: null }) });
    return undefined;
  }
  const tries = Math.max(0, key.tries - 1);
  registry.change(key.id, { tries, ...(tries === 0 && { state: 'locked' }) });
  if (tries === 0) {
    registry.endSessions(key.id);
    settings.hooks?.keyEnded?.(key.id, 'locked');
  }
  return tries;
}
