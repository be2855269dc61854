/**
 * The server's side of signing by two parties: who may ask, how often, and what is answered once. The letters are the rows of the table of
 * attacks in docs/design/020. Everything a device sends is signed by its key over exactly the bytes that are parsed; what is wrong with a
 * request that no honest device makes is told as COSIGN_REFUSED and nothing else.
 */
import type { z } from 'zod';
import {
  equalBytes,
  hmacSm3,
  jointPublicKey,
  makeShare,
  proveShare,
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
  verifyShareProof,
  wipe,
} from '#core/crypto/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import { verifyCertificateRequest, type Certificate } from '#core/pki/index.ts';
import {
  cosignBegin,
  cosignCommitment,
  cosignEnvelope,
  cosignPayloads,
  cosignProofContext,
  cosignRefreshSeed,
  cosignTestMessage,
  cosignToWire,
  isCosignSealedBy,
  normalCode,
  type CosignOperation,
  type CosignPayload,
} from '#core/token/index.ts';
import type { Person } from '../login/persons.ts';
import { kindOfMessage } from './message-kind.ts';
import { RateLimit } from './limits.ts';
import type { CosignKey, CosignRegistry } from './registry.ts';
import type { ShareVault } from './share-vault.ts';

export interface CosignSettings {
  readonly registry: CosignRegistry;
  /** Opened at the first use. */
  readonly vault: () => Promise<ShareVault>;
  readonly clock: () => Date;
  readonly person: (id: string) => Person | undefined;
  /** Issues, registers and gives the certificate. */
  readonly certify: (csr: Uint8Array, person: Person) => Promise<Certificate>;
  /** Revokes the certificate of a key that has ended, and ends what was opened with it. */
  readonly uncertify: (certificate: Uint8Array, reason: 'superseded' | 'unspecified') => void;
  readonly chain: readonly Certificate[];
}

export const MAX_TRIES = 5;
const CODE_MINUTES = 15;
/** A device's clock may differ by so much. */
const CLOCK_MS = 5 * 60_000;
const SESSION_MS = 15 * 60_000;
/** An answer is given again for so long (rule C). */
const ANSWER_MS = 60_000;
const PER_KEY = { burst: 1_000, perSecond: 100 };
const PER_SOURCE = { burst: 4_000, perSecond: 1_000 };
/** Requests remembered so that none is taken twice. */
const MAX_REMEMBERED = 50_000;

const refused = (detail: string): YqError => new YqError('COSIGN_REFUSED', { detail });
const label = (text: string): Uint8Array => new TextEncoder().encode(text);

export class Cosign {
  readonly #s: CosignSettings;
  readonly #perKey: RateLimit;
  readonly #perSource: RateLimit;
  readonly #seen = new Map<string, number>();
  readonly #certifying = new Map<string, Promise<Uint8Array>>();
  #opened: ShareVault | undefined;

  constructor(settings: CosignSettings) {
    this.#s = settings;
    this.#perKey = new RateLimit(PER_KEY, settings.clock);
    this.#perSource = new RateLimit(PER_SOURCE, settings.clock);
  }

  async #openVault(): Promise<ShareVault> {
    this.#opened ??= await this.#s.vault();
    return this.#opened;
  }
  get #vault(): ShareVault {
    if (this.#opened === undefined) throw new YqError('BACKEND_INTERNAL', { detail: 'vault' });
    return this.#opened;
  }

  get #now(): string {
    return this.#s.clock().toISOString();
  }

  /** A one-time code for this person; `replaces` names a key of his that ends when the new one is made (a move). 12 characters without those that look alike, 60 bits. */
  makeCode(personId: string, madeBy: string, replaces?: string): { code: string; expiresAt: string } {
    if (this.#s.person(personId) === undefined) throw new YqError('LOGIN_UNKNOWN_PERSON');
    if (replaces !== undefined && this.#s.registry.find(replaces)?.personId !== personId) {
      throw new YqError('BACKEND_NOT_FOUND');
    }
    const code = Array.from(randomBytes(12), (b) => CODE_LETTERS[b & 31]).join('');
    const expiresAt = new Date(this.#s.clock().getTime() + CODE_MINUTES * 60_000).toISOString();
    this.#s.registry.addCode(codeDigest(code), personId, madeBy, expiresAt, replaces);
    return { code, expiresAt };
  }

  /** First message of a new key: the device commits to its point before it sees the server's (F). */
  async begin(body: unknown, remote: string): Promise<unknown> {
    this.#perSource.take(remote);
    const { payload, signature } = parse(cosignEnvelope, body);
    const given = parse(cosignBegin, json(payload));
    if (!isCosignSealedBy(given.device, payload, signature)) throw refused('device signature');
    this.#fresh(given);
    const { registry } = this.#s;
    const vault = await this.#openVault();
    const code = codeDigest(given.code);
    const person = this.#s.person(registry.codePerson(code, this.#now) ?? '');
    if (person === undefined) throw new YqError('COSIGN_CODE');
    const key = registry.transaction(() => {
      const pending = registry.ofCode(code);
      const isSame =
        pending !== undefined &&
        equalBytes(pending.devicePublicKey, given.device) &&
        equalBytes(pending.commitment, given.commitment);
      if (isSame) return pending;
      if (pending !== undefined) registry.drop(pending.id);
      const { share, point } = makeShare();
      const helpKey = randomBytes(32);
      const id = Buffer.from(randomBytes(16)).toString('base64url');
      registry.add({
        id,
        personId: person.id,
        state: 'pending',
        epoch: 1,
        share: vault.seal(share, `${id} share 1`),
        helpKey: vault.seal(helpKey, `${id} help`),
        tries: MAX_TRIES,
        devicePublicKey: given.device,
        deviceName: given.deviceName,
        serverPoint: point,
        commitment: given.commitment,
        code,
        createdAt: this.#now,
      });
      wipe(share, helpKey);
      return this.#require(id);
    });
    this.#log(key, 'begin', remote, 'done');
    const context = cosignProofContext('server', { ...boundTo(key), other: key.commitment });
    const proof = this.#withShare(key, (share) => proveShare({ share, point: key.serverPoint }, context));
    const { id, name, department } = person;
    return cosignToWire({ keyId: key.id, point: key.serverPoint, proof, person: { id, name, department } });
  }

  /** Every other message. The answer, ready for the wire. */
  async answer(op: CosignOperation, keyId: string, body: unknown, remote: string): Promise<unknown> {
    this.#perSource.take(remote);
    const { payload, signature } = parse(cosignEnvelope, body);
    await this.#openVault();
    const key = this.#s.registry.find(keyId);
    // A key that is not there is answered as a device that is not the right one.
    if (key === undefined || !isCosignSealedBy(key.devicePublicKey, payload, signature)) throw refused('device');
    const given: CosignPayload<CosignOperation> = parse(schemaOf(op), json(payload));
    if (given.keyId !== keyId) throw refused('key');
    // A list that is asked for again is answered with the stored bytes; every other request is taken once.
    if (op === 'sign') this.#inTime(given.time);
    else this.#fresh(given);
    this.#perKey.take(keyId);
    if (key.state === 'revoked') throw new YqError('COSIGN_REVOKED');
    try {
      const answer = await this.#dispatch(key, given, remote);
      if (op !== 'sign' && op !== 'state') this.#log(this.#require(keyId), op, remote, 'done');
      return cosignToWire(answer);
    } catch (e) {
      this.#log(key, op, remote, asYqError(e, 'BACKEND_INTERNAL').code);
      throw e;
    }
  }

  #dispatch(key: CosignKey, given: CosignPayload<CosignOperation>, remote: string): unknown {
    switch (given.op) {
      case 'open':
        return this.#open(key, given);
      case 'certificate':
        return this.#certificate(key, given);
      case 'unlock':
        return this.#unlock(key, given);
      case 'sign':
        return this.#sign(key, given, remote);
      case 'changePin':
        return this.#changePin(key, given);
      case 'refreshBegin':
        return this.#refreshBegin(key, given);
      case 'refreshOpen':
        return this.#refreshOpen(key, given);
      case 'refreshTest':
        return this.#refreshTest(key, given);
      case 'refreshCommit':
        return this.#refreshCommit(key, given);
      case 'refreshDone':
        this.#session(key, given.session);
        return { epoch: key.epoch };
      case 'state':
        return { state: key.state, epoch: key.epoch, triesLeft: key.tries };
      case 'suspend':
        this.#s.registry.transaction(() => {
          if (key.state === 'active' || key.state === 'locked') this.#s.registry.change(key.id, { state: 'suspended' });
          this.#s.registry.endSessions(key.id);
        });
        return { state: this.#require(key.id).state };
    }
  }

  /** The commitment is opened, knowledge proven, the joint key made (E, F). */
  #open(key: CosignKey, given: CosignPayload<'open'>): unknown {
    const { registry } = this.#s;
    const context = cosignProofContext('client', { ...boundTo(key), other: key.serverPoint });
    if (
      key.state !== 'pending' ||
      !equalBytes(cosignCommitment('point', given.blind, given.point), key.commitment) ||
      !verifyShareProof(given.point, given.proof, context)
    ) {
      throw refused('open');
    }
    const publicKey = this.#withShare(key, (share) => jointPublicKey(share, given.point));
    if (publicKey === undefined) throw refused('joint key');
    return registry.transaction(() => {
      registry.change(key.id, { publicKey, pin: this.#pinMark(key, given.pin) });
      return { publicKey, epoch: key.epoch, help: this.#help(key, given.pin), session: this.#openSession(key) };
    });
  }

  /** Issues on a request that both sides have signed; asked again, it gives the same certificate. */
  async #certificate(key: CosignKey, given: CosignPayload<'certificate'>): Promise<unknown> {
    let der = key.certificate;
    if (der === undefined) {
      // Asked twice at the same time, one certificate is issued.
      const issuing = this.#certifying.get(key.id) ?? this.#issue(key, given.csr);
      this.#certifying.set(key.id, issuing);
      der = await issuing.finally(() => this.#certifying.delete(key.id));
    }
    return { certificate: der, chain: this.#s.chain.map((c) => c.der) };
  }

  async #issue(key: CosignKey, csr: Uint8Array): Promise<Uint8Array> {
    const { registry } = this.#s;
    const person = this.#s.person(key.personId);
    const request = readRequest(csr);
    const isOurs = key.publicKey !== undefined && equalBytes(request, key.publicKey);
    if (key.state !== 'pending' || !isOurs || person === undefined) throw refused('request');
    const { der } = await this.#s.certify(csr, person);
    registry.transaction(() => {
      registry.change(key.id, { state: 'active', certificate: der });
      registry.useCode(key.code, this.#now);
      const replaced = registry.replacedBy(key.code);
      const before = replaced === undefined ? undefined : registry.find(replaced);
      if (before !== undefined && before.state !== 'revoked') this.#end(before, 'superseded', key.id);
    });
    return der;
  }

  /** The PIN is judged here and nowhere else; the try is counted before the answer leaves (G). */
  #unlock(key: CosignKey, { pin }: CosignPayload<'unlock'>): unknown {
    this.#judgePin(key, pin);
    const { registry } = this.#s;
    return registry.transaction(() => {
      const expiresAt = new Date(this.#s.clock().getTime() + SESSION_MS).toISOString();
      return { help: this.#help(key, pin), session: this.#openSession(key), expiresAt, epoch: key.epoch };
    });
  }

  #judgePin(key: CosignKey, pin: Uint8Array): void {
    if (key.state === 'locked') throw new YqError('COSIGN_LOCKED');
    if (key.state === 'suspended') throw new YqError('COSIGN_SUSPENDED');
    if (key.state !== 'active' && key.state !== 'pending') throw refused(key.state);
    const mark = this.#pinMark(key, pin);
    const isPresent = key.pin !== undefined && equalBytes(mark, key.pin);
    const isNext = key.nextPin !== undefined && equalBytes(mark, key.nextPin);
    const { registry } = this.#s;
    if (isPresent || isNext) {
      registry.change(key.id, { tries: MAX_TRIES, ...(isNext && { pin: key.nextPin ?? null, nextPin: null }) });
      return;
    }
    const tries = Math.max(0, key.tries - 1);
    registry.transaction(() => {
      registry.change(key.id, { tries, ...(tries === 0 && { state: 'locked' }) });
      if (tries === 0) registry.endSessions(key.id);
    });
    throw tries === 0 ? new YqError('COSIGN_LOCKED') : new YqError('COSIGN_PIN', { params: { left: tries } });
  }

  /**
   * One transaction: all of a list or nothing. e is made here from the message (G, H) and comes with Q1 in the same request, before anything of
   * the server's numbers is seen (D). A number is answered once (C), a point serves once (B), points are checked (E), an old epoch is refused (I).
   */
  #sign(key: CosignKey, { session, epoch, items }: CosignPayload<'sign'>, remote: string): unknown {
    this.#session(key, session);
    if (key.state === 'suspended') throw new YqError('COSIGN_SUSPENDED');
    if (key.state === 'locked') throw new YqError('COSIGN_LOCKED');
    const { publicKey } = key;
    if (publicKey === undefined || (key.state !== 'active' && key.state !== 'pending')) throw refused(key.state);
    if (epoch !== key.epoch) throw new YqError('COSIGN_EPOCH');
    if (new Set(items.map(({ id }) => id)).size !== items.length) throw refused('numbers');
    if (items.length > 1) this.#perKey.take(key.id, items.length - 1);
    const { registry } = this.#s;
    const now = this.#now;
    return registry.transaction(() => {
      registry.forgetAnswers(new Date(this.#s.clock().getTime() - ANSWER_MS).toISOString());
      return this.#withShare(key, (d2) => ({
        parts: items.map(({ id, q1, message }) => {
          const question = toHex(sm3(q1, message));
          const before = registry.answer(key.id, id);
          if (before !== undefined) {
            if (before.question !== question || before.answer === null) throw refused('number used');
            return JSON.parse(before.answer) as unknown;
          }
          const kind = kindOfMessage(message, publicKey);
          // Before there is a certificate the key signs the request for it and nothing else.
          if (key.state === 'pending' && kind !== 'request') throw refused('not yet');
          if (!registry.addPoint(key.id, toHex(sm3(q1)))) throw refused('point used');
          const e = sm2Digest(publicKey, message);
          const part = serverPart(d2, e, q1);
          if (part === undefined) throw refused('point');
          const answer = cosignToWire({ id, ...part });
          registry.addAnswer(key.id, id, question, JSON.stringify(answer), now);
          const traced = { messageSm3: toHex(sm3(message)), e: toHex(e), r: toHex(part.r) };
          this.#log(key, `sign ${kind}`, remote, 'done', traced);
          return answer;
        }),
      }));
    });
  }

  #changePin(key: CosignKey, { session, pin, newPin }: CosignPayload<'changePin'>): unknown {
    this.#session(key, session);
    this.#judgePin(key, pin);
    this.#s.registry.change(key.id, { nextPin: this.#pinMark(key, newPin) });
    return { help: this.#help(key, newPin) };
  }

  /** Coin toss for t: the device is committed, then the server contributes, then the device opens. Neither chooses. */
  #refreshBegin(key: CosignKey, { session, epoch, commitment }: CosignPayload<'refreshBegin'>): unknown {
    this.#session(key, session);
    if (key.state !== 'active') throw refused(key.state);
    if (epoch !== key.epoch) throw new YqError('COSIGN_EPOCH');
    const mine = randomBytes(32);
    this.#s.registry.change(key.id, {
      refreshCommitment: commitment,
      refreshMine: this.#vault.seal(mine, `${key.id} toss`),
      refreshChallenge: randomBytes(32),
      staged: null,
      nextPin: null,
    });
    return { t: mine };
  }

  #refreshOpen(key: CosignKey, { session, t: theirs, blind }: CosignPayload<'refreshOpen'>): unknown {
    this.#session(key, session);
    const { refresh } = key;
    if (refresh === undefined || !equalBytes(cosignCommitment('refresh', blind, theirs), refresh.commitment)) {
      throw refused('toss');
    }
    const epoch = key.epoch + 1;
    const mine = this.#vault.open(refresh.mine, `${key.id} toss`);
    const t = toScalar(cosignRefreshSeed(theirs, mine, key.id, epoch));
    wipe(mine);
    if (t === undefined) throw refused('toss');
    const serverPoint = refreshedServerPoint(key.serverPoint, t);
    const fresh = this.#withShare(key, (d2) => refreshShare(d2, t, 'server'));
    wipe(t);
    if (fresh === undefined || serverPoint === undefined || !equalBytes(fresh.point, serverPoint))
      throw refused('toss');
    this.#s.registry.change(key.id, { staged: this.#vault.seal(fresh.share, `${key.id} share ${epoch}`) });
    wipe(fresh.share);
    return { challenge: refresh.challenge, epoch };
  }

  #refreshTest(key: CosignKey, { session, q1 }: CosignPayload<'refreshTest'>): unknown {
    this.#session(key, session);
    const { staged, refresh, publicKey } = key;
    if (staged === undefined || refresh === undefined || publicKey === undefined) throw refused('stage');
    if (!this.#s.registry.addPoint(key.id, toHex(sm3(q1)))) throw refused('point used');
    const share = this.#vault.open(staged, `${key.id} share ${key.epoch + 1}`);
    const e = sm2Digest(publicKey, cosignTestMessage(key.id, key.epoch + 1, refresh.challenge));
    const part = serverPart(share, e, q1);
    wipe(share);
    if (part === undefined) throw refused('point');
    return part;
  }

  /** The new shares have signed: they hold from now on, and the old one is overwritten (SQLite's secure_delete). */
  #refreshCommit(key: CosignKey, { session, signature }: CosignPayload<'refreshCommit'>): unknown {
    this.#session(key, session);
    const { staged, refresh, publicKey } = key;
    if (staged === undefined || refresh === undefined || publicKey === undefined) throw refused('stage');
    const epoch = key.epoch + 1;
    const e = sm2Digest(publicKey, cosignTestMessage(key.id, epoch, refresh.challenge));
    if (!sm2Verify(publicKey, e, signature)) throw refused('test signature');
    const share = this.#vault.open(staged, `${key.id} share ${epoch}`);
    const point = sharePoint(share);
    wipe(share);
    if (point === undefined) throw refused('stage');
    this.#s.registry.change(key.id, {
      share: staged,
      serverPoint: point,
      epoch,
      staged: null,
      refreshCommitment: null,
      refreshMine: null,
      refreshChallenge: null,
    });
    return { epoch };
  }

  /** What the administrator does to a key; every act stands in the log with his reason. */
  administer(keyId: string, act: 'unlock' | 'suspend' | 'resume' | 'revoke', reason: string): { state: string } {
    const { registry } = this.#s;
    const key = registry.find(keyId);
    if (key === undefined) throw new YqError('BACKEND_NOT_FOUND');
    if (key.state === 'revoked' || key.state === 'pending') throw new YqError('COSIGN_REVOKED');
    registry.transaction(() => {
      if (act === 'revoke') {
        this.#end(key, 'unspecified', reason);
        return;
      }
      if (act === 'suspend') {
        registry.change(keyId, { state: 'suspended' });
        registry.endSessions(keyId);
      } else if (act === 'unlock') {
        registry.change(keyId, { tries: MAX_TRIES, ...(key.state === 'locked' && { state: 'active' }) });
      } else if (key.state === 'suspended') {
        // What was locked before it was suspended is locked again.
        registry.change(keyId, { state: key.tries === 0 ? 'locked' : 'active' });
      }
      this.#log(key, `admin ${act}`, 'administrator', reason.slice(0, 200) || 'done');
    });
    return { state: this.#require(keyId).state };
  }

  /** A key that is revoked signs no more: its share is overwritten, its certificate revoked. */
  #end(key: CosignKey, reason: 'superseded' | 'unspecified', why: string): void {
    const { registry } = this.#s;
    registry.change(key.id, { state: 'revoked', share: new Uint8Array(60), staged: null, pin: null, nextPin: null });
    registry.endSessions(key.id);
    if (key.certificate !== undefined) this.#s.uncertify(key.certificate, reason);
    this.#log(key, 'admin revoke', 'administrator', why.slice(0, 200) || 'done');
  }

  #pinMark(key: CosignKey, proof: Uint8Array): Uint8Array {
    return this.#withHelpKey(key, (secret) => hmacSm3(secret, label('pin'), proof));
  }
  #help(key: CosignKey, proof: Uint8Array): Uint8Array {
    return this.#withHelpKey(key, (secret) => hmacSm3(secret, label('help'), proof));
  }
  #withHelpKey<T>(key: CosignKey, work: (secret: Uint8Array) => T): T {
    const secret = this.#vault.open(key.helpKey, `${key.id} help`);
    try {
      return work(secret);
    } finally {
      wipe(secret);
    }
  }
  #withShare<T>(key: CosignKey, work: (share: Uint8Array) => T): T {
    const share = this.#vault.open(key.share, `${key.id} share ${key.epoch}`);
    try {
      return work(share);
    } finally {
      wipe(share);
    }
  }

  #openSession(key: CosignKey): string {
    const id = Buffer.from(randomBytes(24)).toString('base64url');
    const expiresAt = new Date(this.#s.clock().getTime() + SESSION_MS).toISOString();
    this.#s.registry.openSession(digestOf(id), key.id, expiresAt, this.#now);
    return id;
  }
  #session(key: CosignKey, id: string): void {
    if (this.#s.registry.session(digestOf(id), this.#now) !== key.id) throw new YqError('COSIGN_SESSION');
  }

  #require(id: string): CosignKey {
    const key = this.#s.registry.find(id);
    if (key === undefined) throw refused('gone');
    return key;
  }

  #inTime(time: string): void {
    if (Math.abs(Date.parse(time) - this.#s.clock().getTime()) > CLOCK_MS) throw refused('time');
  }
  /** In time, and never seen: a request that was recorded is worth nothing. */
  #fresh({ requestId, time }: { requestId: string; time: string }): void {
    this.#inTime(time);
    const now = this.#s.clock().getTime();
    if (this.#seen.size >= MAX_REMEMBERED) {
      for (const [id, at] of this.#seen) if (at < now - 2 * CLOCK_MS) this.#seen.delete(id);
      if (this.#seen.size >= MAX_REMEMBERED) throw new YqError('COSIGN_TOO_MANY', { params: { seconds: 60 } });
    }
    if (this.#seen.has(requestId)) throw refused('again');
    this.#seen.set(requestId, now);
  }

  #log(
    key: CosignKey,
    act: string,
    remote: string,
    result: string,
    traced: { messageSm3?: string; e?: string; r?: string } = {},
  ): void {
    this.#s.registry.log(
      { key: key.id, personId: key.personId, act, epoch: key.epoch, remote, result, ...traced },
      this.#now,
    );
  }
}

const schemaOf = (op: CosignOperation): z.ZodType<CosignPayload<CosignOperation>> => cosignPayloads[op];

/** Crockford's 32 letters: no I, L, O, U. */
const CODE_LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const digestOf = (text: string): string => toHex(sm3(label(text)));
const codeDigest = (code: string): string => digestOf(normalCode(code));

const boundTo = ({ id, personId, devicePublicKey }: CosignKey) => ({ keyId: id, personId, device: devicePublicKey });

function parse<T>(
  schema: { safeParse(v: unknown): { success: true; data: T } | { success: false } },
  value: unknown,
): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw refused('form');
  return parsed.data;
}

function json(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    throw refused('form');
  }
}

/** The public key that a request was signed with and asks for. */
function readRequest(csr: Uint8Array): Uint8Array {
  try {
    const { publicKey } = verifyCertificateRequest(csr);
    if (publicKey.point === undefined) throw refused('request');
    return publicKey.point;
  } catch (e) {
    throw e instanceof YqError && e.code === 'COSIGN_REFUSED' ? e : refused('request');
  }
}
