/**
 * Login challenges: 32 random bytes, valid for 60 s, used up by the first answer whether it is right or wrong. They live in memory:
 * after a restart a client asks for a new one. The signed text names its purpose and this backend, so that the value cannot serve as
 * a signature on a document nor as a login elsewhere.
 */
import { randomBytes } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';

const LIFETIME_MS = 60_000;
/** Beyond this many open challenges a caller has to wait; each costs some hundred bytes. */
const MAX_OPEN = 10_000;
/** Failed logins of one address within WINDOW_MS before it has to wait. */
const MAX_FAILURES = 10;
const WINDOW_MS = 5 * 60_000;

export interface Challenge {
  readonly challengeId: string;
  /** Base64 of 32 bytes, as it goes into the signed text. */
  readonly nonce: string;
  readonly expiresAt: Date;
}

/** What the client signs, in UTF-8. */
export function loginText(backendId: string, challenge: Pick<Challenge, 'challengeId' | 'nonce'>): Uint8Array {
  return new TextEncoder().encode(`YIQIAN-LOGIN-1\n${backendId}\n${challenge.challengeId}\n${challenge.nonce}`);
}

export class Challenges {
  readonly #clock: () => Date;
  readonly #open = new Map<string, Challenge>();

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  issue(): Challenge {
    const now = this.#clock().getTime();
    for (const [id, challenge] of this.#open) {
      if (challenge.expiresAt.getTime() > now) break; // issued in order of time
      this.#open.delete(id);
    }
    if (this.#open.size >= MAX_OPEN) throw new YqError('LOGIN_TOO_MANY', { params: { seconds: LIFETIME_MS / 1000 } });
    const challenge: Challenge = {
      challengeId: Buffer.from(randomBytes(16)).toString('base64url'),
      nonce: Buffer.from(randomBytes(32)).toString('base64'),
      expiresAt: new Date(now + LIFETIME_MS),
    };
    this.#open.set(challenge.challengeId, challenge);
    return challenge;
  }

  /** Gives the challenge and forgets it. Throws LOGIN_CHALLENGE when it is unknown, used or expired. */
  take(challengeId: string): Challenge {
    const challenge = this.#open.get(challengeId);
    this.#open.delete(challengeId);
    if (challenge === undefined || challenge.expiresAt.getTime() <= this.#clock().getTime()) {
      throw new YqError('LOGIN_CHALLENGE');
    }
    return challenge;
  }
}

/** Counts failed logins per address. */
export class FailureLimit {
  readonly #clock: () => Date;
  readonly #failures = new Map<string, number[]>();

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  /** Throws LOGIN_TOO_MANY while the address has to wait. */
  check(address: string): void {
    const recent = this.#recent(address);
    const oldest = recent[recent.length - MAX_FAILURES];
    if (oldest === undefined) return;
    const seconds = Math.max(1, Math.ceil((oldest + WINDOW_MS - this.#clock().getTime()) / 1000));
    throw new YqError('LOGIN_TOO_MANY', { params: { seconds } });
  }

  failed(address: string): void {
    this.#failures.set(address, [...this.#recent(address), this.#clock().getTime()].slice(-MAX_FAILURES));
  }

  succeeded(address: string): void {
    this.#failures.delete(address);
  }

  #recent(address: string): number[] {
    const since = this.#clock().getTime() - WINDOW_MS;
    const recent = (this.#failures.get(address) ?? []).filter((at) => at > since);
    if (recent.length === 0) this.#failures.delete(address);
    else this.#failures.set(address, recent);
    return recent;
  }
}
