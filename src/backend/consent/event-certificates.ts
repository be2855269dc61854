/**
 * Event certificates (事件证书): for a key made for one act, on the word of the member of staff who is signed in, and only for evidence that
 * this backend keeps. One per party is in force: the same key gets the same certificate again, another key replaces it, since the first one
 * died unused.
 */
import { sm3, toHex } from '#core/crypto/index.ts';
import { YqError, asYqError } from '#core/errors/index.ts';
import { ROLE_NAMES, type ConsentRole } from '#core/consent/index.ts';
import {
  Certificate,
  eventExtensions,
  readEventBinding,
  verifyCertificateRequest,
  type CertificateRequest,
  type EventBinding,
} from '#core/pki/index.ts';
import type { Authority, Issued } from '../ca/authority.ts';
import type { Revocation } from '../ca/revocation.ts';
import type { ConsentRow, Consents } from './register.ts';

export interface EventCertificatesSettings {
  readonly consents: Consents;
  readonly authority: Authority;
  readonly revocation: Pick<Revocation, 'renew'>;
  readonly organization: string;
  readonly clock: () => Date;
}

const MINUTE_MS = 60_000;
/** Clocks of workstations differ by some minutes. */
const BEFORE_MS = 10 * MINUTE_MS;
/** Long enough to sign and be stamped once; the key is gone after that anyway. */
const LIFE_MS = 60 * MINUTE_MS;
/** A form written offline is certified within this time or written anew. */
const OLDEST_MS = 31 * 24 * 60 * MINUTE_MS;

export class EventCertificates {
  readonly #settings: EventCertificatesSettings;
  /** One request after the other per form: two at once would both be the first. */
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(settings: EventCertificatesSettings) {
    this.#settings = settings;
  }

  /** Gives whether it is new. @throws CA_REQUEST, CONSENT_INTAKE, CONSENT_FINISHED */
  issue(consent: ConsentRow, csr: Uint8Array): Promise<Issued & { readonly fresh: boolean }> {
    const before = this.#running.get(consent.id) ?? Promise.resolve();
    const next = before.then(
      () => this.#issue(consent, csr),
      () => this.#issue(consent, csr),
    );
    this.#running.set(consent.id, next);
    const forget = (): void => {
      if (this.#running.get(consent.id) === next) this.#running.delete(consent.id);
    };
    next.then(forget, forget);
    return next;
  }

  async #issue(consent: ConsentRow, csr: Uint8Array): Promise<Issued & { readonly fresh: boolean }> {
    const { consents, authority, revocation, organization, clock } = this.#settings;
    const { request, binding } = readRequest(csr);
    this.#requireFits(consent, request, binding);
    const bindingSm3 = toHex(sm3(eventExtensions(binding)[1]?.value ?? new Uint8Array()));
    const current = consents.certificates(consent.id).find((c) => c.inForce && c.party === binding.party);
    if (
      current !== undefined &&
      Buffer.compare(current.spki, request.publicKey.spki) === 0 &&
      current.bindingSm3 === bindingSm3
    ) {
      return { certificate: Certificate.parse(current.certificate), chain: authority.chain('sm2'), fresh: false };
    }
    if (consent.finished !== undefined) throw new YqError('CONSENT_FINISHED');
    const now = clock().getTime();
    const { certificate, chain } = await authority.certify('sm2', {
      subject: [
        ['C', 'CN'],
        ['O', organization],
        ['OU', '事件证书'],
        ['OU', ROLE_NAMES[binding.role as ConsentRole]],
        // Names the act, not the person: no number by which he is known elsewhere stands in a certificate.
        ['SERIALNUMBER', `${binding.eventId}/${binding.party}`],
        ['CN', request.commonName],
      ],
      publicKey: request.publicKey,
      notBefore: new Date(now - BEFORE_MS),
      notAfter: new Date(now + LIFE_MS),
      keyUsage: ['digitalSignature', 'nonRepudiation'],
      extensions: eventExtensions(binding),
    });
    consents.putCertificate(
      consent.id,
      {
        party: binding.party,
        serial: certificate.serial,
        spki: request.publicKey.spki,
        bindingSm3,
        certificate: certificate.der,
      },
      clock().toISOString(),
    );
    if (current !== undefined) {
      authority.revoke(current.serial, 'superseded');
      revocation.renew();
    }
    return { certificate, chain, fresh: true };
  }

  #requireFits(consent: ConsentRow, request: CertificateRequest, binding: EventBinding): void {
    const { consents, clock } = this.#settings;
    if (request.publicKey.kind !== 'sm2') throw refused('公钥不是 SM2', 'its key is no SM2 key');
    if (request.commonName.trim() === '' || request.commonName.length > 40)
      throw refused('姓名不合理', 'its name is unlikely');
    if (binding.eventId !== consent.id) throw refused('不是这份同意书的申请', 'it is for another form');
    if (binding.operator !== consent.operator) throw refused('经办人不符', 'it names another member of staff');
    if (binding.document !== consent.document) throw refused('文档摘要不符', 'it is for another document');
    if (!Object.hasOwn(ROLE_NAMES, binding.role) || !['patient', 'witness'].includes(binding.party))
      throw refused('身份未知', 'its role is unknown');
    if ((binding.role === 'witness') !== (binding.party === 'witness'))
      throw refused('身份与签名人不符', 'role and party do not fit');
    const claimed = Date.parse(binding.claimedTime);
    const now = clock().getTime();
    if (claimed > now + BEFORE_MS || claimed < now - OLDEST_MS)
      throw refused('手写时间不合理', 'the claimed time is unlikely');
    const kept = consents.package(consent.id, binding.party as 'patient' | 'witness');
    if (kept?.sm3 !== binding.evidence) throw intake('证据包尚未上传', 'the evidence is not kept here yet');
    if (binding.act !== undefined && consents.package(consent.id, 'act')?.sm3 !== binding.act)
      throw intake('离线签署记录尚未上传', 'the record of the offline act is not kept here yet');
  }
}

function readRequest(csr: Uint8Array): { request: CertificateRequest; binding: EventBinding } {
  try {
    const request = verifyCertificateRequest(csr);
    const binding = readEventBinding(request.extensions);
    if (binding === undefined) throw refused('没有事件信息', 'it names no event');
    return { request, binding };
  } catch (e) {
    const cause = asYqError(e, 'PKI_PARSE');
    if (cause.code === 'CA_REQUEST') throw cause;
    throw refused(cause.text('zh').what.replace(/。$/, ''), cause.text('en').what.replace(/\.$/, ''), cause);
  }
}

const refused = (zh: string, en: string, cause?: unknown): YqError =>
  new YqError('CA_REQUEST', { params: { 'reason.zh': zh, 'reason.en': en }, cause });
const intake = (zh: string, en: string): YqError =>
  new YqError('CONSENT_INTAKE', { params: { 'reason.zh': zh, 'reason.en': en } });
