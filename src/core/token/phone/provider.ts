/** Phones as tokens (docs/design/026): a key among the others, whose PIN is an approval on the phone and whose driver is the service. */
import { YqError } from '#core/errors/index.ts';
import type { HttpClient } from '#core/pki/types.ts';
import { PHONE_LOGIN_DIGEST } from '../cosign/device/phone.ts';
import type { Token, TokenEvent, TokenInfo, TokenKey, TokenProvider } from '../types.ts';
import { TIMING, type Timing } from './follow.ts';
import { RunningRequest, type PhoneKeyHere, type PhoneProgress, type RequestParts } from './running-request.ts';
import { PhoneService, type AskedList } from './service.ts';

export interface PhoneSettings {
  /** Of the service, without a slash at the end. */
  readonly url: string;
  readonly http: HttpClient;
  /** Raw bytes of a text/event-stream answer. Rejects where there is none to be had. */
  readonly events: RequestParts['events'];
  readonly now: () => Date;
  /** This desk's name, as phones show it; 80 characters at most. */
  readonly desk: string;
  /** For tests. */
  readonly timing?: Partial<Timing>;
}

export type PhoneAsked = { readonly kind: 'login' } | ({ readonly kind: 'sign' } & AskedList);

export interface PhoneProvider extends TokenProvider {
  /**
   * Asks for a code; one request at a time, a new one ends the one before. What becomes of it is told to the listeners.
   * @throws YqError BACKEND_UNREACHABLE, BACKEND_REFUSED, or the service's own code
   */
  ask(asked: PhoneAsked): Promise<{ readonly id: string; readonly url: string; readonly expiresAt: string }>;
  /** By this desk: nothing is signed under it from now on. Never rejects; any other id is passed over. */
  cancel(id: string): Promise<void>;
  /**
   * The first half of a ticket's use: for which list. `login` of the token is the second.
   * @param listDigest hex, of what is about to be signed; PHONE_LOGIN_DIGEST for a login
   * @throws YqError PHONE_TICKET (unknown, used, dead), PHONE_LIST_CHANGED (it ends the request), or why the request has ended
   */
  redeem(ticket: string, listDigest: string): void;
  onProgress(listener: (progress: PhoneProgress) => void): () => void;
  /** A person has left: his phones are not listed any more and what they were asked ends. `next` is the token of who takes his place and stays. */
  forget(next?: string): void;
}

/** Signatures that a batch asks for at a time: they go to the phone in one message. */
const TOGETHER = 8;

export function phoneProvider(settings: PhoneSettings): PhoneProvider {
  return new Phones(settings);
}

class Phones implements PhoneProvider {
  readonly #settings: PhoneSettings;
  readonly #service: PhoneService;
  readonly #timing: Timing;
  /** Keys that have approved since their person came, by token id. */
  readonly #known = new Map<string, PhoneKeyHere>();
  readonly #events = new Set<(event: TokenEvent) => void>();
  readonly #progress = new Set<(progress: PhoneProgress) => void>();
  #current: RunningRequest | undefined;
  /** Counts questions, so that an answer that comes late to nobody is not followed. */
  #asked = 0;

  constructor(settings: PhoneSettings) {
    this.#settings = settings;
    this.#service = new PhoneService(settings.url, settings.http);
    this.#timing = { ...TIMING, ...settings.timing };
  }

  async ask(given: PhoneAsked): Promise<{ id: string; url: string; expiresAt: string }> {
    const turn = ++this.#asked;
    void this.#current?.end();
    const { desk } = this.#settings;
    const service = this.#service;
    const asked = given.kind === 'login' ? await service.askLogin(desk) : await service.askList(desk, given);
    const shown =
      given.kind === 'login'
        ? { kind: given.kind, rows: [], listDigest: PHONE_LOGIN_DIGEST, signatures: 1, seals: false }
        : given;
    const { kind, rows, listDigest, signatures, seals } = shown;
    const request = new RunningRequest(
      { ...asked, kind, desk, rows: rows.map((row) => ({ ...row })), listDigest, signatures, seals },
      {
        service,
        events: this.#settings.events,
        timing: this.#timing,
        onKey: (key) => this.#learn(key),
        onProgress: (progress) => this.#tell(progress),
      },
    );
    if (turn !== this.#asked) {
      void request.end();
      throw new YqError('PHONE_OVER');
    }
    this.#current = request;
    request.start();
    return { id: asked.id, url: service.url + asked.path, expiresAt: asked.expiresAt };
  }

  async cancel(id: string): Promise<void> {
    if (this.#current?.id === id) await this.#current.end();
  }

  redeem(ticket: string, listDigest: string): void {
    if (this.#current === undefined) throw new YqError('PHONE_TICKET');
    this.#current.redeem(ticket, listDigest);
  }

  onProgress(listener: (progress: PhoneProgress) => void): () => void {
    this.#progress.add(listener);
    return () => this.#progress.delete(listener);
  }

  forget(next?: string): void {
    const stays = next === undefined ? undefined : this.#known.get(next);
    if (stays === undefined) {
      this.#asked++;
      void this.#current?.end();
    }
    for (const tokenId of [...this.#known.keys()]) {
      if (tokenId === next) continue;
      this.#known.delete(tokenId);
      this.#announce({ type: 'removed', tokenId });
    }
  }

  list(): Promise<readonly TokenInfo[]> {
    return Promise.resolve([...this.#known.values()].map((key) => this.#infoOf(key)));
  }

  drivers(): ReturnType<TokenProvider['drivers']> {
    if (this.#known.size === 0) return Promise.resolve([]);
    const { url } = this.#service;
    return Promise.resolve([{ driver: 'phone', profile: 'phone', path: url, state: 'ready', slots: this.#known.size }]);
  }

  open(tokenId: string): Promise<Token> {
    const key = this.#known.get(tokenId);
    if (key === undefined) return Promise.reject(new YqError('TOKEN_ABSENT'));
    return Promise.resolve(new PhoneToken(this.#infoOf(key), key, (ticket) => this.#open(ticket, tokenId)));
  }

  #open(ticket: string, tokenId: string): RunningRequest {
    const request = this.#current;
    if (request === undefined) throw new YqError('PHONE_TICKET');
    request.open(ticket, tokenId);
    return request;
  }

  subscribe(listener: (event: TokenEvent) => void): () => void {
    this.#events.add(listener);
    return () => this.#events.delete(listener);
  }

  async close(): Promise<void> {
    this.#asked++;
    await this.#current?.end();
  }

  #learn(key: PhoneKeyHere): void {
    const isNew = !this.#known.has(key.tokenId);
    this.#known.set(key.tokenId, key);
    if (isNew) this.#announce({ type: 'inserted', token: this.#infoOf(key) });
  }

  #infoOf({ tokenId, person }: PhoneKeyHere): TokenInfo {
    return {
      id: tokenId,
      label: `${person} 手机密钥`,
      serial: tokenId.slice('phone:'.length),
      manufacturer: 'Yiqian',
      model: 'SM2 co-signing, phone',
      profile: 'phone',
      driverPath: this.#service.url,
      slotDescription: new URL(this.#service.url).host,
      pinTries: { kind: 'unknown' },
      loginRequired: true,
      protectedAuthenticationPath: true,
      testOnly: false,
      together: TOGETHER,
    };
  }

  #announce(event: TokenEvent): void {
    for (const listener of [...this.#events]) listener(event);
  }
  #tell(progress: PhoneProgress): void {
    for (const listener of [...this.#progress]) listener(progress);
  }
}

class PhoneToken implements Token {
  readonly info: TokenInfo;
  readonly #key: PhoneKeyHere;
  readonly #open: (ticket: string) => RunningRequest;
  #request: RunningRequest | undefined;

  constructor(info: TokenInfo, key: PhoneKeyHere, open: (ticket: string) => RunningRequest) {
    this.info = info;
    this.#key = key;
    this.#open = open;
  }

  certificates(): Promise<readonly TokenKey[]> {
    const { keyId, certificate, person } = this.#key;
    const label = `${person} 手机签名`;
    return Promise.resolve([{ keyId, certificate, label, kind: 'sm2', usage: 'signing', alwaysAuthenticate: false }]);
  }

  /** @param ticket of an approval that was redeemed for its list. Rejects with PHONE_TICKET, or why the request has ended */
  async login(ticket: string): Promise<void> {
    this.#request = this.#open(ticket);
  }

  /** What the phone has approved and not signed yet stays unsigned. */
  async logout(): Promise<void> {
    const request = this.#request;
    this.#request = undefined;
    await request?.end();
  }

  /** Never: a bare digest would let the other side sign what nobody can read (docs/design/020, rule H). */
  signDigest(): Promise<Uint8Array> {
    return Promise.reject(new YqError('TOKEN_PROFILE_NO_DIGEST'));
  }

  signMessage(_keyId: string, message: Uint8Array): Promise<Uint8Array> {
    return this.#request?.sign(message) ?? Promise.reject(new YqError('TOKEN_NOT_LOGGED_IN'));
  }

  changePin(): Promise<void> {
    return Promise.reject(new YqError('PHONE_NOT_HERE'));
  }

  close(): Promise<void> {
    return this.logout();
  }
}
