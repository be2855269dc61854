/**
 * The record of an act without a network: the staff member's key signs, on the spot, which document was signed by hand and which evidence was
 * sealed, with the claimed time. It proves nothing about the time, but what is certified later is what was there then.
 */
import { fromHex, sm3, toHex } from '#core/crypto/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import {
  buildSignedData,
  DerCursor,
  generalizedTime,
  integer,
  octetString,
  parseSignedData,
  readDer,
  readSmallInteger,
  readTime,
  sequence,
  Tag,
  utf8String,
  verifySignerInfo,
  type Certificate,
  type Signer,
  type TrustMaterial,
} from '#core/pki/index.ts';
import { EvidenceOid } from '../evidence/oids.ts';
import { reasonsOf, whyUntrusted } from '../trusted.ts';
import type { ConsentWriter } from '../types.ts';

/**
 * ActRecord ::= SEQUENCE { version INTEGER (1), consentId UTF8String, document OCTET STRING (32), parties SEQUENCE OF SEQUENCE { party
 * UTF8String, evidence OCTET STRING (32), writtenAt GeneralizedTime }, operator UTF8String, claimedTime GeneralizedTime }
 */
export interface ActRecord {
  readonly consentId: string;
  /** Hex SM3 of the form. */
  readonly document: string;
  readonly parties: readonly {
    readonly writer: ConsentWriter;
    /** Hex SM3 of the sealed package. */
    readonly evidence: string;
    /** ISO 8601 UTC. */
    readonly writtenAt: string;
  }[];
  /** Person id. */
  readonly operator: string;
  /** ISO 8601 UTC, by the desk's clock. */
  readonly claimedTime: string;
}

export interface SignedAct {
  /** DER SignedData, the record inside. */
  readonly cms: Uint8Array;
  /** Hex SM3 of it: what the event certificates name. */
  readonly sm3: string;
}

export interface CheckedAct {
  readonly record: ActRecord;
  readonly signer: Certificate;
  readonly sm3: string;
}

const LIMITS = { bytes: 64 << 10, depth: 24, elements: 4000 } as const;
const WRITERS: readonly ConsentWriter[] = ['patient', 'witness'];

const refused = (zh: string, en: string, detail?: string): YqError =>
  new YqError('CONSENT_ACT', {
    params: { 'reason.zh': zh, 'reason.en': en },
    ...(detail === undefined ? {} : { detail }),
  });

export async function signAct(record: ActRecord, signer: Signer): Promise<SignedAct> {
  const cms = await buildSignedData({
    content: { bytes: encode(record) },
    contentType: EvidenceOid.act,
    signer,
    signingTime: new Date(record.claimedTime),
  });
  return { cms, sm3: toHex(sm3(cms)) };
}

/**
 * Reads the record and checks its signature and the signer's chain.
 * @throws CONSENT_ACT
 */
export function checkAct(
  cms: Uint8Array,
  { trust, at }: { readonly trust: TrustMaterial; readonly at: Date },
): CheckedAct {
  try {
    if (cms.length > LIMITS.bytes) throw refused('文件过大', 'it is too large');
    const view = parseSignedData(cms);
    if (view.contentType !== EvidenceOid.act || view.content === undefined)
      throw refused('不是离线签署记录', 'it is something else');
    const record = decode(view.content);
    const judged = verifySignerInfo(view, { attached: true });
    const { certificate } = judged;
    const wrong = judged.findings.find((f) => f.verdict !== 'PASSED');
    if (certificate === undefined || judged.verdict !== 'PASSED')
      throw refused('签名无效', 'its signature does not hold', wrong?.code);
    if (judged.signingTime?.getTime() !== Math.floor(Date.parse(record.claimedTime) / 1000) * 1000)
      throw refused('时间不一致', 'its times differ');
    const against = whyUntrusted(certificate, trust, { at, purpose: 'signing', chain: view.certificates });
    if (against !== undefined) throw refused(...reasonsOf(against), against.code);
    return { record, signer: certificate, sm3: toHex(sm3(cms)) };
  } catch (e) {
    const cause = asYqError(e, 'PKI_PARSE');
    if (cause.code === 'CONSENT_ACT') throw cause;
    throw refused('结构不正确', 'its structure is wrong', cause.detail);
  }
}

/** @throws CONSENT_ACT when the record is of another act than this */
export function requireAct(
  { record }: CheckedAct,
  wanted: Pick<ActRecord, 'consentId' | 'document' | 'operator'> & {
    readonly parties: readonly { readonly writer: ConsentWriter; readonly evidence: string }[];
  },
): void {
  if (record.consentId !== wanted.consentId) throw refused('不是这份同意书', 'it is of another form');
  if (record.document !== wanted.document.toUpperCase()) throw refused('文档不一致', 'it names another document');
  if (record.operator !== wanted.operator) throw refused('经办人不一致', 'it names another member of staff');
  const listed = (parties: readonly { readonly writer: string; readonly evidence: string }[]): string =>
    parties.map((p) => `${p.writer} ${p.evidence.toUpperCase()}`).join('\n');
  if (listed(record.parties) !== listed(wanted.parties)) throw refused('证据不一致', 'it names other evidence');
}

function encode(record: ActRecord): Uint8Array {
  return sequence(
    integer(1),
    utf8String(record.consentId),
    octetString(fromHex(record.document)),
    sequence(
      ...record.parties.map(({ writer, evidence, writtenAt }) =>
        sequence(utf8String(writer), octetString(fromHex(evidence)), generalizedTime(new Date(writtenAt), true)),
      ),
    ),
    utf8String(record.operator),
    generalizedTime(new Date(record.claimedTime), true),
  );
}

function decode(bytes: Uint8Array): ActRecord {
  const c = new DerCursor(readDer(bytes, Tag.sequence, LIMITS));
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const text = (from: DerCursor): string => utf8.decode(from.next(Tag.utf8String).value);
  const digest = (from: DerCursor): string => {
    const { value } = from.next(Tag.octetString);
    if (value.length !== 32) throw refused('摘要长度不对', 'a digest of the wrong length');
    return toHex(value);
  };
  const time = (from: DerCursor): string => readTime(from.next(Tag.generalizedTime)).toISOString();
  if (readSmallInteger(c.next(Tag.integer).value) !== 1) throw refused('版本未知', 'its version is unknown');
  const consentId = text(c);
  const document = digest(c);
  const parties = new DerCursor(c.next(Tag.sequence)).all(Tag.sequence).map((element) => {
    const p = new DerCursor(element);
    const named = text(p);
    const writer = WRITERS.find((w) => w === named);
    if (writer === undefined) throw refused('签名人未知', 'an unknown party');
    const party = { writer, evidence: digest(p), writtenAt: time(p) };
    p.end();
    return party;
  });
  const operator = text(c);
  const claimedTime = time(c);
  c.end();
  return { consentId, document, parties, operator, claimedTime };
}
