/** A form behind the line: whose signatures it needs, and what the service has before certificates are asked for. */
import type { PartyToSign } from '#core/consent/index.ts';
import { sm3, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { ConsentDeps } from './deps.ts';
import { partyOf, writersOf } from './evidence.ts';
import type { Form, FormStore } from './form-store.ts';

/** On the form itself, so that no print of a training form passes for a real one. */
const SIMULATED = '模拟指纹 仅供培训';

/** In the order of signing. Throws CONSENT_KEPT. */
export const partiesOf = (store: FormStore, form: Form): readonly PartyToSign[] =>
  writersOf(form).map((writer) => {
    const { role, name, relation } = partyOf(form, writer);
    const [data, evidence] = [store.file(form.id, `picture-${writer}`), form.state.act?.evidence[writer]];
    if (!data || evidence === undefined) throw new YqError('CONSENT_KEPT', { detail: `part ${writer}` });
    const writtenAt = form.state.parts[writer]?.writtenAt ?? form.state.writtenAt ?? form.createdAt;
    const isSimulated = writer === 'patient' && form.state.fingerprint?.simulated === true;
    return {
      ...{ writer, role, name, relation, evidence, writtenAt },
      picture: { format: 'SVG', data },
      ...(isSimulated && { note: SIMULATED }),
    };
  });

/** What the certificates will name is with the service before they are asked for. */
export async function handIn(
  { store, service }: Pick<ConsentDeps, 'store' | 'service'>,
  { id, state }: Form,
  bearer: string,
): Promise<void> {
  const { document, patient, template, act } = state;
  if (document === null || !act) throw new YqError('CONSENT_KEPT', { detail: 'act' });
  await service.open(bearer, {
    id,
    patientId: patient.id,
    template: { id: template.id, version: template.version },
    document,
  });
  for (const [part, kind] of [
    ['patient', 'package-patient'],
    ['witness', 'package-witness'],
    ['act', 'act'],
  ] as const) {
    const bytes = store.file(id, kind);
    if (bytes) await service.handIn(bearer, id, part, bytes, toHex(sm3(bytes)));
  }
}
