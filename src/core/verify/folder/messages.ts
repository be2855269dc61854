/** What a pool of judges and its workers tell each other; plain values only, so that any channel carries them. */
import { isErrorCode, YqError } from '#core/errors/index.ts';
import { Certificate } from '#core/pki/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import type { VerifyReport } from '../types.ts';

export interface WireTrust {
  /** DER. */
  readonly roots: readonly Uint8Array[];
  readonly intermediates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
  readonly sealMakers: readonly Uint8Array[] | undefined;
}

/** Whom a worker trusts from now on. */
export interface TrustMessage {
  readonly kind: 'trust';
  readonly trust: WireTrust;
}
export interface JudgeMessage {
  readonly kind: 'judge';
  readonly id: number;
  readonly path: string;
  readonly name: string;
  /** ISO 8601. */
  readonly at: string;
  readonly password: string | undefined;
}
export type Order = TrustMessage | JudgeMessage;

export interface WireFault {
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly detail: string | undefined;
}
export interface JudgedMessage {
  readonly id: number;
  readonly report: VerifyReport;
  /** Ends of the revisions, bytes from the start, oldest first; empty when the file could not be read. */
  readonly revisionEnds: readonly number[];
}
export type Reply = JudgedMessage | { readonly id: number; readonly fault: WireFault };

export const trustToWire = (t: TrustMaterial): WireTrust => ({
  roots: t.roots.map((c) => c.der),
  intermediates: (t.intermediates ?? []).map((c) => c.der),
  crls: t.crls ?? [],
  ocspResponses: t.ocspResponses ?? [],
  sealMakers: t.sealMakers?.map((c) => c.der),
});

export const trustFromWire = (t: WireTrust): TrustMaterial => ({
  roots: t.roots.map((der) => Certificate.parse(der)),
  intermediates: t.intermediates.map((der) => Certificate.parse(der)),
  crls: t.crls,
  ocspResponses: t.ocspResponses,
  ...(t.sealMakers && { sealMakers: t.sealMakers.map((der) => Certificate.parse(der)) }),
});

export const faultToWire = ({ code, params, detail }: YqError): WireFault => ({ code, params: { ...params }, detail });

export const faultFromWire = ({ code, params, detail }: WireFault): YqError =>
  new YqError(isErrorCode(code) ? code : 'INTERNAL', { params, ...(detail !== undefined && { detail }) });
