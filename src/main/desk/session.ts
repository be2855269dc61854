/**
 * Who sits at the desk. Signing in proves possession of the key to the record service: token login, the service's challenge signed
 * with it, token logout. The PIN lives for the length of the call and nowhere else. A locked desk keeps its person and answers
 * nothing about patients until the same person enters the PIN again; another person's PIN ends the first one's session.
 */
import { YqError } from '#core/errors/index.ts';
import type { Certificate } from '#core/pki/index.ts';
import type { SessionView } from '#shared/models.ts';
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
  /** The record service has ended our session. */
  expired(): void;
}

export interface SessionHooks {
  /** `samePerson`: an unlock; what was open stays open. */
  readonly signedIn: (identity: Identity, samePerson: boolean) => void;
  readonly signedOut: () => void;
}

export function createSession(ports: DeskPorts, hooks: SessionHooks): Session {
  let identity: Identity | undefined;
  let locked = false;

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
  const forget = (): void => {
    identity = undefined;
    locked = false;
    hooks.signedOut();
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
    async signIn({ tokenId, keyId, pin }) {
      const { key, info } = await ports.tokens.find(tokenId, keyId);
      const reason = unusable(key, ports.now());
      if (reason) throw reason;
      const { certificate } = key;
      if (!certificate) throw new YqError('TOKEN_NOT_FOUND', { params: { token: info.label } });
      const session = await ports.tokens.withLogin(tokenId, pin, async (token) => {
        const signer = await ports.tokens.signer(token, key, pin);
        return ports.backend.login(certificate.der, (text) => signer.sign(text));
      });
      const samePerson = identity?.person.id === session.person.id;
      if (identity && !samePerson) forget();
      identity = {
        bearer: session.token,
        person: session.person,
        tokenId,
        tokenLabel: info.label,
        keyId,
        certificate,
      };
      locked = false;
      ports.redact.learn([session.person.name, session.token]);
      ports.log.write('info', 'signed in', { profile: info.profile });
      hooks.signedIn(identity, samePerson);
      return changed();
    },
    async signOut() {
      const bearer = identity?.bearer;
      forget();
      // The person has left whether or not the service can be told.
      if (bearer !== undefined) await ports.backend.logout(bearer).catch(() => undefined);
      return changed();
    },
    lock(cause) {
      if (!identity || locked) return view();
      locked = true;
      ports.log.write('info', 'locked', { cause });
      return changed();
    },
    expired() {
      if (!identity) return;
      forget();
      changed();
    },
  };
}
