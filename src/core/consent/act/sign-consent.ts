/**
 * The signatures of one form: the patient's side, a witness, the staff member, each an increment over the ones before. Each makes a file beside
 * the target, and the last one the target itself. Killed at any point it goes on with the next one: who has signed is read from those files,
 * so nobody signs twice.
 */
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { YqError } from '#core/errors/index.ts';
import type { Picture, SignatureAppearance } from '#core/pdf/types.ts';
import type { HttpClient, Signer, TrustMaterial } from '#core/pki/index.ts';
import { signPdf, type SignatureLevel, type TsaSettings } from '#core/signing/index.ts';
import type { VerifyReport } from '#core/verify/index.ts';
import type { ConsentRole, ConsentSignature, ConsentWriter } from '../types.ts';
import { FORM_FIELDS } from '../form/fields.ts';
import { withEventKey, type Certify, type EventAct } from './event-key.ts';
import { judgeForm, type SignedForm } from './judge-form.ts';
import { reasonOf, shownTime } from './reason.ts';

/** One who has written by hand. Evidence is sealed once and kept: sealed anew it would have another digest. */
export interface PartyToSign {
  readonly writer: ConsentWriter;
  readonly role: ConsentRole;
  readonly name: string;
  readonly relation: string;
  /** Hex SM3 of the sealed package. */
  readonly evidence: string;
  /** The handwriting as it is shown. */
  readonly picture: Picture;
  /** ISO 8601 UTC: when the hand was lifted last, by the desk's clock. */
  readonly writtenAt: string;
  /** Printed beside the handwriting and said in the reason: what is not as it should be, such as evidence from a simulated device. */
  readonly note?: string;
}

export interface ConsentSigningRequest {
  readonly consentId: string;
  /** The form as it was presented, its empty fields in it; never changed. */
  readonly form: string;
  /** Hex SM3 of that file. */
  readonly document: string;
  readonly target: string;
  /** In the order of signing; the patient's side first. */
  readonly parties: readonly PartyToSign[];
  readonly staff: {
    readonly signer: Signer;
    readonly personId: string;
    readonly appearance?: SignatureAppearance;
    readonly reason?: string;
  };
  /** The record made at the act when there was no network: its SM3 goes into the certificates and its fact into the reasons. */
  readonly act?: { readonly sm3: string };
  /** TTF bytes: sets the time of writing beside each handwriting; left out when absent. */
  readonly font?: Uint8Array;
  /** Asks the service for the certificate of a key made for this act. */
  readonly certify: Certify;
  readonly trust: TrustMaterial;
  readonly tsa?: TsaSettings;
  /** Reached with the staff member's signature, for all of them. */
  readonly level?: SignatureLevel;
  readonly http: HttpClient;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
  readonly onProgress?: (signature: ConsentSignature, state: 'begun' | 'done') => void;
}

export interface ConsentSigningResult {
  readonly target: string;
  /** Hex SM3 of the finished file. */
  readonly sm3: string;
  /** Trusted time of the staff member's signature, the last of all. */
  readonly trustedTime: string | undefined;
  readonly report: VerifyReport;
}

/** The form with its first `count` signatures, beside the target; each stays until all of them stand, so that the first one tells of any. */
export const unfinishedPath = (target: string, count = 1): string =>
  path.join(path.dirname(target), `.${path.basename(target)}.${count}.unfinished`);

/** More parties than a form has. */
const MOST = 2;

/**
 * @throws CONSENT_MISMATCH when the file half done, or the form, is not of these parties and this evidence; CONSENT_EVENT_CERTIFICATE;
 *   whatever `certify` and the staff member's signer reject with; SIGN_*, PDF_*, TSA_* as signPdf. What is signed until then stays signed.
 */
export async function signConsent(request: ConsentSigningRequest): Promise<ConsentSigningResult> {
  const order: ConsentSignature[] = [...request.parties.map((p) => p.writer), 'staff'];
  let state = await reached(request, order);
  let source = state?.file ?? request.form;
  for (let done = state?.done ?? 0; done < order.length; done++) {
    const who = order[done] ?? 'staff';
    const target = done === order.length - 1 ? request.target : unfinishedPath(request.target, done + 1);
    request.signal?.throwIfAborted();
    request.onProgress?.(who, 'begun');
    await (who === 'staff' ? signAsStaff(request, source, target) : signAsParty(request, who, source, target));
    request.onProgress?.(who, 'done');
    source = target;
    state = { file: target, done: done + 1, form: await judgeForm(target, request) };
  }
  if (state?.form.next !== undefined || state === undefined) throw mismatch('签名不全', 'a signature is missing');
  await dropUnfinished(request.target);
  return resultOf(request, state.form);
}

interface Reached {
  readonly file: string;
  /** Signatures that stand in it. */
  readonly done: number;
  readonly form: SignedForm;
}

/** The file with most signatures that is there; undefined when nobody has signed yet. */
async function reached(
  request: ConsentSigningRequest,
  order: readonly ConsentSignature[],
): Promise<Reached | undefined> {
  for (let done = order.length; done > 0; done--) {
    const file = done === order.length ? request.target : unfinishedPath(request.target, done);
    if (!(await exists(file))) continue;
    const form = await judgeForm(file, request);
    if (form.next !== order[done])
      throw mismatch('文件里的签名不全', 'the file lacks a signature', path.basename(file));
    return { file, done, form };
  }
  return undefined;
}

/** Removes what was signed of a form that is given up. */
export async function dropUnfinished(target: string): Promise<void> {
  for (let count = 1; count <= MOST; count++) await rm(unfinishedPath(target, count), { force: true });
}

async function signAsParty(
  request: ConsentSigningRequest,
  writer: ConsentWriter,
  source: string,
  target: string,
): Promise<void> {
  const party = request.parties.find((p) => p.writer === writer);
  if (party === undefined) throw mismatch(`没有${writer}的证据`, `no evidence of ${writer}`);
  const act: EventAct = {
    binding: {
      eventId: request.consentId,
      party: writer,
      role: party.role,
      document: request.document,
      evidence: party.evidence,
      operator: request.staff.personId,
      claimedTime: party.writtenAt,
      ...(request.act === undefined ? {} : { act: request.act.sm3 }),
    },
    name: party.name,
  };
  await withEventKey(act, request, async (signer) => {
    await signPdf({
      ...common(request, source, target),
      fieldName: FORM_FIELDS[writer],
      signer,
      appearance: {
        picture: party.picture,
        ...(request.font === undefined
          ? {}
          : {
              lines: [shownTime(party.writtenAt), ...(party.note === undefined ? [] : [party.note])],
              font: request.font,
            }),
      },
      reason: [
        reasonOf(party, { offline: request.act !== undefined, certifiedAt: request.now() }),
        ...(party.note === undefined ? [] : [party.note]),
      ].join('；'),
    });
  });
}

async function signAsStaff(request: ConsentSigningRequest, source: string, target: string): Promise<void> {
  const { signer, appearance, reason } = request.staff;
  await signPdf({
    ...common(request, source, target),
    fieldName: FORM_FIELDS.staff,
    signer,
    ...(appearance === undefined ? {} : { appearance }),
    reason: reason ?? '已向患方说明并见证其签名',
    ...(request.level === undefined ? {} : { level: request.level }),
  });
}

function common(request: ConsentSigningRequest, source: string, target: string) {
  const { trust, tsa, http, now, signal } = request;
  return {
    source,
    target,
    trust,
    http,
    now,
    ...(tsa === undefined ? {} : { tsa }),
    ...(signal === undefined ? {} : { signal }),
    ...(source === request.form ? { expectedSm3: request.document } : {}),
  };
}

function resultOf({ target }: ConsentSigningRequest, { report }: SignedForm): ConsentSigningResult {
  const staff = report.signatures.find((s) => s.fieldName === FORM_FIELDS.staff);
  return { target, sm3: report.sm3, trustedTime: staff?.trustedTime, report };
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

const mismatch = (zh: string, en: string, detail?: string): YqError =>
  new YqError('CONSENT_MISMATCH', {
    params: { 'reason.zh': zh, 'reason.en': en },
    ...(detail === undefined ? {} : { detail }),
  });
