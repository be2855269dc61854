/** What ends or holds a key: its person, the administrator, a new key in its place. */
import { YqError } from '#core/errors/index.ts';
import type { Act, CosignContext } from './context.ts';
import type { CosignKey } from './registry.ts';
import { MAX_TRIES } from './settings.ts';

export type AdministratorAct = 'unlock' | 'suspend' | 'resume' | 'revoke';

/** Every act stands in the log with its reason. @throws YqError BACKEND_NOT_FOUND, COSIGN_REVOKED */
export function administer(
  context: CosignContext,
  keyId: string,
  act: AdministratorAct,
  reason: string,
): { state: string } {
  const { registry } = context;
  return registry.transaction(() => {
    const key = registry.find(keyId);
    if (key === undefined) throw new YqError('BACKEND_NOT_FOUND');
    if (key.state === 'revoked' || key.state === 'pending') throw new YqError('COSIGN_REVOKED');
    if (act === 'revoke') {
      endKey(context, key, 'unspecified', reason);
      return { state: 'revoked' };
    }
    if (act === 'suspend') {
      hold(context, key);
    } else if (act === 'unlock') {
      registry.change(keyId, { tries: MAX_TRIES, ...(key.state === 'locked' && { state: 'active' }) });
    } else if (key.state === 'suspended') {
      // What was locked before it was suspended is locked again.
      registry.change(keyId, { state: key.tries === 0 ? 'locked' : 'active' });
    }
    context.log(key, `admin ${act}`, 'administrator', reason.slice(0, 200) || 'done');
    return { state: context.require(keyId).state };
  });
}

/** By its own device. */
export function suspend(context: CosignContext, act: Act): { state: string } {
  return context.act(act, (key) => {
    if (key.state === 'active' || key.state === 'locked') hold(context, key);
    else context.registry.endSessions(key.id);
    return { state: context.require(key.id).state };
  });
}

/** By its person, who has signed in elsewhere: a phone that was lost. @throws YqError BACKEND_NOT_FOUND (none of his), COSIGN_REVOKED */
export function suspendMine(
  context: CosignContext,
  keyId: string,
  personId: string,
  reason: string,
  remote: string,
): { state: string } {
  return context.registry.transaction(() => {
    const key = context.registry.find(keyId);
    if (key?.personId !== personId) throw new YqError('BACKEND_NOT_FOUND');
    if (key.state === 'revoked' || key.state === 'pending') throw new YqError('COSIGN_REVOKED');
    hold(context, key);
    context.log(key, 'person suspend', remote, reason.slice(0, 200) || 'done');
    return { state: 'suspended' };
  });
}

function hold({ registry, settings }: CosignContext, key: CosignKey): void {
  registry.change(key.id, { state: 'suspended' });
  registry.endSessions(key.id);
  settings.hooks?.keyEnded?.(key.id, 'suspended');
}

/** A key that is revoked signs no more: its share is overwritten, its certificate revoked. */
export function endKey(
  context: CosignContext,
  key: CosignKey,
  reason: 'superseded' | 'unspecified',
  why: string,
): void {
  const { registry, settings } = context;
  registry.change(key.id, { state: 'revoked', share: new Uint8Array(60), staged: null, pin: null, nextPin: null });
  registry.endSessions(key.id);
  if (key.certificate !== undefined) settings.uncertify(key.certificate, reason);
  context.log(key, 'admin revoke', 'administrator', why.slice(0, 200) || 'done');
  settings.hooks?.keyEnded?.(key.id, 'revoked');
}
