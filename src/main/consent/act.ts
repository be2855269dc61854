/** The record of an act without network: what the staff member's key signs at once, long before the service can certify anything. */
import { signAct } from '#core/consent/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { Signer } from '#core/pki/types.ts';
import type { Writer } from '#shared/consent.ts';
import { writersOf } from './evidence.ts';
import type { Form } from './form-store.ts';

export interface ActToRecord {
  readonly form: Form;
  /** Hex SM3 of the sealed packages. */
  readonly evidence: Readonly<Partial<Record<Writer, string>>>;
  readonly signer: Signer;
  readonly at: Date;
}

export async function recordAct({ form, evidence, signer, at }: ActToRecord): Promise<Uint8Array> {
  const { document, parts } = form.state;
  if (document === null) throw new YqError('CONSENT_KEPT', { detail: 'document' });
  const parties = writersOf(form).map((writer) => {
    const [sealed, writtenAt] = [evidence[writer], parts[writer]?.writtenAt];
    if (sealed === undefined || writtenAt == null) throw new YqError('CONSENT_KEPT', { detail: `part ${writer}` });
    return { writer, evidence: sealed, writtenAt };
  });
  const record = { consentId: form.id, document, parties, operator: form.personId, claimedTime: at.toISOString() };
  return (await signAct(record, signer)).cms;
}
