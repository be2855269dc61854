/** The seals this backend keeps, and whose they are: a person's are those that list one of the certificates registered for him. */
import { sm3 } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { parseSeal, type Seal } from '#core/seal/index.ts';
import type { Handlers } from '../http/app.ts';
import { bytes, type Store } from '../store/database.ts';

/** Kept seals do not change; a seal issued anew takes the place of the one with its number. */
export class Seals {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws YqError SEAL_FORMAT, SEAL_LIMIT, SEAL_UNSUPPORTED */
  put(der: Uint8Array): Seal {
    const seal = parseSeal(der);
    this.#store.transaction(() => {
      this.#store.run('DELETE FROM seal_holders WHERE seal = ?', seal.id);
      this.#store.run('INSERT OR REPLACE INTO seals (id, seal) VALUES (?, ?)', seal.id, seal.der);
      for (const digest of holderDigests(seal)) {
        this.#store.run('INSERT OR IGNORE INTO seal_holders (seal, certificate_sm3) VALUES (?, ?)', seal.id, digest);
      }
    });
    return seal;
  }

  /** By esID. */
  get(id: string): Seal | undefined {
    const row = this.#store.get('SELECT seal FROM seals WHERE id = ?', id);
    return row === undefined ? undefined : parseSeal(bytes(row, 'seal'));
  }

  /** Seals that list any of these certificates (DER), by number. */
  listing(certificates: readonly Uint8Array[]): Seal[] {
    const found = new Map<string, Seal>();
    for (const certificate of certificates) {
      const rows = this.#store.all(
        'SELECT s.seal FROM seal_holders h JOIN seals s ON s.id = h.seal WHERE h.certificate_sm3 = ?',
        sm3(certificate),
      );
      for (const row of rows) {
        const seal = parseSeal(bytes(row, 'seal'));
        found.set(seal.id, seal);
      }
    }
    return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

function holderDigests({ signers }: Seal): Uint8Array[] {
  return signers.kind === 'certificates'
    ? signers.certificates.map((c) => sm3(c))
    : signers.digests.map((d) => d.value);
}

/** `GET /seals`: those that list the certificate that signed in, or another one of the same person. */
export function sealsHandler(seals: Seals, persons: { certificates(id: string): Uint8Array[] }): Handlers[string] {
  return ({ session }) => {
    if (session === undefined) throw new YqError('LOGIN_REQUIRED');
    const listed = seals.listing(persons.certificates(session.person.id));
    return {
      body: {
        seals: listed.map((seal) => ({
          id: seal.id,
          name: seal.name,
          seal: Buffer.from(seal.der).toString('base64'),
        })),
      },
    };
  };
}
