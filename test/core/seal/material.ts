/** A hospital with a seal maker, two doctors and a time stamp authority, and the checks of a seal in its trust. */
import { expect } from 'vitest';
import { digest, sm3 } from '#core/crypto/index.ts';
import {
  CrlReason,
  issueCrl,
  requestTimeStamp,
  type Finding,
  type Signer,
  type TrustMaterial,
} from '#core/pki/index.ts';
import {
  judgeSealSignature,
  parseSeal,
  verifySeal,
  type SealCheckOptions,
  type SealSignatureCheckOptions,
  type SealSignatureVerdict,
  type SealStamper,
  type SealVerdict,
} from '#core/seal/index.ts';
import { makePki, tsaClient, tsaSettings, years, type Pki } from '../signing/material.ts';
import { PROTECTED } from './forge.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const later = (time: Date, ms: number): Date => new Date(time.getTime() + ms);

export interface House {
  readonly pki: Pki;
  readonly maker: Signer;
  readonly doctor: Signer;
  readonly other: Signer;
  readonly tsa: Signer;
  /** Root and issuing CA. */
  readonly trust: TrustMaterial;
  /** Whole seconds. */
  readonly now: Date;
  /** Stamps a signature value at `at`. */
  stamper(at: Date, form?: (signature: Uint8Array) => Uint8Array): SealStamper;
  /** The trust with a list on which `signer` stands as revoked at `date`. */
  revoked(signer: Signer, date: Date, reason?: number): Promise<TrustMaterial>;
  seal(der: Uint8Array, options?: Partial<SealCheckOptions>): SealVerdict;
  signature(der: Uint8Array, options?: Partial<SealSignatureCheckOptions>): SealSignatureVerdict;
}

export async function openHouse(): Promise<House> {
  const pki = await makePki('sm2', 'Seal');
  const issuing = pki.issuingSigner.certificate;
  const [maker, doctor, other, tsa] = await Promise.all([
    pki.issue('制章中心'),
    pki.issue('李医师'),
    pki.issue('赵医师'),
    pki.issueTsa(),
  ]);
  const trust: TrustMaterial = { roots: [pki.root], intermediates: [issuing] };
  const now = new Date(Math.floor(Date.now() / 1000) * 1000);
  return {
    pki,
    maker,
    doctor,
    other,
    tsa,
    trust,
    now,
    stamper:
      (at, form = (s) => s) =>
      async (signature) =>
        (
          await requestTimeStamp(
            digest('sm3', form(signature)),
            tsaSettings(trust),
            tsaClient(tsa, () => at),
            () => at,
          )
        ).token,
    revoked: async (signer, date, reason = CrlReason.superseded) => ({
      ...trust,
      crls: [
        await issueCrl({
          signer: pki.issuingSigner,
          number: 1,
          thisUpdate: now,
          nextUpdate: years(1),
          revoked: [{ serialBytes: signer.certificate.serialBytes, revocationDate: date, reason }],
        }),
      ],
    }),
    seal: (der, options = {}) => verifySeal(parseSeal(der), { makerTrust: trust, at: now, now, ...options }),
    signature: (der, options = {}) =>
      judgeSealSignature(der, {
        makerTrust: trust,
        signerTrust: trust,
        dataHash: sm3(PROTECTED),
        byteRange: [0, 10, 20, 30],
        now,
        ...options,
      }),
  };
}

/** Codes that do not pass, in the order of the steps. */
export const reasons = ({ findings }: { readonly findings: readonly Finding[] }): string[] =>
  findings.filter((f) => f.verdict !== 'PASSED').map((f) => f.code);

export const codes = ({ findings }: { readonly findings: readonly Finding[] }): string[] => findings.map((f) => f.code);

/** The verdict and its only reasons. */
export function expectVerdict(
  report: { readonly verdict: string; readonly findings: readonly Finding[] },
  verdict: string,
  ...why: readonly string[]
): void {
  expect({ verdict: report.verdict, why: reasons(report) }).toEqual({ verdict, why });
}
