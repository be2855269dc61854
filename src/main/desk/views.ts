/** Core's objects as the window sees them: plain values, null for "none", no bytes, nothing secret. */
import { isErrorCode, YqError } from '#core/errors/index.ts';
import type { Certificate } from '#core/pki/index.ts';
import { whyUnusable } from '#core/signing/index.ts';
import type { DriverStatus, PinTries, TokenInfo, TokenKey } from '#core/token/types.ts';
import type { SealReport, VerifyReport } from '#core/verify/types.ts';
import type {
  CertificateView,
  DriverView,
  PinTries as PinTriesView,
  SealReportView,
  TokenKeyView,
  TokenView,
  VerifyReportView,
} from '#shared/models.ts';
import { toWireError } from '../wire-error.ts';

const DAY = 86_400_000;

export function certificateView(c: Certificate, now: Date): CertificateView {
  return {
    commonName: c.commonName ?? c.subject,
    subject: c.subject,
    issuer: c.issuer,
    serial: c.serial,
    notBefore: c.notBefore.toISOString(),
    notAfter: c.notAfter.toISOString(),
    daysLeft: Math.floor((c.notAfter.getTime() - now.getTime()) / DAY),
    keyUsage: c.keyUsage ? [...c.keyUsage] : [],
  };
}

/** Why a key cannot sign, as the person reads it; undefined when it can. */
export function unusable(key: TokenKey, now: Date): YqError | undefined {
  const refuse = (zh: string, en: string): YqError =>
    new YqError('SIGN_CERTIFICATE_UNUSABLE', { params: { 'reason.zh': zh, 'reason.en': en } });
  if (!key.certificate) return refuse('密钥里没有它的证书', 'the key has no certificate');
  if (key.usage === 'encryption') return refuse('它是加密密钥', 'it is an encryption key');
  const why = whyUnusable(key.certificate, now);
  return why && refuse(why.zh, why.en);
}

export function keyView(key: TokenKey, now: Date): TokenKeyView {
  const reason = unusable(key, now);
  return {
    keyId: key.keyId,
    label: key.label,
    kind: key.kind,
    usage: key.usage,
    alwaysAuthenticate: key.alwaysAuthenticate,
    certificate: key.certificate ? certificateView(key.certificate, now) : null,
    unusable: reason ? toWireError(reason) : null,
  };
}

export const pinTriesView = (p: PinTries): PinTriesView => ({ ...p });

export function tokenView(t: TokenInfo, keys: readonly TokenKey[], now: Date): TokenView {
  const { id, label, serial, manufacturer, model, profile, driverPath, slotDescription, testOnly } = t;
  return {
    ...{ id, label, serial, manufacturer, model, profile, driverPath, slotDescription, testOnly },
    pinTries: pinTriesView(t.pinTries),
    keys: keys.map((k) => keyView(k, now)),
  };
}

export function driverView(d: DriverStatus): DriverView {
  return {
    driver: d.driver,
    profile: d.profile,
    path: d.path,
    state: d.state,
    ...(d.version !== undefined && { version: d.version }),
    ...(d.slots !== undefined && { slots: d.slots }),
    ...(d.code !== undefined && {
      error: toWireError(
        isErrorCode(d.code)
          ? new YqError(d.code, d.detail === undefined ? {} : { detail: d.detail })
          : new YqError('INTERNAL', { detail: d.detail ?? d.code }),
      ),
    }),
  };
}

/** Where the page finds a seal's picture; null when its kind cannot be shown. */
export type ShowPicture = (picture: { readonly format: string; readonly data: Uint8Array }) => string | null;

function sealReportView(s: SealReport, show: ShowPicture): SealReportView {
  const { data, ...picture } = s.picture;
  return {
    ...s,
    findings: s.findings.map((f) => ({ ...f })),
    maker: s.maker ?? null,
    picture: { ...picture, url: show({ format: picture.format, data }) },
  };
}

export function reportView(r: VerifyReport, show: ShowPicture): VerifyReportView {
  return {
    ...r,
    findings: r.findings.map((f) => ({ ...f })),
    signatures: r.signatures.map((s) => ({
      ...s,
      findings: s.findings.map((f) => ({ ...f })),
      chain: s.chain.map((c) => ({ ...c })),
      signer: s.signer ?? null,
      algorithm: s.algorithm ?? null,
      digest: s.digest ?? null,
      claimedTime: s.claimedTime ?? null,
      trustedTime: s.trustedTime ?? null,
      timeStampAuthority: s.timeStampAuthority ?? null,
      seal: s.seal ? sealReportView(s.seal, show) : null,
      certification: s.certification ?? null,
      coverage: { ...s.coverage, byteRange: [...s.coverage.byteRange], revision: s.coverage.revision ?? null },
      changesAfter: s.changesAfter.map((c) => ({ ...c })),
      placement: s.placement ?? null,
      reason: s.reason ?? null,
    })),
    changedPages: r.changedPages.map((p) => ({
      page: p.page,
      before: p.before.revision,
      after: p.after.revision,
      places: p.places.map((place) => ({ ...place })),
    })),
  };
}
