/** The desk's side of a request: it asks, follows, hands messages over, ends. Its secret, not the id of the code, lets it do so. */
import { equalBytes, randomBytes, sm3, toHex } from '#core/crypto/index.ts';
import { YqError, type ErrorCode } from '#core/errors/index.ts';
import { PHONE_LOGIN_DIGEST, type PhoneRow, type PhoneState } from '#core/token/index.ts';
import { RateLimit } from '../cosign/limits.ts';
import { CODE_MS, digestOf, type PhoneLife } from './life.ts';
import type { HandedIn, StoredRequest } from './register.ts';

/** Logins of one source: nobody has said yet who he is. */
const PER_SOURCE = { burst: 100, perSecond: 5 };
/** Lists of one person. */
const PER_PERSON = { burst: 60, perSecond: 1 };
/** Values in one view; the next ones come when these were taken. */
const MAX_VALUES = 500;

export interface Asked {
  readonly id: string;
  readonly secret: string;
  readonly expiresAt: string;
  /** Of the page, for the QR code. */
  readonly path: string;
}

export interface List {
  readonly desk: string;
  readonly rows: readonly PhoneRow[];
  readonly listDigest: string;
  readonly signatures: number;
  readonly seals: boolean;
}

export interface DeskMessage {
  readonly n: number;
  readonly row: number;
  /** Base64. */
  readonly message: string;
}

export interface PhoneView {
  readonly id: string;
  readonly kind: 'login' | 'sign';
  readonly state: PhoneState;
  readonly check: string | null;
  readonly reason: string | null;
  readonly key: {
    readonly keyId: string;
    readonly certificate: string;
    readonly chain: readonly string[];
    readonly person: { readonly id: string; readonly name: string; readonly department: string };
  } | null;
  readonly approval: string | null;
  readonly backendId: string;
  readonly signatures: readonly (
    { readonly n: number; readonly signature: string } | { readonly n: number; readonly failed: string }
  )[];
  readonly expiresAt: string;
}

/** Why nothing can be handed over any more. */
const ENDS: Readonly<Partial<Record<PhoneState, ErrorCode>>> = {
  refused: 'PHONE_REFUSED',
  expired: 'PHONE_EXPIRED',
  lost: 'PHONE_LOST',
  cancelled: 'PHONE_OVER',
  done: 'PHONE_OVER',
};

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

export class PhoneDesk {
  readonly #life: PhoneLife;
  readonly #perSource: RateLimit;
  readonly #perPerson: RateLimit;

  constructor(life: PhoneLife) {
    this.#life = life;
    this.#perSource = new RateLimit(PER_SOURCE, life.parts.clock);
    this.#perPerson = new RateLimit(PER_PERSON, life.parts.clock);
  }

  /** @throws YqError COSIGN_TOO_MANY */
  askLogin(desk: string, remote: string): Asked {
    this.#perSource.take(remote);
    return this.#ask({
      kind: 'login',
      personId: undefined,
      remote,
      desk,
      rows: [],
      listDigest: PHONE_LOGIN_DIGEST,
      signatures: 1,
      seals: false,
    });
  }

  /** @throws YqError COSIGN_TOO_MANY */
  askList(list: List, personId: string, remote: string): Asked {
    this.#perPerson.take(personId);
    return this.#ask({ ...list, kind: 'sign', personId, remote });
  }

  #ask(asked: List & { kind: 'login' | 'sign'; personId: string | undefined; remote: string }): Asked {
    const life = this.#life;
    life.sweep();
    const id = Buffer.from(randomBytes(16)).toString('base64url');
    const secret = Buffer.from(randomBytes(32)).toString('base64url');
    const expiresAt = life.after(CODE_MS);
    const listDigest = asked.listDigest.toUpperCase();
    life.parts.register.add({ ...asked, listDigest, id, secretSm3: digestOf(secret), createdAt: life.now, expiresAt });
    return { id, secret, expiresAt, path: `/phone/#s=${id}` };
  }

  /** @throws YqError PHONE_OTHER_DESK, for an unknown id too */
  require(id: string, secret: string | undefined): StoredRequest {
    const found = this.#life.find(id);
    if (found === undefined || secret === undefined || !equalHex(found.secretSm3, digestOf(secret))) {
      throw new YqError('PHONE_OTHER_DESK');
    }
    return found;
  }

  view(r: StoredRequest): PhoneView {
    const { register, backendId } = this.#life.parts;
    return {
      id: r.id,
      kind: r.kind,
      state: r.state,
      check: r.check,
      reason: r.reason,
      key: r.approval === undefined ? null : this.#keyOf(r),
      approval: r.approval === undefined ? null : base64(r.approval),
      backendId,
      signatures: register.values(r.id, MAX_VALUES).map(valueOf),
      expiresAt: r.expiresAt,
    };
  }

  #keyOf({ key: keyId = '' }: StoredRequest): PhoneView['key'] {
    const { keys, person: personOf, chain } = this.#life.parts;
    const key = keys.find(keyId);
    const person = personOf(key?.personId ?? '');
    if (key?.certificate === undefined || person === undefined) return null;
    const { id, name, department } = person;
    return { keyId, certificate: base64(key.certificate), chain: chain.map(base64), person: { id, name, department } };
  }

  /**
   * Takes notice of what the desk has and keeps what it wants to have signed; the same message under the same number again is no harm.
   * @throws YqError PHONE_LIMIT; PHONE_REFUSED, PHONE_EXPIRED, PHONE_LOST, PHONE_OVER where the request has ended; BACKEND_REQUEST
   */
  handOver(
    id: string,
    secret: string | undefined,
    messages: readonly DeskMessage[],
    taken: readonly number[],
  ): PhoneView {
    const { register, watch } = this.#life.parts;
    this.require(id, secret);
    register.transaction(() => {
      if (taken.map((n) => register.take(id, n)).includes(true)) register.changed(id);
      if (messages.length === 0) return;
      const r = this.require(id, secret);
      if (r.state !== 'approved') {
        const code = ENDS[r.state];
        throw code === undefined ? unfit(`${r.state}: nothing is approved`) : new YqError(code);
      }
      for (const given of messages) this.#keep(r, given);
      if (register.messageCount(id) > r.signatures) throw new YqError('PHONE_LIMIT');
    });
    watch.changed(id);
    return this.view(this.require(id, secret));
  }

  #keep(r: StoredRequest, { n, row, message }: DeskMessage): void {
    const { register } = this.#life.parts;
    const bytes = new Uint8Array(Buffer.from(message, 'base64'));
    if (row >= Math.max(1, r.count)) throw unfit(`row ${row} of ${r.count}`);
    const before = register.message(r.id, n);
    if (before === undefined) register.addMessage(r.id, n, row, bytes);
    else if (before.messageSm3 !== toHex(sm3(bytes))) throw unfit(`another message under the number ${n}`);
  }

  /** Done when it was approved, else cancelled. What has ended stays as it ended. */
  end(id: string, secret: string | undefined): void {
    const r = this.require(id, secret);
    if (r.state === 'approved') this.#life.end(r, 'done', null);
    // Approved by the phone in this very moment (by way of another process): it is done all the same.
    else if (r.state in ENDS || this.#life.end(r, 'cancelled', 'PHONE_OVER')) return;
    else this.end(id, secret);
  }
}

const unfit = (where: string): YqError => new YqError('BACKEND_REQUEST', { params: { where } });
const equalHex = (a: string, b: string): boolean => equalBytes(Buffer.from(a), Buffer.from(b));
const valueOf = (value: HandedIn): PhoneView['signatures'][number] =>
  'signature' in value ? { n: value.n, signature: base64(value.signature) } : value;
