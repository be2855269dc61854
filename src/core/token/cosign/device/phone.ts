/**
 * What a phone does with a code that it has scanned (docs/design/026): it looks at what is asked, refuses or approves, and then signs what the
 * desk hands over, as long as it fits what was approved.
 */
import { sm3, toHex } from '#core/crypto/portable/index.ts';
import { asYqError, isYqError, YqError, type ErrorCode } from '#core/errors/index.ts';
import type { OpenKey, DeviceSecrets } from './key.ts';
import { phoneApprovalText, type AnswerOf, type PhoneRequest, type PhoneState } from './messages.ts';
import { fitsRequest } from './phone-messages.ts';
import type { CosignService } from './service.ts';

/** Hex SM3 of the empty list, which a login names. */
export const PHONE_LOGIN_DIGEST = toHex(sm3());

/** ms that an empty answer may take; in the rounds after a fault less. */
const WAIT = 20_000;
const LAST_WAIT = 5_000;
/** Rounds in which everything is refused before the phone ends the request itself. */
const LAST_ROUNDS = 3;
/** Values in one request at most, as the service takes them. */
const MAX_DONE = 100;
/** Pauses between tries while the service is away, ms; together somewhat less than the service waits for a phone. */
const PAUSES = [500, 1_000, 2_000, 4_000, 7_500, 7_500, 7_500];
/** A request that ended while something was being signed is told as a refusal; the next round tells which it was. */
const MAX_REFUSALS = 2;

export interface ScannedRequest {
  readonly request: PhoneRequest;
  /** Two digits that the desk shows too. */
  readonly check: string;
  /** ISO 8601 UTC, the service's clock. */
  readonly expiresAt: string;
}

/** A key of this phone that is not open. */
export interface ClosedKey {
  readonly keyId: string;
  readonly service: CosignService;
  readonly secrets: DeviceSecrets;
}

/**
 * @param id of the code, as it stood behind `#s=`
 * @throws YqError PHONE_NOT_A_CODE, PHONE_EXPIRED, PHONE_TAKEN, PHONE_OTHER_PERSON, PHONE_OVER, COSIGN_* as CosignService.ask
 */
export async function scan(id: string, { keyId, service, secrets }: ClosedKey): Promise<ScannedRequest> {
  if (!/^[A-Za-z0-9_-]{16,64}$/.test(id)) throw new YqError('PHONE_NOT_A_CODE');
  const answer = await service.ask('phoneScan', keyId, { request: id }, secrets.device);
  if (!isWellFormed(answer.request, id)) throw new YqError('COSIGN_REFUSED', { detail: 'phoneScan: another request' });
  return answer;
}

/** A login names no documents and one signature; a list names some. */
function isWellFormed({ id, kind, rows, signatures, seals, listDigest }: PhoneRequest, wanted: string): boolean {
  if (id !== wanted) return false;
  if (kind === 'sign') return rows.length > 0;
  return rows.length === 0 && signatures === 1 && !seals && listDigest.toUpperCase() === PHONE_LOGIN_DIGEST;
}

/** Before or after the approval; afterwards what is signed stays signed. @throws YqError as `scan` */
export async function refuse(
  id: string,
  reason: 'not-mine' | 'wrong-list' | 'other',
  { keyId, service, secrets }: ClosedKey,
): Promise<PhoneState> {
  return (await service.ask('phoneRefuse', keyId, { request: id, reason }, secrets.device)).state;
}

/** Both parties sign what the phone has shown; the service keeps it. @throws YqError as `scan`, and as OpenKey.sign */
export async function approve(key: OpenKey, request: PhoneRequest): Promise<void> {
  const approval = await key.sign(phoneApprovalText(request));
  const hand = () => key.ask('phoneApprove', { request: request.id, approval });
  // Asked again with the same approval the service gives the same answer.
  await hand().catch((e: unknown) => {
    if (isYqError(e) && e.code === 'COSIGN_UNREACHABLE') return hand();
    throw e;
  });
}

export interface WorkProgress {
  readonly state: PhoneState;
  /** Signatures made under this approval so far. */
  readonly signed: number;
  /** Rows of the list of which at least one message is signed. */
  readonly rows: number;
  /** False while the service does not answer. */
  readonly connected: boolean;
  /** Why nothing more is signed, before the desk has ended the request for it. */
  readonly fault?: YqError;
}

export interface WorkOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: WorkProgress) => void;
  /** ms that the service may hold an answer; default 20 000. */
  readonly wait?: number;
  /** How a pause is made; default setTimeout. */
  readonly pause?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

type Message = AnswerOf<'phoneWork'>['messages'][number];
type Value = { readonly n: number; readonly signature: Uint8Array } | { readonly n: number; readonly failed: string };

/**
 * Signs what the desk hands over until the request has ended; gives how it ended. To be called after `approve`, once for a request.
 * @throws YqError PHONE_MESSAGE and PHONE_LIMIT (the desk wanted more or other than was approved; it was told so and got nothing),
 * COSIGN_UNREACHABLE (the service was away for too long), COSIGN_* when the key can't be used any more; the signal's reason when aborted
 */
export function work(key: OpenKey, request: PhoneRequest, options: WorkOptions = {}): Promise<PhoneState> {
  return new Work(key, request, options).run();
}

class Work {
  readonly #key: OpenKey;
  readonly #request: PhoneRequest;
  readonly #options: WorkOptions;
  /** Everything that was seen, with the value once there is one. A number never gets a second value. */
  readonly #seen = new Map<number, { readonly digest: string; readonly row: number; value?: Value }>();
  #state: PhoneState = 'approved';
  #connected = true;
  #fault: YqError | undefined;
  /** In a row. */
  #failures = 0;
  #refusals = 0;

  constructor(key: OpenKey, request: PhoneRequest, options: WorkOptions) {
    this.#key = key;
    this.#request = request;
    this.#options = options;
  }

  async run(): Promise<PhoneState> {
    let done: readonly Value[] = [];
    for (let lastRounds = 0; this.#state === 'approved';) {
      const answer = await this.#exchange(done).catch((e: unknown) => this.#hold(e));
      // Not heard: the same values are handed in again.
      if (answer === undefined) continue;
      this.#state = answer.state;
      if (this.#state === 'approved' && this.#fault !== undefined && ++lastRounds > LAST_ROUNDS) await this.#end();
      done = this.#state === 'approved' ? await this.#answer(answer.messages) : [];
      this.#tell();
    }
    if (this.#fault !== undefined) throw this.#fault;
    return this.#state;
  }

  #exchange(done: readonly Value[]): Promise<AnswerOf<'phoneWork'>> {
    const { signal, wait: given = WAIT } = this.#options;
    // The first answer after a break is not held back: that the service is there again is to be seen at once.
    const longest = this.#failures > 0 ? 0 : given;
    const wait = this.#fault === undefined ? longest : Math.min(longest, LAST_WAIT);
    const payload = { request: this.#request.id, done, wait };
    return this.#key.ask('phoneWork', payload, { wait, ...(signal === undefined ? {} : { signal }) });
  }

  /** Values for what came in: those that are known, and new ones for what fits. */
  async #answer(messages: readonly Message[]): Promise<readonly Value[]> {
    const some = messages.slice(0, MAX_DONE);
    const fresh = some.filter((message) => this.#judge(message));
    // After a fault nothing more is signed: what has no value yet gets none.
    if (this.#fault === undefined) await this.#sign(fresh);
    return some.flatMap(({ n }) => {
      const known = this.#seen.get(n)?.value;
      if (known !== undefined) return [known];
      return this.#fault === undefined ? [] : [{ n, failed: toldAs(this.#fault) }];
    });
  }

  /** True for a message that fits and has no value yet. */
  #judge({ n, row, message }: Message): boolean {
    const digest = toHex(sm3(message));
    const before = this.#seen.get(n);
    if (before !== undefined) {
      if (before.digest !== digest || before.row !== row) this.#fault ??= new YqError('PHONE_MESSAGE');
      return before.value === undefined;
    }
    if (!fitsRequest(message, row, this.#request, this.#key.file.publicKey))
      this.#fault ??= new YqError('PHONE_MESSAGE');
    else if (this.#seen.size >= this.#request.signatures) this.#fault ??= new YqError('PHONE_LIMIT');
    else this.#seen.set(n, { digest, row });
    return this.#seen.has(n);
  }

  /** All together, so that they go in few requests. What the service did not answer comes again with the next round. */
  async #sign(messages: readonly Message[]): Promise<void> {
    const results = await Promise.allSettled(messages.map(({ message }) => this.#key.sign(message)));
    this.#options.signal?.throwIfAborted();
    let failure: unknown;
    for (const [i, { n }] of messages.entries()) {
      const [result, seen] = [results[i], this.#seen.get(n)];
      if (result?.status === 'fulfilled' && seen !== undefined) seen.value = { n, signature: result.value };
      if (result?.status === 'rejected') failure ??= result.reason;
    }
    if (failure === undefined) this.#failures = this.#refusals = 0;
    else if (codeOf(failure) === 'COSIGN_REFUSED' && this.#refusals++ < MAX_REFUSALS) return;
    else if (isPassing(failure)) await this.#hold(failure);
    else this.#fault = asYqError(failure, 'INTERNAL');
  }

  /** Waits when the service is away or wants to be asked later. @throws what failed, when it is of another kind or lasts too long */
  async #hold(failure: unknown): Promise<undefined> {
    const { signal, pause = pauseFor } = this.#options;
    signal?.throwIfAborted();
    const ms = PAUSES[this.#failures++];
    if (!isPassing(failure) || ms === undefined) throw this.#fault ?? failure;
    this.#connected = false;
    this.#tell();
    const asked = isYqError(failure) ? Number(failure.params['seconds'] ?? 0) * 1_000 : 0;
    await pause(Math.max(ms, Math.min(asked, 10_000)), signal);
    this.#connected = true;
    return undefined;
  }

  /** The desk was told of the fault and goes on all the same: the phone ends it. */
  async #end(): Promise<void> {
    const { state } = await this.#key
      .ask('phoneRefuse', { request: this.#request.id, reason: 'other' })
      .catch(() => ({ state: 'refused' as const }));
    this.#state = state;
  }

  #tell(): void {
    const signed = [...this.#seen.values()].filter(({ value }) => value !== undefined);
    this.#options.onProgress?.({
      state: this.#state,
      signed: signed.length,
      rows: new Set(signed.map(({ row }) => row)).size,
      connected: this.#connected,
      ...(this.#fault === undefined ? {} : { fault: this.#fault }),
    });
  }
}

const codeOf = (e: unknown): ErrorCode | undefined => (isYqError(e) ? e.code : undefined);
const isPassing = (e: unknown): boolean => ['COSIGN_UNREACHABLE', 'COSIGN_TOO_MANY'].includes(codeOf(e) ?? '');

/** What the desk is told of a message that was not signed. */
const toldAs = ({ code }: YqError): string =>
  code === 'PHONE_MESSAGE' || code === 'PHONE_LIMIT' ? code : 'PHONE_KEY_STOPPED';

function pauseFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((over, failed) => {
    const timer = setTimeout(end, ms);
    function end(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted === true) failed(signal.reason);
      else over();
    }
    signal?.addEventListener('abort', end);
  });
}
