/** A key that lives for one signature: made in memory, certified for this act, wiped whatever happens. */
import { equalBytes } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import {
  createCertificateRequest,
  eventExtensions,
  generateSoftwareKey,
  readEventBinding,
  softwareKeySigner,
  softwareSigner,
  type Certificate,
  type EventBinding,
  type Signer,
  type TrustMaterial,
} from '#core/pki/index.ts';
import { reasonsOf, whyUntrusted } from '../trusted.ts';

export interface EventAct {
  readonly binding: EventBinding;
  /** As it stands on the form. */
  readonly name: string;
}

/** `csr`: DER PKCS#10, signed by the key of the act; the binding stands among its requested extensions, the name as its CN. */
export interface CertifyRequest extends EventAct {
  readonly csr: Uint8Array;
}
export type Certify = (
  request: CertifyRequest,
) => Promise<{ readonly certificate: Certificate; readonly chain: readonly Certificate[] }>;

export interface EventKeyDeps {
  readonly certify: Certify;
  readonly trust: TrustMaterial;
  readonly now: () => Date;
}

/** @throws CONSENT_EVENT_CERTIFICATE when what comes back is not for this key and this act, or from nobody who is trusted */
export async function withEventKey<T>(
  act: EventAct,
  { certify, trust, now }: EventKeyDeps,
  use: (signer: Signer) => Promise<T>,
): Promise<T> {
  const key = generateSoftwareKey('sm2');
  try {
    const csr = await createCertificateRequest(
      { subject: [['CN', act.name]], extensions: eventExtensions(act.binding) },
      softwareKeySigner(key),
    );
    const { certificate, chain } = await certify({ ...act, csr });
    if (!equalBytes(certificate.publicKey.spki, key.publicKey.spki))
      throw refused('公钥不是本次密钥', 'it is for another key');
    checkEventCertificate(certificate, act.binding);
    const against = whyUntrusted(certificate, trust, { at: now(), purpose: 'signing', chain });
    if (against !== undefined) throw refused(...reasonsOf(against), against.code);
    return await use(softwareSigner(key, certificate, chain));
  } finally {
    if (key.kind === 'sm2') key.pair.privateKey.fill(0);
  }
}

/** @throws CONSENT_EVENT_CERTIFICATE when the certificate does not bind exactly this */
export function checkEventCertificate(certificate: Certificate, wanted: EventBinding): void {
  const found = readEventBinding(certificate.extensions);
  if (found === undefined) throw refused('没有事件信息', 'it names no event');
  const differs = (Object.keys({ ...wanted, ...found }) as (keyof EventBinding)[]).find(
    (name) => normal(name, found[name]) !== normal(name, wanted[name]),
  );
  if (differs !== undefined) throw refused(`${differs} 不一致`, `${differs} differs`);
}

function normal(name: keyof EventBinding, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (name === 'claimedTime') return new Date(value).toISOString();
  return name === 'document' || name === 'evidence' || name === 'act' ? value.toUpperCase() : value;
}

const refused = (zh: string, en: string, detail?: string): YqError =>
  new YqError('CONSENT_EVENT_CERTIFICATE', {
    params: { 'reason.zh': zh, 'reason.en': en },
    ...(detail === undefined ? {} : { detail }),
  });
