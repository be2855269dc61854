/** The two values of a seal signature, maker's and signer's: standard SM2 over the received bytes, DER{r, s} in a BIT STRING. */
import {
  Certificate,
  diagnoseSm2Failure,
  Oid,
  resolveAlgorithm,
  verifySignatureValue,
  type Finding,
} from '#core/pki/index.ts';
import { finding, type SealFindingCode } from './findings.ts';

interface SignedPart {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
}

/** How the outcomes are called for the maker and for the signer. */
interface Names {
  readonly valid: SealFindingCode;
  readonly invalid: SealFindingCode;
  readonly unsupported: SealFindingCode;
  readonly variant: SealFindingCode;
  readonly certificate: SealFindingCode;
}

export const MAKER_VALUE: Names = {
  valid: 'SEAL_SIGNATURE_VALID',
  invalid: 'SEAL_SIGNATURE',
  unsupported: 'SEAL_ALGORITHM',
  variant: 'SEAL_SM2_VARIANT',
  certificate: 'SEAL_MAKER_CERT',
};

export const SIGNER_VALUE: Names = {
  valid: 'SIGN_VALUE_VALID',
  invalid: 'SIGN_VALUE',
  unsupported: 'SIGN_ALGORITHM',
  variant: 'SIGN_SM2_VARIANT',
  certificate: 'SIGNER_CERT',
};

/** Never throws: a certificate that cannot be read becomes a finding. */
export function judgeSealValue(
  part: SignedPart,
  names: Names,
): { readonly certificate: Certificate | undefined; readonly findings: readonly Finding[] } {
  let certificate: Certificate;
  try {
    certificate = Certificate.parse(part.certificate);
  } catch (e) {
    return {
      certificate: undefined,
      findings: [finding(names.certificate, e instanceof Error ? e.message : String(e))],
    };
  }
  const { publicKey } = certificate;
  const { signatureAlgorithm: oid, signedBytes, signature } = part;
  // A seal names no digest of its own: with SM2 it can only be SM3.
  const algorithm = { oid, digestOid: Oid.sm3 };
  const resolved = publicKey.kind === 'sm2' ? resolveAlgorithm(publicKey, algorithm) : undefined;
  if (resolved === undefined) {
    return { certificate, findings: [finding(names.unsupported, `${oid} with a key of kind ${publicKey.kind}`)] };
  }
  if (!verifySignatureValue(publicKey, algorithm, signedBytes, signature)) {
    const cause = diagnoseSm2Failure(publicKey, signedBytes, signature);
    return { certificate, findings: [finding(names.invalid, cause === undefined ? oid : `${oid}, ${cause}`)] };
  }
  const odd = resolved.sm2Variant !== '501';
  return { certificate, findings: [finding(names.valid, oid), ...(odd ? [finding(names.variant, oid)] : [])] };
}
