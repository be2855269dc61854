/** The tokens as the use cases want them: found by certificate, logged in for one act, always logged out after it. */
import { asYqError, isYqError, YqError } from '#core/errors/index.ts';
import type { Certificate } from '#core/pki/index.ts';
import type { Signer, TrustMaterial } from '#core/pki/types.ts';
import { tokenSigner } from '#core/token/index.ts';
import type { Token, TokenInfo, TokenKey, TokenProvider } from '#core/token/types.ts';
import type { TokensView } from '#shared/models.ts';
import { isTicket, requirePin } from '../phone/tickets.ts';
import { issuersOf } from './trust.ts';
import { driverView, tokenView } from './views.ts';

export interface TokenAccess {
  readonly provider: TokenProvider;
  view(): Promise<TokensView>;
  /** The keys of a token, without a login. */
  keys(tokenId: string): Promise<readonly TokenKey[]>;
  /** Throws TOKEN_NOT_FOUND when the token or the key is not there. */
  find(tokenId: string, keyId: string): Promise<{ readonly info: TokenInfo; readonly key: TokenKey }>;
  /**
   * Opens, logs in, works, logs out and closes, whatever happens. A phone has a ticket in place of the PIN, which is redeemed here for
   * `list`, the hex digest of what is signed under this login; without a list it is an act that no phone is asked for. Throws
   * PHONE_TICKET (a ticket for another token, a PIN for a phone, used up), PHONE_LIST_CHANGED, PHONE_NOT_HERE.
   */
  withLogin<T>(tokenId: string, pin: string, work: (token: Token) => Promise<T>, list?: string): Promise<T>;
  /** Costs PIN tries like a login. Throws PHONE_NOT_HERE for a phone, whose PIN is changed on it. */
  changePin(tokenId: string, oldPin: string, newPin: string): Promise<void>;
  /** The PIN is for a key that wants it with every signature (CKA_ALWAYS_AUTHENTICATE), and is kept as long as the signer. */
  signer(token: Token, key: TokenKey, pin: string): Promise<Signer>;
}

export interface TokenAccessOptions {
  readonly provider: TokenProvider;
  readonly trust: () => Promise<TrustMaterial>;
  /** Fetches an issuer's certificate that is not in the trust folder (caIssuers). */
  readonly fetchIssuer: (leaf: Certificate) => Promise<Certificate | undefined>;
  readonly now: () => Date;
  /** Takes a phone's approval for the list it was given for; a desk without phones has none. */
  readonly redeem?: (ticket: string, list: string) => void;
}

/** A phone signs by way of the service: where that is away the key is, and the next document would find it no nearer. */
function asFaultOfTheKey(e: unknown): never {
  if (isYqError(e) && e.code === 'BACKEND_UNREACHABLE') throw new YqError('COSIGN_UNREACHABLE', { cause: e });
  throw e;
}

export const isPhone = ({ profile }: Pick<TokenInfo, 'profile'>): boolean => profile === 'phone';

export function createTokenAccess({ provider, trust, fetchIssuer, now, redeem }: TokenAccessOptions): TokenAccess {
  /** Keys that want the PIN with every signature; a token tells that only of one that is logged in, as it is at sign-in. */
  const eachTime = new Set<string>();
  const nameOf = (tokenId: string, keyId: string): string => `${tokenId}\n${keyId}`;
  const asKnown =
    (tokenId: string) =>
    (key: TokenKey): TokenKey =>
      eachTime.has(nameOf(tokenId, key.keyId)) ? { ...key, alwaysAuthenticate: true } : key;
  const withToken = async <T>(tokenId: string, work: (token: Token) => Promise<T>): Promise<T> => {
    const token = await provider.open(tokenId);
    try {
      return await work(token);
    } finally {
      await token.close().catch(() => undefined);
    }
  };
  return {
    provider,
    async view() {
      const [drivers, infos] = await Promise.all([provider.drivers(), provider.list()]);
      const tokens = await Promise.all(
        infos.map(async (info) => {
          // A token whose certificates can't be read is still shown: that it is there is what the support line asks first.
          const keys = await withToken(info.id, (t) => t.certificates()).catch(() => [] as readonly TokenKey[]);
          return tokenView(info, keys.map(asKnown(info.id)), now());
        }),
      );
      return { drivers: drivers.map(driverView), tokens };
    },
    keys: async (tokenId) => (await withToken(tokenId, (t) => t.certificates())).map(asKnown(tokenId)),
    async find(tokenId, keyId) {
      const info = (await provider.list()).find((t) => t.id === tokenId);
      if (!info) throw new YqError('TOKEN_NOT_FOUND', { params: { token: tokenId } });
      const keys = await withToken(tokenId, (t) => t.certificates());
      const key = keys.find((k) => k.keyId === keyId);
      if (!key) throw new YqError('TOKEN_NOT_FOUND', { params: { token: info.label }, detail: 'key' });
      return { info, key: asKnown(tokenId)(key) };
    },
    withLogin: (tokenId, pin, work, list) =>
      withToken(tokenId, async (token) => {
        if (isPhone(token.info)) {
          if (list === undefined || redeem === undefined) throw new YqError('PHONE_NOT_HERE');
          if (!isTicket(pin)) throw new YqError('PHONE_TICKET', { detail: 'a PIN in place of a ticket' });
          redeem(pin, list);
        } else requirePin(pin);
        await token.login(pin);
        try {
          return await work(token);
        } finally {
          await token.logout().catch(() => undefined);
        }
      }),
    changePin: (tokenId, oldPin, newPin) =>
      withToken(tokenId, (token) => {
        if (isPhone(token.info)) throw new YqError('PHONE_NOT_HERE');
        requirePin(oldPin);
        return token.changePin(oldPin, newPin);
      }),
    async signer(token, key, pin) {
      const certificate = key.certificate;
      if (!certificate) throw new YqError('TOKEN_NOT_FOUND', { params: { token: key.label }, detail: 'certificate' });
      const { intermediates = [] } = await trust();
      const chain = issuersOf(certificate, intermediates);
      if (chain.length === 0) {
        const issuer = await fetchIssuer(certificate).catch((e: unknown) => {
          throw asYqError(e, 'PKI_PARSE');
        });
        if (issuer && !issuer.isSelfIssued) chain.push(issuer);
      }
      const own = (await token.certificates()).find((k) => k.keyId === key.keyId) ?? key;
      if (own.alwaysAuthenticate) eachTime.add(nameOf(token.info.id, key.keyId));
      const signer = tokenSigner(token, key, chain, own.alwaysAuthenticate || key.alwaysAuthenticate ? { pin } : {});
      return isPhone(token.info) ? { ...signer, sign: (bytes) => signer.sign(bytes).catch(asFaultOfTheKey) } : signer;
    },
  };
}
