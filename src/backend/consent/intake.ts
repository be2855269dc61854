/** What a finished consent form must be before it is archived: its form, its evidence, its certificates and its signatures are one. */
import { readFile } from 'node:fs/promises';
import { checkAct, FORM_FIELDS, judgeForm, readSealed, requireAct, type ConsentWriter } from '#core/consent/index.ts';
import { isYqError, YqError } from '#core/errors/index.ts';
import { Certificate } from '#core/pki/index.ts';
import type { SignatureReport } from '#core/verify/index.ts';
import type { Trust } from '../ca/trust.ts';
import type { Persons } from '../login/persons.ts';
import type { Documents } from '../store/documents.ts';
import type { ConsentRow, Consents, PackagePart } from './register.ts';

export interface IntakeDeps {
  readonly consents: Consents;
  readonly evidence: Documents;
  readonly trust: Trust;
  readonly persons: Pick<Persons, 'certificates'>;
  readonly clock: () => Date;
}

const refused = (zh: string, en: string, detail?: string): YqError =>
  new YqError('CONSENT_INTAKE', {
    params: { 'reason.zh': zh, 'reason.en': en },
    ...(detail === undefined ? {} : { detail }),
  });

/**
 * A package is looked at from the outside only: nobody here can open it.
 * @param escrowKeys SM3 of the public keys it may be sealed to
 * @throws CONSENT_INTAKE
 */
export async function checkPackage(
  consent: ConsentRow,
  part: PackagePart,
  bytes: Uint8Array,
  { trust, persons, clock, escrowKeySm3 }: Pick<IntakeDeps, 'trust' | 'persons' | 'clock'> & { escrowKeySm3: string },
): Promise<void> {
  try {
    if (part === 'act') {
      const act = checkAct(bytes, { trust: await trust.material(), at: clock() });
      const { consentId, document, operator } = act.record;
      if (consentId !== consent.id || document !== consent.document || operator !== consent.operator)
        throw refused('离线签署记录不是这份同意书的', 'the record is of another form');
      if (!isOf(act.signer, persons.certificates(consent.operator)))
        throw refused('离线签署记录不是经办人签的', 'the record was signed by somebody else');
      return;
    }
    const { header, recipient } = readSealed(bytes);
    if (header.consentId !== consent.id || header.writer !== part || header.document !== consent.document)
      throw refused('证据包不是这份同意书的', 'the evidence is of another form');
    if (recipient.keySm3 !== escrowKeySm3)
      throw refused('证据包不是封存给本院保管人的', 'the evidence is not sealed to our escrow holder');
  } catch (e) {
    if (!isYqError(e) || e.code === 'CONSENT_INTAKE') throw e;
    const strip = (s: string): string => s.replace(/[。.]$/, '');
    throw refused(strip(e.text('zh').what), strip(e.text('en').what), e.detail ?? e.code);
  }
}

export interface FinishedForm {
  /** Trusted time of the last signature, ISO 8601 UTC. */
  readonly signedAt: string;
}

/** @throws CONSENT_INTAKE */
export async function checkFinished(consent: ConsentRow, file: string, deps: IntakeDeps): Promise<FinishedForm> {
  const { consents, trust, persons, clock } = deps;
  const packages = consents.packages(consent.id);
  const parties = (['patient', 'witness'] as const).flatMap((writer) => {
    const kept = packages.find((p) => p.part === writer);
    return kept === undefined ? [] : [{ writer, evidence: kept.sm3 }];
  });
  if (parties[0]?.writer !== 'patient')
    throw refused('没有患方的证据包', 'the evidence of the patient’s side is missing');
  const signed = await judgeForm(file, {
    consentId: consent.id,
    document: consent.document,
    parties,
    trust: await trust.material(),
    now: clock,
  }).catch((e: unknown) => {
    if (!isYqError(e) || e.code !== 'CONSENT_MISMATCH') throw e;
    throw refused(String(e.params['reason.zh']), String(e.params['reason.en']), e.detail);
  });
  if (signed.next !== undefined) throw refused('签名不全', 'a signature is missing', signed.next);
  const { report } = signed;
  if (report.verdict !== 'PASSED') {
    const findings = [...report.findings, ...report.signatures.flatMap((s) => s.findings)];
    const cause = findings.find((f) => f.verdict === report.verdict);
    throw refused(
      (cause?.zh ?? '验证未通过').replace(/。$/, ''),
      (cause?.en ?? 'verification did not pass').replace(/\.$/, ''),
      cause?.code,
    );
  }
  const of = (who: ConsentWriter | 'staff'): SignatureReport | undefined =>
    report.signatures.find((s) => s.fieldName === FORM_FIELDS[who]);
  for (const who of [...parties.map((p) => p.writer), 'staff'] as const)
    if (of(who)?.trustedTime === undefined) throw refused('缺少可信时间', 'a signature has no trusted time', who);
  const inForce = consents.certificates(consent.id).filter((c) => c.inForce);
  for (const { writer } of parties) {
    if (!inForce.some((c) => c.party === writer && c.serial === of(writer)?.signer?.serial))
      throw refused('事件证书不是为这次签署签发的', 'an event certificate is not the one in force', writer);
  }
  const staff = of('staff');
  const own = persons.certificates(consent.operator).map((der) => Certificate.parse(der));
  if (!own.some((c) => c.serial === staff?.signer?.serial && c.issuer === staff.signer.issuer))
    throw refused('医护人员签名不是经办人的', 'the staff member’s signature is somebody else’s');
  await requireNamedAct(consent, report.signatures, parties, deps);
  return { signedAt: staff?.trustedTime ?? clock().toISOString() };
}

/** Where the certificates name a record of an offline act, it is here and says the same. */
async function requireNamedAct(
  consent: ConsentRow,
  signatures: readonly SignatureReport[],
  parties: readonly { readonly writer: ConsentWriter; readonly evidence: string }[],
  { consents, evidence, trust, clock }: IntakeDeps,
): Promise<void> {
  const named = new Set(signatures.flatMap((s) => (s.event === undefined ? [] : [s.event.act])));
  if (named.size > 1) throw refused('离线签署记录不一致', 'the certificates name different records');
  const [wanted] = named;
  if (wanted === undefined) return;
  const kept = consents.package(consent.id, 'act');
  if (kept?.sm3 !== wanted) throw refused('缺少离线签署记录', 'the record of the offline act is missing');
  const bytes = new Uint8Array(await readFile(evidence.path(kept.sm3)));
  requireAct(checkAct(bytes, { trust: await trust.material(), at: clock() }), {
    consentId: consent.id,
    document: consent.document,
    operator: consent.operator,
    parties,
  });
}

const isOf = (signer: Certificate, own: readonly Uint8Array[]): boolean =>
  own.some((der) => Buffer.compare(der, signer.der) === 0);
