/** Login by certificate challenge: who can sign the challenge with a registered, valid signing certificate is that person. */
import { sm3, toHex } from '#core/crypto/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import { Certificate, verifySignatureValue } from '#core/pki/index.ts';
import type { Trust } from '../ca/trust.ts';
import type { Handlers } from '../http/app.ts';
import { Challenges, FailureLimit, loginText } from './challenges.ts';
import { signatureAlgorithm } from './algorithms.ts';
import type { Person, Persons } from './persons.ts';
import type { LoginSession, Sessions } from './sessions.ts';

export interface LoginRoom {
  readonly backendId: string;
  readonly persons: Persons;
  readonly sessions: Sessions;
  readonly trust: Trust;
  readonly clock: () => Date;
}

interface Answer {
  readonly challengeId: string;
  readonly certificate: string;
  readonly signature: string;
}

export function loginHandlers({ backendId, persons, sessions, trust, clock }: LoginRoom): Handlers {
  const challenges = new Challenges(clock);
  const limit = new FailureLimit(clock);

  const answer = async (given: Answer): Promise<{ token: string; person: Person; expiresAt: string }> => {
    const challenge = challenges.take(given.challengeId);
    const certificate = parseCertificate(given.certificate);
    const algorithm = signatureAlgorithm(certificate);
    const signed = loginText(backendId, challenge);
    const signature = Uint8Array.from(Buffer.from(given.signature, 'base64'));
    // The proof of possession comes first: to anybody without the key all certificates look alike.
    if (!verified(certificate, algorithm, signed, signature)) throw new YqError('LOGIN_SIGNATURE');
    await trust.requireSigner(certificate);
    const person = persons.byCertificate(certificate);
    if (person === undefined) throw new YqError('LOGIN_UNKNOWN_PERSON');
    const { token, expiresAt } = sessions.open(person, certificate);
    return { token, person, expiresAt: expiresAt.toISOString() };
  };

  return {
    startLogin: ({ remote }) => {
      limit.check(remote);
      const { challengeId, nonce, expiresAt } = challenges.issue();
      return { body: { challengeId, nonce, backendId, expiresAt: expiresAt.toISOString() } };
    },
    login: async ({ body, remote }) => {
      limit.check(remote);
      try {
        const session = await answer(body as Answer);
        limit.succeeded(remote);
        return { body: session };
      } catch (e) {
        limit.failed(remote);
        throw e;
      }
    },
    logout: ({ session }) => {
      sessions.end(required(session));
      return { status: 204 };
    },
    me: ({ session }) => ({ body: required(session).person }),
  };
}

/** The session that the guard of the operation has put there. */
export function required(session: LoginSession | undefined): LoginSession {
  if (session === undefined) throw new YqError('LOGIN_REQUIRED');
  return session;
}

function parseCertificate(base64: string): Certificate {
  try {
    return Certificate.parse(Uint8Array.from(Buffer.from(base64, 'base64')));
  } catch (e) {
    throw new YqError('LOGIN_CERTIFICATE', {
      params: { 'reason.zh': '无法解析', 'reason.en': 'it cannot be parsed' },
      cause: asYqError(e, 'PKI_PARSE'),
    });
  }
}

function verified(
  certificate: Certificate,
  algorithm: { oid: string; digestOid?: string },
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    return verifySignatureValue(certificate.publicKey, algorithm, signed, signature);
  } catch {
    return false; // a value that is not even well formed is no proof either
  }
}

export function appearanceHandler(persons: Persons): Handlers[string] {
  return ({ session }) => {
    const png = persons.appearance(required(session).person.id);
    if (png === undefined) throw new YqError('BACKEND_NOT_FOUND');
    return { type: 'image/png', headers: { etag: `"${toHex(sm3(png))}"` }, body: png };
  };
}
