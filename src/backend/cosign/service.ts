/**
 * The server's side of signing by two parties: who may ask, how often, and what is answered once. The letters in this room are the rows of the
 * table of attacks in docs/design/020. Everything a device sends is signed by its key over exactly the bytes that are parsed; what is wrong with
 * a request that no honest device makes is told as COSIGN_REFUSED and nothing else.
 */
import { asYqError, YqError } from '#core/errors/index.ts';
import {
  cosignBegin,
  cosignToWire,
  isCosignSealedBy,
  type CosignOperation,
  type CosignPayload,
} from '#core/token/index.ts';
import { administer, suspend, suspendMine, type AdministratorAct } from './administration.ts';
import { makeCode } from './codes.ts';
import { CosignContext } from './context.ts';
import { begin, Certifying, open } from './enrolment.ts';
import { RateLimit } from './limits.ts';
import { changePin, unlock } from './pin.ts';
import { refreshBegin, refreshCommit, refreshDone, refreshOpen, refreshTest } from './refresh.ts';
import type { CosignKey } from './registry.ts';
import { parse, readEnvelope, readJson, readPayload, refused } from './requests.ts';
import { CLOCK_MS, PER_KEY, PER_SOURCE, type CosignSettings } from './settings.ts';
import { sign } from './signing.ts';

export { MAX_TRIES, type CosignHooks, type CosignSettings } from './settings.ts';

/** Requests remembered so that none is taken twice. */
const MAX_REMEMBERED = 50_000;
/** Done so often, or so little an act, that the log would hold nothing else; what is signed is logged with its values. */
const NOT_LOGGED: ReadonlySet<CosignOperation> = new Set(['sign', 'state', 'phoneWork']);

export class Cosign {
  readonly #context: CosignContext;
  readonly #certifying: Certifying;
  readonly #perKey: RateLimit;
  readonly #perSource: RateLimit;
  readonly #seen = new Map<string, number>();

  constructor(settings: CosignSettings) {
    this.#context = new CosignContext(settings);
    this.#certifying = new Certifying(this.#context);
    this.#perKey = new RateLimit(PER_KEY, settings.clock);
    this.#perSource = new RateLimit(PER_SOURCE, settings.clock);
  }

  /** A one-time code for this person; `replaces` names a key of his that ends when the new one is made (a move). */
  makeCode(personId: string, madeBy: string, replaces?: string): { code: string; expiresAt: string } {
    return makeCode(this.#context, personId, madeBy, replaces);
  }

  /** What the administrator does to a key. */
  administer(keyId: string, act: AdministratorAct, reason: string): { state: string } {
    return administer(this.#context, keyId, act, reason);
  }

  /** What a person does to a key of his own that he has not at hand. */
  suspendMine(keyId: string, personId: string, reason: string, remote: string): { state: string } {
    return suspendMine(this.#context, keyId, personId, reason, remote);
  }

  /** First message of a new key. The answer, ready for the wire. */
  async begin(body: unknown, remote: string): Promise<unknown> {
    this.#perSource.take(remote);
    const { payload, signature } = readEnvelope(body);
    const given = parse(cosignBegin, readJson(payload));
    if (!isCosignSealedBy(given.device, payload, signature)) throw refused('device signature');
    this.#fresh(given);
    await this.#context.openVault();
    return cosignToWire(begin(this.#context, given, remote));
  }

  /** Every other message. The answer, ready for the wire. */
  async answer(op: CosignOperation, keyId: string, body: unknown, remote: string): Promise<unknown> {
    this.#perSource.take(remote);
    const { payload, signature } = readEnvelope(body);
    await this.#context.openVault();
    const key = this.#context.registry.find(keyId);
    // A key that is not there is answered as a device that is not the right one.
    if (key === undefined || !isCosignSealedBy(key.devicePublicKey, payload, signature)) throw refused('device');
    const given = readPayload(op, payload);
    if (given.keyId !== keyId) throw refused('key');
    // A list that is asked for again is answered with the stored bytes; every other request is taken once.
    if (op === 'sign') this.#inTime(given.time);
    else this.#fresh(given);
    this.#perKey.take(keyId, given.op === 'sign' ? given.items.length : 1);
    if (key.state === 'revoked') throw new YqError('COSIGN_REVOKED');
    try {
      const answer = await this.#dispatch(key, given, remote);
      if (!NOT_LOGGED.has(op)) this.#context.log(this.#context.require(keyId), op, remote, 'done');
      return cosignToWire(answer);
    } catch (e) {
      this.#context.log(key, op, remote, asYqError(e, 'BACKEND_INTERNAL').code);
      throw e;
    }
  }

  #dispatch(key: CosignKey, given: CosignPayload<CosignOperation>, remote: string): unknown {
    const context = this.#context;
    switch (given.op) {
      case 'open':
        return open(context, key.id, given);
      case 'certificate':
        return this.#certifying.certificate(key, given);
      case 'unlock':
        return unlock(context, key.id, given);
      case 'sign':
        return sign(context, key.id, given, remote);
      case 'changePin':
        return changePin(context, key.id, given);
      case 'refreshBegin':
        return refreshBegin(context, key.id, given);
      case 'refreshOpen':
        return refreshOpen(context, key.id, given);
      case 'refreshTest':
        return refreshTest(context, key.id, given);
      case 'refreshCommit':
        return refreshCommit(context, key.id, given);
      case 'refreshDone':
        return refreshDone(context, key.id, given);
      case 'state':
        return { state: key.state, epoch: key.epoch, triesLeft: key.tries };
      case 'suspend':
        return suspend(context, key.id);
      default:
        return this.#elsewhere(key, given, remote);
    }
  }

  /** Operations of another room. */
  #elsewhere(key: CosignKey, given: CosignPayload<CosignOperation>, remote: string): unknown {
    const operation = this.#context.settings.hooks?.operations?.[given.op] as
      ((key: CosignKey, given: CosignPayload<CosignOperation>, remote: string) => unknown) | undefined;
    if (operation === undefined) throw refused('operation');
    if ('session' in given) this.#context.requireSession(key, given.session);
    return operation(key, given, remote);
  }

  #inTime(time: string): void {
    if (Math.abs(Date.parse(time) - this.#context.time) > CLOCK_MS) throw refused('time');
  }
  /** In time, and never seen: a request that was recorded is worth nothing. */
  #fresh({ requestId, time }: { requestId: string; time: string }): void {
    this.#inTime(time);
    const now = this.#context.time;
    if (this.#seen.size >= MAX_REMEMBERED) {
      for (const [id, at] of this.#seen) if (at < now - 2 * CLOCK_MS) this.#seen.delete(id);
      if (this.#seen.size >= MAX_REMEMBERED) throw new YqError('COSIGN_TOO_MANY', { params: { seconds: 60 } });
    }
    if (this.#seen.has(requestId)) throw refused('again');
    this.#seen.set(requestId, now);
  }
}
