/**
 * One request of this desk to a phone, from the code on the screen to its end. The service is the carrier and no more: that the phone has approved
 * this very list is judged here under its key, and so is every value.
 */
import { equalBytes, randomBytes, sm2Digest, sm2Verify, toBase64Url } from '#core/crypto/index.ts';
import { asYqError, isErrorCode, YqError, type ErrorCode } from '#core/errors/index.ts';
import { Certificate } from '#core/pki/index.ts';
import { phoneApprovalText, type PhoneRow, type PhoneState } from '../cosign/device/messages.ts';
import { keyIdOf } from '../keys.ts';
import { Follower, type Timing, type Way } from './follow.ts';
import { Outbox } from './outbox.ts';
import type { Asked, PhoneService, PhoneView } from './service.ts';

/** What was asked, as this desk knows it. */
export interface AskedHere extends Asked {
  readonly kind: 'login' | 'sign';
  readonly desk: string;
  readonly rows: readonly PhoneRow[];
  readonly listDigest: string;
  readonly signatures: number;
  readonly seals: boolean;
}

/** The key of a phone that has approved. */
export interface PhoneKeyHere {
  /** `phone:<key id of the service>`. */
  readonly tokenId: string;
  readonly keyId: string;
  readonly certificate: Certificate;
  readonly chain: readonly Certificate[];
  /** As the certificate names him. */
  readonly person: string;
}

export interface PhoneApproved {
  /** Takes the PIN's place, once. */
  readonly ticket: string;
  readonly tokenId: string;
  readonly keyId: string;
  readonly person: string;
}

export interface PhoneProgress {
  readonly id: string;
  readonly state: PhoneState;
  /** Two digits that the phone shows too; from `scanned` on. */
  readonly check: string | undefined;
  /** While the state is `approved` and the ticket is of use. */
  readonly approved: PhoneApproved | undefined;
  /** Why it ended, unless this desk was done with it. */
  readonly error: YqError | undefined;
  readonly way: Way;
}

export interface RequestParts {
  readonly service: PhoneService;
  readonly events: (request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  }) => Promise<AsyncIterable<Uint8Array>>;
  readonly timing: Timing;
  /** Before anybody is told of the approval. */
  readonly onKey: (key: PhoneKeyHere) => void;
  readonly onProgress: (progress: PhoneProgress) => void;
}

const RANK: Readonly<Record<PhoneState, number>> = {
  ...{ waiting: 0, scanned: 1, approved: 2 },
  ...{ done: 3, refused: 3, expired: 3, cancelled: 3, lost: 3 },
};
const ENDS: Readonly<Partial<Record<PhoneState, ErrorCode>>> = {
  refused: 'PHONE_REFUSED',
  expired: 'PHONE_EXPIRED',
  lost: 'PHONE_LOST',
  cancelled: 'PHONE_OVER',
  done: 'PHONE_OVER',
};

export class RunningRequest {
  readonly asked: AskedHere;
  readonly #parts: RequestParts;
  readonly #follower: Follower;
  readonly #outbox: Outbox;
  #state: PhoneState = 'waiting';
  #check: string | undefined;
  #key: PhoneKeyHere | undefined;
  #ticket: string | undefined;
  #redeemed = false;
  #error: YqError | undefined;

  constructor(asked: AskedHere, parts: RequestParts) {
    this.asked = asked;
    this.#parts = parts;
    const { service, timing } = parts;
    this.#outbox = new Outbox({
      limit: asked.signatures,
      rows: Math.max(1, asked.rows.length),
      timing,
      send: (messages, taken) => service.handOver(asked, messages, taken),
      onView: (view) => {
        this.#follower.heard();
        this.#see(view);
      },
      onFault: (error) => this.#fail(error),
    });
    this.#follower = new Follower({
      stream: (signal) => parts.events({ ...service.events(asked), signal }),
      ask: () => service.view(asked),
      isBusy: () => this.#outbox.isWaiting,
      timing,
      onView: (view) => this.#see(view),
      onWay: () => this.#tell(),
      onFault: (error) => this.#fail(error),
    });
  }

  get id(): string {
    return this.asked.id;
  }
  get isOver(): boolean {
    return RANK[this.#state] === 3;
  }

  start(): void {
    this.#follower.start();
  }

  /** @throws YqError PHONE_TICKET, PHONE_LIST_CHANGED (the request has ended then) */
  redeem(ticket: string, listDigest: string): void {
    this.#requireTicket(ticket);
    if (this.#redeemed) throw new YqError('PHONE_TICKET', { detail: 'used' });
    if (listDigest.toUpperCase() !== this.asked.listDigest.toUpperCase()) {
      const error = new YqError('PHONE_LIST_CHANGED');
      this.#fail(error);
      throw error;
    }
    this.#redeemed = true;
  }

  /** The ticket's second half: it opens the key that has approved, once. @throws YqError PHONE_TICKET */
  open(ticket: string, tokenId: string): PhoneKeyHere {
    this.#requireTicket(ticket);
    const key = this.#key;
    if (!this.#redeemed || key?.tokenId !== tokenId) throw new YqError('PHONE_TICKET', { detail: 'not for this key' });
    this.#ticket = undefined;
    return key;
  }

  #requireTicket(ticket: string): void {
    const own = this.#ticket;
    if (this.#error !== undefined) throw this.#error;
    const isOwn = own !== undefined && equalBytes(new TextEncoder().encode(own), new TextEncoder().encode(ticket));
    if (this.#state !== 'approved' || !isOwn) throw new YqError('PHONE_TICKET');
  }

  /** r‖s by the phone, verified. @throws YqError why the request ended, PHONE_LIMIT, PHONE_MESSAGE, PHONE_KEY_STOPPED, TOKEN_SIGNATURE_WRONG, BACKEND_TOO_LARGE */
  sign(message: Uint8Array): Promise<Uint8Array> {
    const point = this.#key?.certificate.publicKey.point;
    if (this.isOver) return Promise.reject(this.#error ?? new YqError('PHONE_OVER'));
    if (point === undefined) return Promise.reject(new YqError('TOKEN_NOT_LOGGED_IN'));
    const signature = this.#outbox.add(message, point);
    this.#follower.hurry();
    return signature;
  }

  /** By this desk: `done` when it was approved, else `cancelled`. Never rejects. */
  async end(): Promise<void> {
    if (this.isOver) return;
    if (this.#state === 'approved') this.#close('done', undefined);
    else this.#close('cancelled', new YqError('PHONE_OVER'));
    await this.#tellService();
  }

  async #tellService(): Promise<void> {
    const { service } = this.#parts;
    // What can't be told ends by its time.
    await service
      .end(this.asked)
      .catch(() => service.end(this.asked))
      .catch(() => undefined);
  }

  /** What the service says, whichever way it came; an older view than the last one changes nothing. */
  #see(view: PhoneView): void {
    if (this.isOver || view.id !== this.id || RANK[view.state] < RANK[this.#state]) return;
    const before = [this.#state, this.#check].join();
    if (view.check !== null) this.#check = view.check;
    if (view.state === 'approved' && this.#key === undefined) {
      const key = this.#approvedBy(view);
      if (key instanceof YqError) return this.#fail(key);
      this.#key = key;
      this.#ticket = `phone:${toBase64Url(randomBytes(16))}`;
      this.#parts.onKey(key);
    }
    if (RANK[view.state] < 3) this.#state = view.state;
    this.#outbox.take(view.signatures);
    if (RANK[view.state] === 3) this.#close(view.state, new YqError(endOf(view)));
    else if (before !== [this.#state, this.#check].join()) this.#tell();
  }

  /** The key that has signed the approval of what this desk has asked, and nothing else. */
  #approvedBy({ key, approval, backendId }: PhoneView): PhoneKeyHere | YqError {
    if (key === null || approval === null)
      return new YqError('COSIGN_SERVER_FAULT', { detail: 'approved without a key' });
    try {
      const certificate = Certificate.parse(key.certificate);
      const { kind, point } = certificate.publicKey;
      if (kind !== 'sm2' || point === undefined) return new YqError('COSIGN_SERVER_FAULT', { detail: `key: ${kind}` });
      const text = phoneApprovalText({ ...this.asked, rows: [...this.asked.rows], backendId });
      if (approval.length !== 64 || !sm2Verify(point, sm2Digest(point, text), approval)) {
        return new YqError('PHONE_LIST_CHANGED', { detail: 'approval' });
      }
      return {
        tokenId: `phone:${key.keyId}`,
        keyId: keyIdOf(certificate),
        certificate,
        chain: key.chain.map((der) => Certificate.parse(der)),
        person: certificate.commonName,
      };
    } catch (e) {
      return new YqError('COSIGN_SERVER_FAULT', { cause: asYqError(e, 'PKI_PARSE') });
    }
  }

  /** It can't go on: the service is told, which may have ended it itself. */
  #fail(error: YqError): void {
    if (this.isOver) return;
    const isEnd = (state: PhoneState): boolean => ENDS[state] === error.code;
    this.#close((['refused', 'expired', 'cancelled'] as const).find(isEnd) ?? 'lost', error);
    void this.#tellService();
  }

  #close(state: PhoneState, error: YqError | undefined): void {
    this.#state = state;
    this.#ticket = undefined;
    this.#error = error;
    this.#follower.stop();
    this.#outbox.close(error ?? new YqError('TOKEN_NOT_LOGGED_IN'));
    this.#tell();
  }

  #tell(): void {
    const { ticket, key } = { ticket: this.#redeemed ? undefined : this.#ticket, key: this.#key };
    this.#parts.onProgress({
      id: this.id,
      state: this.#state,
      check: this.#check,
      approved: key && ticket ? { ticket, tokenId: key.tokenId, keyId: key.keyId, person: key.person } : undefined,
      error: this.#error,
      way: this.#follower.way,
    });
  }
}

/** Which error an end is; the service names one for what it has ended itself. */
function endOf({ state, reason }: PhoneView): ErrorCode {
  const named = state === 'lost' && reason !== null && reason.startsWith('PHONE_') && isErrorCode(reason);
  return named ? reason : (ENDS[state] ?? 'PHONE_OVER');
}
