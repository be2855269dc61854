/** Hierarchies whose certificates name addresses, and the HttpClient that serves what stands there: lists, status, issuers, time. */
import { randomBytes } from '#core/crypto/index.ts';
import {
  answerTimeStampQuery,
  certIdMatches,
  generateSoftwareKey,
  issueCertificate,
  issueCrl,
  issueOcspResponse,
  issueSelfSignedCertificate,
  Oid,
  parseOcspRequest,
  softwareKeySigner,
  softwareSigner,
  type Certificate,
  type CertificateTemplate,
  type DistinguishedName,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  type RevokedCertificate,
  type Signer,
  type TrustMaterial,
} from '#core/pki/index.ts';
import { TSA_POLICY, type KeyKind } from '../material.ts';

export const DAY = 86_400_000;
const name = (cn: string): DistinguishedName => [
  ['C', 'CN'],
  ['CN', cn],
];

type Answer = (request: HttpRequest) => Promise<HttpResponse> | HttpResponse;
export const answer = (body: Uint8Array, status = 200, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers,
  body,
});

/** Moves only when told. */
export class Clock {
  time: Date;
  constructor(time: Date | string) {
    this.time = new Date(time);
  }
  readonly now = (): Date => this.time;
  forward(days: number): Date {
    this.time = new Date(this.time.getTime() + days * DAY);
    return this.time;
  }
}

/** Pages by address; everything else is 404. */
export class SmallInternet {
  readonly pages = new Map<string, Answer>();
  /** Addresses asked, in order. */
  readonly asked: string[] = [];
  readonly http: HttpClient = async (request) => {
    this.asked.push(request.url);
    const page = this.pages.get(request.url);
    return page === undefined ? answer(new Uint8Array(), 404) : page(request);
  };
}

/** One CA: a root, an issuing CA, with lists and (when asked for) a status service at `http://LABEL.test/…` unless told otherwise. */
export class Authority {
  readonly label: string;
  /** What its addresses begin with. */
  readonly base: string;
  readonly kind: KeyKind;
  readonly internet: SmallInternet;
  readonly clock: Clock;
  root!: Certificate;
  rootSigner!: Signer;
  issuingSigner!: Signer;
  readonly revoked: RevokedCertificate[] = [];
  /** Days that a list or an answer is good for. */
  validDays = 7;
  /** Signs status answers; the issuing CA itself when absent. */
  responder: Signer | undefined;

  private constructor(label: string, kind: KeyKind, internet: SmallInternet, clock: Clock, base: string) {
    this.label = label;
    this.base = base;
    this.kind = kind;
    this.internet = internet;
    this.clock = clock;
  }

  static async open(
    label: string,
    kind: KeyKind,
    internet: SmallInternet,
    clock: Clock,
    base = `http://${label}.test`,
  ): Promise<Authority> {
    const one = new Authority(label, kind, internet, clock, base);
    const validity = one.validity(40 * 365);
    const rootKey = generateSoftwareKey(kind);
    one.root = await issueSelfSignedCertificate(
      { subject: name(`${label} Root`), ...validity, ca: {}, keyUsage: ['keyCertSign', 'cRLSign'] },
      softwareKeySigner(rootKey),
    );
    one.rootSigner = softwareSigner(rootKey, one.root, []);
    const issuingKey = generateSoftwareKey(kind);
    const issuing = await issueCertificate(
      {
        subject: name(`${label} Issuing`),
        publicKey: issuingKey.publicKey,
        ...validity,
        ca: { pathLength: 0 },
        keyUsage: ['keyCertSign', 'cRLSign', 'digitalSignature'],
        crlUrls: [`${one.base}/root.crl`],
      },
      one.rootSigner,
    );
    one.issuingSigner = softwareSigner(issuingKey, issuing, []);
    const { pages } = internet;
    pages.set(`${one.base}/root.crl`, async () => answer(await one.list(one.rootSigner, [])));
    pages.set(`${one.base}/ca.crl`, async () => answer(await one.list(one.issuingSigner, one.revoked)));
    pages.set(`${one.base}/ca.cer`, () => answer(issuing.der));
    pages.set(`${one.base}/ocsp`, async ({ body }) => answer(await one.status(body ?? new Uint8Array())));
    return one;
  }

  get trust(): TrustMaterial {
    return { roots: [this.root] };
  }

  validity(days: number): { notBefore: Date; notAfter: Date } {
    const now = this.clock.now().getTime();
    return { notBefore: new Date(now - DAY), notAfter: new Date(now + days * DAY) };
  }

  list(signer: Signer, revoked: readonly RevokedCertificate[]): Promise<Uint8Array> {
    const thisUpdate = this.clock.now();
    const nextUpdate = new Date(thisUpdate.getTime() + this.validDays * DAY);
    return issueCrl({ signer, thisUpdate, nextUpdate, number: 1, revoked });
  }

  status(request: Uint8Array): Promise<Uint8Array> {
    const { certIds, nonce } = parseOcspRequest(request);
    const thisUpdate = this.clock.now();
    return issueOcspResponse({
      signer: this.responder ?? this.issuingSigner,
      producedAt: thisUpdate,
      nonce,
      answers: certIds.map((id) => {
        const entry = this.revoked.find((r) =>
          certIdMatches(id, { serialBytes: r.serialBytes } as Certificate, this.issuingSigner.certificate),
        );
        return {
          certIdDer: id.der,
          status:
            entry === undefined
              ? { status: 'good' as const }
              : { status: 'revoked' as const, revocationDate: entry.revocationDate, reason: entry.reason },
          thisUpdate,
          nextUpdate: new Date(thisUpdate.getTime() + this.validDays * DAY),
        };
      }),
    });
  }

  /** `sources`: which addresses the certificate names. */
  async issue(
    commonName: string,
    template: Partial<CertificateTemplate> = {},
    sources: readonly ('crl' | 'ocsp' | 'issuer')[] = ['crl'],
  ): Promise<Signer> {
    const key = generateSoftwareKey(this.kind);
    const at = (path: string): string[] => [`${this.base}/${path}`];
    const certificate = await issueCertificate(
      {
        subject: name(commonName),
        publicKey: key.publicKey,
        ...this.validity(365),
        keyUsage: ['digitalSignature', 'nonRepudiation'],
        ...(sources.includes('crl') ? { crlUrls: at('ca.crl') } : {}),
        ...(sources.includes('ocsp') ? { ocspUrls: at('ocsp') } : {}),
        ...(sources.includes('issuer') ? { issuerUrls: at('ca.cer') } : {}),
        ...template,
      },
      this.issuingSigner,
    );
    return softwareSigner(key, certificate, [this.issuingSigner.certificate]);
  }

  /** A time stamp service at `http://LABEL.test/PATH`; gives its address. A second one takes the place of the first. */
  async openTsa(path = 'tsa', template: Partial<CertificateTemplate> = {}): Promise<{ url: string; signer: Signer }> {
    const signer = await this.issue(`${this.label} TSA ${path}`, {
      extendedKeyUsage: [Oid.timeStamping],
      extendedKeyUsageCritical: true,
      ...template,
    });
    const url = `${this.base}/${path}`;
    this.internet.pages.set(url, async ({ body }) =>
      answer(
        await answerTimeStampQuery(body ?? new Uint8Array(), {
          signer,
          serial: randomBytes(8).map((b, i) => (i === 0 ? (b & 0x7f) | 1 : b)),
          genTime: this.clock.now(),
          policy: TSA_POLICY,
        }),
        200,
        { 'content-type': 'application/timestamp-reply' },
      ),
    );
    return { url, signer };
  }

  revoke({ certificate }: Signer, revocationDate: Date, reason?: number): void {
    const entry = { serialBytes: certificate.serialBytes, revocationDate };
    this.revoked.push(reason === undefined ? entry : { ...entry, reason });
  }
}
