/** Bearer sessions. The token is 32 random bytes; the store knows its SM3 alone. */
import { randomBytes, sm3, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { Certificate } from '#core/pki/index.ts';
import { bytes, text, type Store } from '../store/database.ts';
import type { Person, Persons } from './persons.ts';

/** Twelve hours: one shift. */
const SESSION_MS = 12 * 60 * 60 * 1000;

export interface LoginSession {
  readonly person: Person;
  /** The certificate that signed in: issuer as DER, serial as upper case hex. */
  readonly issuer: Uint8Array;
  readonly serial: string;
  readonly key: string;
}

export class Sessions {
  readonly #store: Store;
  readonly #persons: Persons;
  readonly #clock: () => Date;

  constructor(store: Store, persons: Persons, clock: () => Date) {
    this.#store = store;
    this.#persons = persons;
    this.#clock = clock;
  }

  open(person: Person, certificate: Certificate): { token: string; expiresAt: Date } {
    const token = Buffer.from(randomBytes(32)).toString('base64url');
    const expiresAt = new Date(this.#clock().getTime() + SESSION_MS);
    this.#store.transaction(() => {
      this.#store.run('DELETE FROM sessions WHERE expires_at <= ?', this.#clock().toISOString());
      this.#store.run(
        'INSERT INTO sessions (token_sm3, person, issuer, serial, expires_at) VALUES (?, ?, ?, ?, ?)',
        keyOf(token),
        person.id,
        certificate.issuerDer,
        certificate.serial,
        expiresAt.toISOString(),
      );
    });
    return { token, expiresAt };
  }

  /** Throws LOGIN_REQUIRED when the token is unknown or its session has ended. */
  require(token: string | undefined): LoginSession {
    if (token === undefined) throw new YqError('LOGIN_REQUIRED');
    const key = keyOf(token);
    const row = this.#store.get(
      'SELECT person, issuer, serial FROM sessions WHERE token_sm3 = ? AND expires_at > ?',
      key,
      this.#clock().toISOString(),
    );
    const person = row === undefined ? undefined : this.#persons.get(text(row, 'person'));
    if (row === undefined || person === undefined) throw new YqError('LOGIN_REQUIRED');
    return { person, issuer: bytes(row, 'issuer'), serial: text(row, 'serial'), key };
  }

  end(session: LoginSession): void {
    this.#store.run('DELETE FROM sessions WHERE token_sm3 = ?', session.key);
  }

  /** Ends every session of a certificate, e.g. because it was revoked. */
  endByCertificate(issuer: Uint8Array, serial: string): void {
    this.#store.run('DELETE FROM sessions WHERE issuer = ? AND serial = ?', issuer, serial);
  }
}

const keyOf = (token: string): string => toHex(sm3(Buffer.from(token, 'utf8')));
