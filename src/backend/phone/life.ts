/** The states of a request and what time does to them. Nothing runs by itself: who looks at a request ends it when its time is over. */
import { sm3, toHex } from '#core/crypto/index.ts';
import type { ErrorCode } from '#core/errors/index.ts';
import type { PhoneRequest, PhoneState } from '#core/token/index.ts';
import type { CosignRegistry } from '../cosign/registry.ts';
import type { Person } from '../login/persons.ts';
import type { PhoneRegister, StoredRequest } from './register.ts';
import type { Watch } from './watch.ts';

/** A code holds for so long, and a person who has scanned it may read for so long. */
export const CODE_MS = 120_000;
/** Under one approval is signed for so long: as long as the session of a key lasts. */
export const APPROVED_MS = 15 * 60_000;
/** A phone that was not heard for so long is lost. */
export const SILENCE_MS = 45_000;
const FORGET_MS = 24 * 60 * 60_000;
const FORGET_EVERY_MS = 60 * 60_000;

export interface PhoneParts {
  readonly backendId: string;
  readonly register: PhoneRegister;
  readonly keys: CosignRegistry;
  readonly watch: Watch;
  readonly person: (id: string) => Person | undefined;
  /** DER of the certificates above those of co-sign keys. */
  readonly chain: readonly Uint8Array[];
  readonly clock: () => Date;
}

export const digestOf = (text: string): string => toHex(sm3(new TextEncoder().encode(text)));

export class PhoneLife {
  readonly parts: PhoneParts;
  #forgotAt = -FORGET_EVERY_MS;

  constructor(parts: PhoneParts) {
    this.parts = parts;
  }

  get now(): string {
    return this.parts.clock().toISOString();
  }
  /** ISO 8601, so many ms from now. */
  after(ms: number): string {
    return new Date(this.parts.clock().getTime() + ms).toISOString();
  }

  /** As it stands now. */
  find(id: string): StoredRequest | undefined {
    const found = this.parts.register.find(id);
    const over = found && this.#over(found);
    if (found === undefined || over === undefined) return found;
    this.end(found, over.state, over.reason);
    return this.parts.register.find(id);
  }

  /** What desk and phone speak of. */
  request(r: StoredRequest): PhoneRequest {
    const { id, kind, desk, listDigest, signatures, seals } = r;
    const rows = this.parts.register.rows(id);
    return { id, kind, backendId: this.parts.backendId, desk, rows, listDigest, signatures, seals };
  }

  /** What was on its way goes with it. False when it had changed since it was seen. */
  end(r: StoredRequest, to: PhoneState, reason: string | null): boolean {
    const ended = this.parts.register.end(r.id, r.state, to, reason, this.now);
    this.parts.watch.changed(r.id);
    return ended;
  }

  /** Ends what nobody looks at any more. */
  sweep(): void {
    const { register } = this.parts;
    for (const r of register.overdue(this.now, this.after(-SILENCE_MS))) {
      const over = this.#over(r);
      if (over !== undefined) this.end(r, over.state, over.reason);
    }
    const now = this.parts.clock().getTime();
    if (now - this.#forgotAt < FORGET_EVERY_MS) return;
    this.#forgotAt = now;
    register.forgetUnscanned(this.after(-FORGET_MS));
  }

  /** What time has made of it; undefined while it goes on. */
  #over({
    state,
    expiresAt,
    heardAt = '',
  }: StoredRequest): { state: PhoneState; reason: ErrorCode | null } | undefined {
    const isLate = expiresAt <= this.now;
    if (state === 'waiting' || state === 'scanned') return isLate ? { state: 'expired', reason: null } : undefined;
    if (state !== 'approved') return undefined;
    if (heardAt <= this.after(-SILENCE_MS)) return { state: 'lost', reason: 'PHONE_LOST' };
    return isLate ? { state: 'lost', reason: 'PHONE_OVER' } : undefined;
  }
}
