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
import { CosignContext, type Act } from './context.ts';
import { begin, certificate, open } from './enrolment.ts';
import { RateLimit } from './limits.ts';
import { changePin, unlock } from './pin.ts';
import { refreshBegin, refreshCommit, refreshDone, refreshOpen, refreshTest } from './refresh.ts';
import type { CosignKey } from './registry.ts';
import { parse, readEnvelope, readJson, readPayload, refused } from './requests.ts';
import { PER_SOURCE, type CosignSettings } from './settings.ts';
import { sign } from './signing.ts';

export { MAX_TRIES, type CosignHooks, type CosignSettings } from './settings.ts';

/** Operations that log in their own transaction, and those that are too many or too little to be logged: what is signed is logged with its values. */
const LOGGED_AFTER: ReadonlySet<CosignOperation> = new Set(['phoneScan', 'phoneRefuse', 'phoneApprove']);

export class Cosign {
  readonly #context: CosignContext;
  /** Of this process, for what is not known to come from a device of ours; the limits of keys and their sources are kept in the store. */
  readonly #anybody: RateLimit;

  constructor(settings: CosignSettings) {
    this.#context = new CosignContext(settings);
    this.#anybody = new RateLimit(PER_SOURCE, settings.clock);
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
    this.#anybody.take(remote);
    const { payload, signature } = readEnvelope(body);
    const given = parse(cosignBegin, readJson(payload));
    if (!isCosignSealedBy(given.device, payload, signature)) throw refused('device signature');
    await this.#context.openVault();
    return cosignToWire(begin(this.#context, given, remote));
  }

  /** Every other message. The answer, ready for the wire. */
  async answer(op: CosignOperation, keyId: string, body: unknown, remote: string): Promise<unknown> {
    this.#anybody.take(remote);
    const { payload, signature } = readEnvelope(body);
    const context = this.#context;
    await context.openVault();
    const key = context.registry.find(keyId);
    // A key that is not there is answered as a device that is not the right one.
    if (key === undefined || !isCosignSealedBy(key.devicePublicKey, payload, signature)) throw refused('device');
    const given = readPayload(op, payload);
    if (given.keyId !== keyId) throw refused('key');
    if (key.state === 'revoked') throw new YqError('COSIGN_REVOKED');
    // A list that is asked for again is answered with the stored bytes; every other request is taken once, whatever comes of it.
    if (given.op === 'sign') context.requireTime(given.time);
    else this.#take(given, keyId, remote);
    try {
      const answer = await this.#dispatch(key, given, { op, keyId, remote });
      if (LOGGED_AFTER.has(op)) context.log(context.require(keyId), op, remote, 'done');
      return cosignToWire(answer);
    } catch (e) {
      const { code } = asYqError(e, 'BACKEND_INTERNAL');
      // Who asks too often does not fill the log with it.
      if (code !== 'COSIGN_TOO_MANY') context.log(key, op, remote, code);
      throw e;
    }
  }

  #take(given: CosignPayload<CosignOperation>, keyId: string, remote: string): void {
    const context = this.#context;
    context.registry.transaction(() => {
      context.takeLimit(keyId, remote, 1);
      context.takeRequest(given);
    });
  }

  #dispatch(key: CosignKey, given: CosignPayload<CosignOperation>, act: Act): unknown {
    const context = this.#context;
    switch (given.op) {
      case 'open':
        return open(context, act, given);
      case 'certificate':
        return certificate(context, act, given);
      case 'unlock':
        return unlock(context, act, given);
      case 'sign':
        return sign(context, act, given);
      case 'changePin':
        return changePin(context, act, given);
      case 'refreshBegin':
        return refreshBegin(context, act, given);
      case 'refreshOpen':
        return refreshOpen(context, act, given);
      case 'refreshTest':
        return refreshTest(context, act, given);
      case 'refreshCommit':
        return refreshCommit(context, act, given);
      case 'refreshDone':
        return refreshDone(context, act, given);
      case 'state':
        return { state: key.state, epoch: key.epoch, triesLeft: key.tries };
      case 'suspend':
        return suspend(context, act);
      default:
        return this.#elsewhere(key, given, act.remote);
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
}
