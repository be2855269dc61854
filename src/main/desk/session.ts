/**
 * Who sits at the desk. Signing in proves possession of the key to the record service: token login, the service's challenge signed
 * with it, token logout. The PIN lives for the length of the call and nowhere else. A locked desk keeps its person and answers
 * nothing about patients until the same person enters the PIN again; another person's PIN ends the first one's session.
 */
import { asYqError, YqError } from '#core/errors/index.ts';
import type { Certificate } from '#core/pki/index.ts';
import type { Token } from '#core/token/types.ts';
import type { SessionView } from '#shared/models.ts';
import type { AuditLog, NotedFacts } from '../audit/audit-log.ts';
import { LOGIN_DIGEST } from '../phone/lists.ts';
import type { BackendSession } from './backend-client.ts';
import type { DeskPorts } from './ports.ts';
import { certificateView, unusable } from './views.ts';

export interface Identity {
  /** Bearer of the record service. */
  readonly bearer: string;
  readonly person: NonNullable<SessionView['person']>;
  readonly tokenId: string;
  readonly tokenLabel: string;
  readonly keyId: string;
  readonly certificate: Certificate;
}

export interface Session {
  view(): SessionView;
  /** Throws NOT_SIGNED_IN or DESK_LOCKED. */
  identity(): Identity;
  /** Like identity, but undefined instead of a throw; also while locked (the upload queue goes on). */
  peek(): Identity | undefined;
  isLocked(): boolean;
  signIn(input: { tokenId: string; keyId: string; pin: string }): Promise<SessionView>;
  signOut(): Promise<SessionView>;
  lock(cause: string): SessionView;
  /** The record service has ended a session; nothing happens when it is not the present one. */
  expired(bearer: string): void;
}

export interface SessionHooks {
  /** `samePerson`: an unlock; what was open stays open. */
  readonly signedIn: (identity: Identity, samePerson: boolean) => void;
  /** `next`: the token of who takes his place. */
  readonly signedOut: (next?: string) => void;
  /** Locked while the sign-in was still under way: the desk locks as it would have. */
  readonly lockAgain: () => void;
}

/** Why a session ended. */
type End = 'sign-out' | 'other person' | 'expired';

export function createSession(ports: DeskPorts, hooks: SessionHooks, audit: Pick<AuditLog, 'note'>): Session {
  let identity: Identity | undefined;
  let locked = false;
  /** How often the desk was told to lock, whether or not anybody was signed in. */
  let locks = 0;
  /** Leaving and locking happen whether or not they can be noted: a full disk must not keep a desk open. */
  const noteAfter = (facts: NotedFacts): void => {
    try {
      audit.note(facts);
    } catch (e) {
      ports.log.error('audit', e);
    }
  };

  const view = (): SessionView => ({
    state: !identity ? 'signed-out' : locked ? 'locked' : 'signed-in',
    person: identity?.person ?? null,
    tokenId: identity?.tokenId ?? null,
    tokenLabel: identity?.tokenLabel ?? null,
    keyId: identity?.keyId ?? null,
    certificate: identity ? certificateView(identity.certificate, ports.now()) : null,
  });
  const changed = (): SessionView => {
    const v = view();
    ports.tell('session:changed', v);
    return v;
  };
  const forget = (end: End, next?: string): void => {
    if (identity) {
      noteAfter({ act: 'sign-out', certificate: identity.certificate.serial, subject: end, result: 'done' });
    }
    identity = undefined;
    locked = false;
    hooks.signedOut(next);
  };

  let attempts: Promise<unknown> = Promise.resolve();
  const signIn: Session['signIn'] = async ({ tokenId, keyId, pin }) => {
    const locksBefore = locks;
    const { key, info } = await ports.tokens.find(tokenId, keyId);
    const reason = unusable(key, ports.now());
    if (reason) throw reason;
    const { certificate } = key;
    if (!certificate) throw new YqError('TOKEN_NOT_FOUND', { params: { token: info.label } });
    const told = { act: 'sign-in', certificate: certificate.serial };
    // Before the PIN is used: where nothing can be noted, nothing is done.
    audit.note({ ...told, who: '', subject: tokenId, result: 'begun' });
    const login = async (token: Token): Promise<BackendSession> => {
      const signer = await ports.tokens.signer(token, key, pin);
      return ports.backend.login(certificate.der, (text) => signer.sign(text));
    };
    const session = await ports.tokens.withLogin(tokenId, pin, login, LOGIN_DIGEST).catch((e: unknown) => {
      const { code } = asYqError(e, 'INTERNAL');
      noteAfter({ ...told, who: '', subject: tokenId, result: 'failed', code });
      throw e;
    });
    const former = identity;
    const samePerson = former?.person.id === session.person.id;
    if (!samePerson) forget('other person', tokenId);
    // Learnt before anything can be logged of him.
    ports.redact.learn([session.person.name, session.token]);
    identity = {
      bearer: session.token,
      person: session.person,
      tokenId,
      tokenLabel: info.label,
      keyId,
      certificate,
    };
    locked = false;
    noteAfter({ ...told, subject: samePerson ? 'unlock' : tokenId, result: 'done' });
    ports.log.write('info', 'signed in', { profile: info.profile });
    hooks.signedIn(identity, samePerson);
    // Whoever was replaced has left as if he had signed out: his bearer is worth nothing from now on.
    if (former && !samePerson) void ports.backend.logout(former.bearer).catch(() => undefined);
    // The screen was locked, or the key pulled, while the key and the service were being asked.
    if (locks !== locksBefore) hooks.lockAgain();
    return changed();
  };

  return {
    view,
    identity() {
      if (!identity) throw new YqError('NOT_SIGNED_IN');
      if (locked) throw new YqError('DESK_LOCKED');
      return identity;
    },
    peek: () => identity,
    isLocked: () => locked,
    signIn(input) {
      // One after the other: what a second attempt replaces must be there first.
      const turn = attempts.then(() => signIn(input));
      attempts = turn.catch(() => undefined);
      return turn;
    },
    async signOut() {
      const bearer = identity?.bearer;
      forget('sign-out');
      // The person has left whether or not the service can be told.
      if (bearer !== undefined) await ports.backend.logout(bearer).catch(() => undefined);
      return changed();
    },
    lock(cause) {
      locks++;
      if (!identity || locked) return view();
      locked = true;
      noteAfter({ act: 'lock', subject: cause, result: 'done' });
      ports.log.write('info', 'locked', { cause });
      return changed();
    },
    expired(bearer) {
      if (identity?.bearer !== bearer) return;
      forget('expired');
      changed();
    },
  };
}
