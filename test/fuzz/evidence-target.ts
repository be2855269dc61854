/** Sealed evidence, its content, and the record of an offline act: nothing but refusals, and nothing opens to something else. */
import {
  checkAct,
  decodeEvidence,
  encodeEvidence,
  inkPicture,
  openEvidence,
  readSealed,
  sealEvidence,
  signAct,
  unwrapWith,
} from '#core/consent/index.ts';
import { toHex } from '#core/crypto/index.ts';
import {
  eventExtensions,
  generateSoftwareKey,
  issueSelfSignedCertificate,
  readEventBinding,
  softwareKeySigner,
  softwareSigner,
  type KeyUsageName,
} from '#core/pki/index.ts';
import { evidenceOf } from '../core/consent/samples.ts';
import type { Target } from './targets.ts';

const at = new Date('2026-11-22T02:05:00.000Z');
const DOCUMENT = 'AB'.repeat(32);

export async function evidenceTarget(orRefusal: (step: () => unknown) => Promise<void>): Promise<Target> {
  const key = generateSoftwareKey('sm2');
  const certificate = (keyUsage: readonly KeyUsageName[]) =>
    issueSelfSignedCertificate(
      {
        subject: [['CN', 'fuzz']],
        notBefore: new Date(at.getTime() - 1e9),
        notAfter: new Date(at.getTime() + 1e9),
        keyUsage,
      },
      softwareKeySigner(key),
    );
  const evidence = evidenceOf('C-1', DOCUMENT);
  const short = { ...evidence, ink: { ...evidence.ink, strokes: evidence.ink.strokes.slice(0, 2) } };
  const sealed = sealEvidence(short, await certificate(['keyEncipherment']), at);
  const content = encodeEvidence(short);
  const parties = [{ writer: 'patient' as const, evidence: sealed.sm3, writtenAt: at.toISOString() }];
  const act = { consentId: 'C-1', document: DOCUMENT, parties, operator: '1', claimedTime: at.toISOString() };
  const signer = softwareSigner(key, await certificate(['digitalSignature']));
  const { cms } = await signAct(act, signer);
  const binding = { eventId: 'C-1', party: 'patient', role: 'self', document: DOCUMENT, evidence: sealed.sm3 };
  const [, extension] = eventExtensions({ ...binding, operator: '1', claimedTime: at.toISOString(), act: sealed.sm3 });
  if (extension === undefined) throw new Error('no extension');
  const original = toHex(content);
  return {
    kind: 'der',
    seeds: [sealed.package, content, cms, extension.value],
    run: async (input) => {
      await orRefusal(() => readSealed(input));
      await orRefusal(async () => {
        const opened = await openEvidence(input, unwrapWith(key));
        if (toHex(encodeEvidence(opened.evidence)) !== original) throw new Error('a changed package was opened');
      });
      await orRefusal(() => {
        const decoded = decodeEvidence(input);
        if (decoded.ink.strokes.length > 0) inkPicture(decoded.ink);
      });
      await orRefusal(() => {
        const { record } = checkAct(input, { trust: { roots: [signer.certificate] }, at });
        if (JSON.stringify(record) !== JSON.stringify(act)) throw new Error('a changed record was accepted');
      });
      await orRefusal(() => readEventBinding([{ ...extension, value: input }]));
    },
  };
}
