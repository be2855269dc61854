/** Whether a certificate comes from whom the caller trusts; that revocation could not be asked is no reason against it. */
import {
  validateChain,
  type Certificate,
  type CertificatePurpose,
  type Finding,
  type TrustMaterial,
} from '#core/pki/index.ts';

const OPEN: ReadonlySet<string> = new Set(['REVOCATION_NOT_CHECKED', 'REVOCATION_STALE', 'REVOCATION_UNKNOWN']);

/** @param chain certificates that came along. Undefined when nothing stands against it. */
export function whyUntrusted(
  certificate: Certificate,
  trust: TrustMaterial,
  {
    at,
    purpose,
    chain = [],
  }: { readonly at: Date; readonly purpose: CertificatePurpose; readonly chain?: readonly Certificate[] },
): Finding | undefined {
  const material = { ...trust, intermediates: [...chain, ...(trust.intermediates ?? [])] };
  const { findings } = validateChain(certificate, material, { at, purpose });
  const against = findings.filter((f) => f.verdict !== 'PASSED' && !OPEN.has(f.code));
  return against.find((f) => f.verdict === 'FAILED') ?? against[0];
}

/** The two reasons as they go into an error's text. */
export const reasonsOf = ({ zh, en }: Finding): readonly [zh: string, en: string] => [
  zh.replace(/。$/, ''),
  en.replace(/\.$/, ''),
];
