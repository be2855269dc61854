/**
 * Gathers what it takes to judge certificates without their sources: every issuer up to the root, and for each certificate below the root
 * a piece of evidence that it was not revoked. A piece is taken only after it has been verified; what cannot be had is an error with
 * the certificate's name and the address, never a gap.
 */
import { isYqError, YqError } from '#core/errors/index.ts';
import {
  judgeRevocation,
  Oid,
  parseCrl,
  parseOcspResponse,
  readEvidence,
  validateChain,
  type Certificate,
  type CertificatePurpose,
  type TrustMaterial,
} from '#core/pki/index.ts';
import {
  fetchCrl,
  fetchIssuers,
  fetchOcsp,
  SourceFailure,
  type FetchSettings,
  type ValidationCache,
} from './fetching.ts';

/** A certificate whose signature is to last. */
export interface Subject {
  readonly certificate: Certificate;
  readonly purpose: CertificatePurpose;
  /** The time its chain is judged at: the proven time of the signature. */
  readonly at: Date;
  /** The time that evidence must cover: the same, or the time of the archive time stamp that is about to cover it. */
  readonly evidenceAt: Date;
  /** Roots, and whatever else is at hand: of the SignedData, of the file's store, of the desk. */
  readonly trust: TrustMaterial;
  /** Makers of seals often name neither an issuer nor a list; then there is nothing to keep. */
  readonly maySayNothing?: boolean;
}

/** DER of what one subject needs, or several. */
export class Material {
  readonly #certificates = new Map<string, Certificate>();
  readonly #crls = new Set<Uint8Array>();
  readonly #ocsp = new Set<Uint8Array>();

  get certificates(): readonly Uint8Array[] {
    return [...this.#certificates.values()].map((c) => c.der);
  }
  get crls(): readonly Uint8Array[] {
    return [...this.#crls];
  }
  get ocspResponses(): readonly Uint8Array[] {
    return [...this.#ocsp];
  }

  addCertificate(certificate: Certificate): void {
    this.#certificates.set(certificate.fingerprint, certificate);
  }
  addEvidence({ kind, der }: Piece): void {
    (kind === 'crl' ? this.#crls : this.#ocsp).add(der);
  }
}

interface Piece {
  readonly kind: 'crl' | 'ocsp';
  readonly der: Uint8Array;
}

export interface CollectSettings extends FetchSettings {
  readonly cache: ValidationCache;
}

const NOTHING_NAMED: ReadonlySet<string> = new Set(['LASTING_ISSUER_MISSING', 'LASTING_NO_REVOCATION_SOURCE']);

/** Issuers followed over the network from one certificate. */
const MAX_ISSUERS = 8;
/** A status service may have another one look after its own certificate, and so on; nobody honest goes further. */
const MAX_RESPONDERS = 3;
/** Clocks of services may run ahead or behind by this much, ms. */
const TOLERANCE = 5 * 60_000;

/** @throws LASTING_ISSUER_MISSING, LASTING_NO_REVOCATION_SOURCE, LASTING_REVOCATION_UNAVAILABLE, LASTING_REVOKED, SIGN_CANCELLED */
export async function collect(subject: Subject, settings: CollectSettings): Promise<Material> {
  const material = new Material();
  try {
    await gather(subject, settings, material, 0);
  } catch (e) {
    if (subject.maySayNothing !== true || !isYqError(e) || !NOTHING_NAMED.has(e.code)) throw e;
  }
  return material;
}

async function gather(subject: Subject, settings: CollectSettings, material: Material, depth: number): Promise<void> {
  const chain = await chainOf(subject, settings);
  for (const [i, certificate] of chain.slice(0, -1).entries()) {
    material.addCertificate(certificate);
    const issuer = chain[i + 1];
    if (issuer === undefined || certificate.extensions.some((e) => e.id === Oid.ocspNoCheck)) continue;
    const piece = await evidenceFor(certificate, issuer, subject, settings, depth > 0);
    if (piece === undefined) continue;
    material.addEvidence(piece);
    if (piece.kind === 'ocsp') await gatherResponders(piece, issuer, subject, settings, material, depth);
  }
}

/** Leaf first, trust anchor last; issuers that nobody has brought along are fetched from where the certificates say. */
async function chainOf(subject: Subject, settings: CollectSettings): Promise<readonly Certificate[]> {
  const { certificate, purpose, at, trust } = subject;
  const fetched: Certificate[] = [];
  const asked = new Set<string>();
  for (let round = 0; ; round++) {
    const intermediates = [...(trust.intermediates ?? []), ...fetched];
    const { chain } = validateChain(certificate, { roots: trust.roots, intermediates }, { at, purpose });
    const last = chain.at(-1) ?? certificate;
    if (trust.roots.some((root) => root.equals(last))) return chain;
    const urls = last.issuerUrls.filter((url) => !asked.has(url));
    const found = round < MAX_ISSUERS ? await issuersAt(urls, asked, settings) : [];
    if (found.length === 0) {
      throw new YqError('LASTING_ISSUER_MISSING', {
        params: { certificate: last.commonName, issuer: last.issuer },
        detail: `serial ${last.serial}${last.issuerUrls.length === 0 ? '' : `, tried ${last.issuerUrls.join(' ')}`}`,
      });
    }
    fetched.push(...found);
  }
}

async function issuersAt(
  urls: readonly string[],
  asked: Set<string>,
  settings: CollectSettings,
): Promise<readonly Certificate[]> {
  for (const url of urls) {
    asked.add(url);
    try {
      const found = await fetchIssuers(url, settings, settings.cache);
      if (found.length > 0) return found.slice(0, MAX_ISSUERS);
    } catch (e) {
      if (!(e instanceof SourceFailure)) throw e;
    }
  }
  return [];
}

/** Undefined only for a status service's own certificate that names no list: RFC 6960 §4.2.2.2.1 leaves it to the reader then. */
async function evidenceFor(
  certificate: Certificate,
  issuer: Certificate,
  { evidenceAt, trust }: Subject,
  settings: CollectSettings,
  isResponder: boolean,
): Promise<Piece | undefined> {
  const check = (piece: Piece): ReturnType<typeof judgeRevocation> =>
    judgePiece(piece, certificate, issuer, evidenceAt);
  for (const piece of piecesOf(trust)) {
    const { status, findings } = check(piece);
    if (status === 'revoked') throw revoked(certificate, findings[0]?.detail);
    if (status === 'good') return piece;
  }
  const failures: { url: string; failure: SourceFailure }[] = [];
  for (const source of sourcesOf(certificate, issuer, settings, isResponder)) {
    try {
      const piece = await source.fetch();
      requireFresh(piece, settings.now());
      const { status, findings } = check(piece);
      if (status === 'good') return piece;
      if (status === 'revoked') throw revoked(certificate, findings[0]?.detail);
      throw unusable(certificate, settings.now(), findings[0]?.code);
    } catch (e) {
      if (!(e instanceof SourceFailure)) throw e;
      failures.push({ url: source.url, failure: e });
    }
  }
  const [first] = failures;
  if (first === undefined) {
    if (isResponder) return undefined;
    throw new YqError('LASTING_NO_REVOCATION_SOURCE', {
      params: { certificate: certificate.commonName },
      detail: `serial ${certificate.serial}`,
    });
  }
  const { zh, en } = first.failure.words;
  throw new YqError('LASTING_REVOCATION_UNAVAILABLE', {
    params: { certificate: certificate.commonName, url: first.url, 'reason.zh': zh, 'reason.en': en },
    cause: first.failure,
    detail: `serial ${certificate.serial}; ${failures.map((f) => `${f.url}: ${f.failure.words.en}`).join('; ')}`,
  });
}

const piecesOf = ({ ocspResponses = [], crls = [] }: TrustMaterial): readonly Piece[] => [
  ...ocspResponses.map((der): Piece => ({ kind: 'ocsp', der })),
  ...crls.map((der): Piece => ({ kind: 'crl', der })),
];

function judgePiece(
  { kind, der }: Piece,
  certificate: Certificate,
  issuer: Certificate,
  at: Date,
): ReturnType<typeof judgeRevocation> {
  const evidence = readEvidence({ roots: [], ...(kind === 'crl' ? { crls: [der] } : { ocspResponses: [der] }) });
  return judgeRevocation(certificate, issuer, evidence, at);
}

interface Source {
  readonly url: string;
  fetch(): Promise<Piece>;
}

/** OCSP first: it tells of this certificate alone, of now, in a kilobyte. A responder is never asked about itself. */
function sourcesOf(
  certificate: Certificate,
  issuer: Certificate,
  settings: CollectSettings,
  isResponder: boolean,
): readonly Source[] {
  const { cache } = settings;
  const ocsp = (url: string): Source => ({
    url,
    fetch: async () => ({ kind: 'ocsp', der: await fetchOcsp(url, certificate, issuer, settings, cache) }),
  });
  const crl = (url: string): Source => ({
    url,
    fetch: async () => ({ kind: 'crl', der: await fetchCrl(url, settings, cache) }),
  });
  return [...(isResponder ? [] : certificate.ocspUrls.map(ocsp)), ...certificate.crlUrls.map(crl)];
}

/** What a service hands out must be of now: an old answer, replayed, could hide a revocation. */
function requireFresh({ kind, der }: Piece, now: Date): void {
  const spans =
    kind === 'crl'
      ? [parseCrl(der)]
      : parseOcspResponse(der).responses.map(({ thisUpdate, nextUpdate }) => ({ thisUpdate, nextUpdate }));
  for (const { thisUpdate, nextUpdate } of spans) {
    if (thisUpdate.getTime() > now.getTime() + TOLERANCE) {
      throw new SourceFailure('所给信息的时间还没有到', 'what it gives out is dated in the future');
    }
    if (nextUpdate !== undefined && nextUpdate.getTime() < now.getTime() - TOLERANCE) {
      throw new SourceFailure('所给信息已经过期', 'what it gives out is out of date');
    }
  }
}

function unusable(certificate: Certificate, now: Date, code: string | undefined): SourceFailure {
  if (code === 'REVOCATION_EVIDENCE_INVALID') {
    return new SourceFailure('所给信息的签名或签发者无效', 'signature or issuer of what it gives out is invalid');
  }
  if (code === 'REVOCATION_UNKNOWN') return new SourceFailure('它不认识此证书', 'it does not know the certificate');
  if (certificate.notAfter < now) {
    return new SourceFailure(
      '证书已过期，所给信息不再包括它',
      'the certificate has expired, and what it gives out no longer speaks of it',
    );
  }
  return new SourceFailure(
    '所给信息不涉及此证书或此时间',
    'what it gives out does not speak of this certificate at this time',
  );
}

function revoked(certificate: Certificate, detail = ''): YqError {
  return new YqError('LASTING_REVOKED', {
    params: { certificate: certificate.commonName, date: detail.slice(0, 10) },
    detail: `serial ${certificate.serial}, ${detail}`,
  });
}

/** A service that answers with a key of its own must itself be shown to be good, unless its issuer vouches for it (id-pkix-ocsp-nocheck). */
async function gatherResponders(
  { der }: Piece,
  issuer: Certificate,
  subject: Subject,
  settings: CollectSettings,
  material: Material,
  depth: number,
): Promise<void> {
  if (depth >= MAX_RESPONDERS) return;
  const { certificates, producedAt } = parseOcspResponse(der);
  for (const certificate of certificates) {
    if (certificate.equals(issuer) || certificate.extendedKeyUsage?.has(Oid.ocspSigning) !== true) continue;
    const responder: Subject = {
      certificate,
      purpose: 'ocspSigning',
      at: producedAt,
      evidenceAt: producedAt,
      trust: { ...subject.trust, intermediates: [issuer, ...(subject.trust.intermediates ?? [])] },
    };
    await gather(responder, settings, material, depth + 1);
  }
}
