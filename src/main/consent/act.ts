/**
 * The record of an act without network: what the staff member's key signs at once, so that document, evidence and claimed time are bound
 * together by somebody answerable long before the service can certify anything.
 */
import { buildSignedData } from '#core/pki/index.ts';
import type { Signer } from '#core/pki/types.ts';
import type { Writer } from '#shared/consent.ts';
import type { Form } from './form-store.ts';

export interface ActToRecord {
  readonly form: Form;
  /** Hex SM3 of the sealed packages. */
  readonly evidence: Readonly<Partial<Record<Writer, string>>>;
  readonly signer: Signer;
  readonly at: Date;
}

/** DER SignedData with the record inside and the claimed time among the signed attributes. */
export function makeAct({ form, evidence, signer, at }: ActToRecord): Promise<Uint8Array> {
  const record = {
    consentId: form.id,
    document: form.state.document,
    evidence,
    operator: form.personId,
    writtenAt: form.state.writtenAt,
    claimedAt: at.toISOString(),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(record));
  return buildSignedData({ content: { bytes }, signer, signingTime: at });
}
