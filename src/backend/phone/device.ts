/**
 * The phone's side of a request. Envelope, freshness, limits and the session of the key were judged by the co-signing service before a call
 * comes here; what the key may sign is asked here.
 */
import { equalBytes, randomBytes, sm2Digest, sm2Verify, sm3, toHex } from '#core/crypto/index.ts';
import { YqError, type ErrorCode } from '#core/errors/index.ts';
import {
  kindOfMessage,
  phoneApprovalText,
  type CosignPayload,
  type MessageKind,
  type PhoneRequest,
  type PhoneState,
} from '#core/token/index.ts';
import type { CosignKey } from '../cosign/registry.ts';
import { APPROVED_MS, CODE_MS, type PhoneLife } from './life.ts';
import type { StoredRequest } from './register.ts';

/** Bytes of messages in one answer; at least one goes whatever its length. */
const ANSWER_BYTES = 176 * 1024;
const ANSWER_MESSAGES = 100;
/** An answer of the service that was lost is asked for anew, with new numbers, so many times. */
const SIGN_TRIES = 5;

/** What a phone may say of a message that it did not sign; anything else is told as the first. */
const FAILURES: readonly string[] = ['PHONE_MESSAGE', 'PHONE_LIMIT', 'PHONE_KEY_STOPPED'] satisfies ErrorCode[];

const refused = (detail: string): YqError => new YqError('COSIGN_REFUSED', { detail });

export interface Scanned {
  readonly request: PhoneRequest;
  readonly check: string;
  readonly expiresAt: string;
}

export interface Work {
  readonly state: PhoneState;
  readonly messages: readonly { readonly n: number; readonly row: number; readonly message: Uint8Array }[];
}

export class PhoneDevices {
  readonly #life: PhoneLife;

  constructor(life: PhoneLife) {
    this.#life = life;
  }

  /**
   * The first key that scans a code has it; asked again it gets the same answer.
   * @throws YqError COSIGN_REFUSED (no phone's key), COSIGN_LOCKED, COSIGN_SUSPENDED, COSIGN_REVOKED, PHONE_NOT_A_CODE, PHONE_EXPIRED,
   * PHONE_OVER, PHONE_TAKEN, PHONE_OTHER_PERSON
   */
  scan(key: CosignKey, id: string): Scanned {
    mustBeActive(key);
    const life = this.#life;
    const { register, watch } = life.parts;
    const seen = life.find(id);
    if (seen === undefined) throw new YqError('PHONE_NOT_A_CODE');
    if (seen.personId !== undefined && seen.personId !== key.personId) throw new YqError('PHONE_OTHER_PERSON');
    if (seen.state === 'waiting') {
      register.claim(id, key.id, checkNumber(), life.now, life.after(CODE_MS));
      watch.changed(id);
    }
    const claimed = this.#of(key, id);
    if (claimed.state !== 'scanned' || claimed.check === null) throw over(claimed.state);
    return { request: life.request(claimed), check: claimed.check, expiresAt: claimed.expiresAt };
  }

  /** Before or after the approval; then what is signed is signed, and no more. @throws YqError PHONE_* */
  refuse(key: CosignKey, { request: id, reason }: CosignPayload<'phoneRefuse'>): { state: PhoneState } {
    const r = this.#of(key, id);
    if (r.state === 'refused') return { state: r.state };
    if (r.state !== 'scanned' && r.state !== 'approved') throw over(r.state);
    this.#life.end(r, 'refused', reason);
    return { state: this.#of(key, id).state };
  }

  /** @throws YqError COSIGN_REFUSED (the signature is not over this very request), PHONE_* */
  approve(key: CosignKey, { request: id, approval }: CosignPayload<'phoneApprove'>): { state: PhoneState } {
    mustBeActive(key);
    const life = this.#life;
    const { register, watch } = life.parts;
    const r = this.#of(key, id);
    // Its answer was lost: the same approval again.
    if (r.state === 'approved' && r.approval !== undefined && equalBytes(r.approval, approval))
      return { state: r.state };
    if (r.state !== 'scanned') throw over(r.state);
    const text = phoneApprovalText(life.request(r));
    if (!isSigned(key, text, approval)) throw refused('approval');
    const given = { text: new TextDecoder().decode(text), approval, now: life.now, expiresAt: life.after(APPROVED_MS) };
    if (!register.approve(id, given)) throw over(this.#of(key, id).state);
    watch.changed(id);
    return { state: 'approved' };
  }

  /**
   * Takes values in and gives what is to be signed, as soon as there is something or the request has ended. A message comes again until its
   * value was handed in.
   * @throws YqError COSIGN_REFUSED (a value that does not verify, a number that was not given), PHONE_*
   */
  async work(key: CosignKey, { request: id, done, wait }: CosignPayload<'phoneWork'>): Promise<Work> {
    const { register, watch } = this.#life.parts;
    const r = this.#of(key, id);
    if (r.state === 'waiting' || r.state === 'scanned') throw refused('not approved');
    if (r.state === 'approved') {
      this.#handIn(key, r, done);
      register.heard(id, this.#life.now);
    }
    const answer = await watch.until(id, wait, () => this.#work(key, id));
    return answer ?? { state: this.#of(key, id).state, messages: [] };
  }

  #work(key: CosignKey, id: string): Work | undefined {
    const { state } = this.#of(key, id);
    if (state !== 'approved') return { state, messages: [] };
    let bytes = 0;
    const messages: Work['messages'][number][] = [];
    for (const { n, row, message } of this.#life.parts.register.waiting(id, ANSWER_MESSAGES)) {
      if (message === undefined) continue;
      bytes += message.length;
      if (messages.length > 0 && bytes > ANSWER_BYTES) break;
      messages.push({ n, row, message });
    }
    return messages.length === 0 ? undefined : { state, messages };
  }

  /** All of them or none; each is judged before the desk sees it. What was handed in before stays as it was. */
  #handIn(key: CosignKey, { id }: StoredRequest, done: CosignPayload<'phoneWork'>['done']): void {
    if (done.length === 0) return;
    const { register, watch } = this.#life.parts;
    register.transaction(() => {
      let isNew = false;
      for (const value of done) {
        const asked = register.message(id, value.n);
        if (asked === undefined) throw refused('number');
        if (asked.message === undefined) continue;
        if ('signature' in value) {
          if (!isSigned(key, asked.message, value.signature)) throw refused('value');
          register.handIn(id, value);
        } else {
          register.handIn(id, {
            n: value.n,
            failed: FAILURES.find((code) => code === value.failed) ?? 'PHONE_MESSAGE',
          });
        }
        isNew = true;
      }
      if (isNew) register.changed(id);
    });
    watch.changed(id);
  }

  /**
   * Whether a key that lives on a phone may sign this: the approval of a request that it has scanned, or a message of one that it has approved.
   * Called in the transaction that keeps the signature; counts.
   * @throws YqError PHONE_EXPIRED, PHONE_OVER where the request that is to be approved has ended
   */
  maySign(key: CosignKey, message: Uint8Array): boolean {
    if (key.publicKey === undefined) return false;
    const kind = kindOfMessage(message, key.publicKey);
    if (kind === 'approval') return this.#mayApprove(key, message);
    const { register } = this.#life.parts;
    const digest = toHex(sm3(message));
    for (const { id } of register.openOfKey(key.id)) {
      const r = this.#life.find(id);
      if (r?.state !== 'approved' || !isOfIts(r, kind)) continue;
      const asked = register.waitingLike(id, digest, SIGN_TRIES);
      if (asked?.message === undefined || !equalBytes(asked.message, message)) continue;
      register.countTry(id, asked.n);
      register.heard(id, this.#life.now);
      return true;
    }
    return false;
  }

  /** What has ended while the person read and typed is told as what it is: the phone comes here before it hands the approval in. */
  #mayApprove(key: CosignKey, text: Uint8Array): boolean {
    const [, , id = ''] = new TextDecoder().decode(text).split('\n', 3);
    const r = this.#life.find(id);
    if (r === undefined || r.key !== key.id || r.state === 'approved') return false;
    if (r.state !== 'scanned') throw over(r.state);
    return equalBytes(text, phoneApprovalText(this.#life.request(r)));
  }

  /** A key that was stopped signs nothing more of what it has approved. */
  keyEnded(keyId: string): void {
    for (const r of this.#life.parts.register.openOfKey(keyId)) this.#life.end(r, 'lost', 'PHONE_KEY_STOPPED');
  }

  /** The request that this key has scanned, as it stands. */
  #of(key: CosignKey, id: string): StoredRequest {
    const r = this.#life.find(id);
    if (r === undefined) throw new YqError('PHONE_NOT_A_CODE');
    if (r.key === key.id) return r;
    if (r.key !== undefined) throw new YqError('PHONE_TAKEN');
    throw r.state === 'waiting' ? refused('not scanned') : over(r.state);
  }
}

const over = (state: PhoneState): YqError => new YqError(state === 'expired' ? 'PHONE_EXPIRED' : 'PHONE_OVER');

/** The phone judges this too, and tells the desk; here it holds even for a phone in wrong hands. */
const isOfIts = ({ kind, seals }: StoredRequest, found: MessageKind): boolean =>
  kind === 'login' ? found === 'login' : found === 'attributes' || (seals && found === 'seal');

function mustBeActive({ place, state, certificate }: CosignKey): void {
  if (state === 'locked') throw new YqError('COSIGN_LOCKED');
  if (state === 'suspended') throw new YqError('COSIGN_SUSPENDED');
  if (state === 'revoked') throw new YqError('COSIGN_REVOKED');
  if (place !== 'phone' || state !== 'active' || certificate === undefined) throw refused('no phone');
}

const isSigned = ({ publicKey }: CosignKey, message: Uint8Array, signature: Uint8Array): boolean =>
  publicKey !== undefined && sm2Verify(publicKey, sm2Digest(publicKey, message), signature);

/** Two digits, each as likely as the others. */
function checkNumber(): string {
  for (;;) {
    const [byte = 255] = randomBytes(1);
    if (byte < 200) return String(byte % 100).padStart(2, '0');
  }
}
