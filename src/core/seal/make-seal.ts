/** Making a SESeal (制章) of GB/T 38540-2020 or GM/T 0031-2025: the maker's certificate first, then eSealInfo, value, time stamp. */
import { sm3 } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import {
  bitString,
  der,
  generalizedTime,
  integer,
  octetString,
  Oid,
  oid,
  sequence,
  Tag,
  utf8String,
  validateChain,
  verifySignatureValue,
  type Certificate,
  type Signer,
  type TrustMaterial,
} from '#core/pki/index.ts';
import { parseSeal } from './parse-seal.ts';
import { judgePicture } from './picture.ts';
import type { SealRequest, SealStamper } from './types.ts';

export interface MakeSealOptions {
  /** When given, the maker's chain is judged with it at `now`. */
  readonly trust?: TrustMaterial;
  /** createdAt of the request when absent. */
  readonly now?: Date;
  /** GM/T 0031-2025: a time stamp over the maker's value; refused with version 4, which has no place for it. */
  readonly stamp?: SealStamper;
}

/**
 * DER SESeal. extDatas is not written. Rejects with SEAL_MAKER_UNUSABLE, SEAL_REQUEST, TSA_* or what the maker's key rejects with.
 */
export async function makeSeal(
  request: SealRequest,
  maker: Signer,
  options: MakeSealOptions = {},
): Promise<Uint8Array> {
  requireMaker(maker, options.now ?? request.createdAt, options.trust);
  requireRequest(request, maker.certificate, options);
  const info = encodeSealInfo(request);
  const signature = await maker.sign(info);
  const algorithm = { oid: Oid.sm2WithSm3, digestOid: Oid.sm3 };
  if (!verifySignatureValue(maker.certificate.publicKey, algorithm, info, signature)) {
    throw makerUnusable('密钥给出的签名值无效', 'its key gave an invalid signature value');
  }
  const token = await options.stamp?.(signature);
  const seal = sequence(
    info,
    octetString(maker.certificate.der),
    oid(Oid.sm2WithSm3),
    bitString(signature),
    ...(token === undefined ? [] : [der(Tag.contextConstructed(0), bitString(token))]),
  );
  parseSeal(seal);
  return seal;
}

const makerUnusable = (zh: string, en: string, detail?: string): YqError =>
  new YqError('SEAL_MAKER_UNUSABLE', {
    params: { 'reason.zh': zh, 'reason.en': en },
    ...(detail === undefined ? {} : { detail }),
  });

const refused = (zh: string, en: string): YqError =>
  new YqError('SEAL_REQUEST', { params: { 'reason.zh': zh, 'reason.en': en } });

function requireMaker({ certificate, chain }: Signer, at: Date, trust: TrustMaterial | undefined): void {
  const { keyUsage, publicKey, notBefore, notAfter } = certificate;
  if (publicKey.kind !== 'sm2') throw makerUnusable('它不是 SM2 证书', 'it is no SM2 certificate');
  if (at < notBefore || at > notAfter) {
    throw makerUnusable('它不在有效期内', 'it is not within its validity', certificate.serial);
  }
  if (keyUsage !== undefined && !keyUsage.has('digitalSignature') && !keyUsage.has('nonRepudiation')) {
    throw makerUnusable('它没有签名用途', 'it has no signing usage', [...keyUsage].join(' '));
  }
  if (trust === undefined) return;
  const material = { ...trust, intermediates: [...chain, ...(trust.intermediates ?? [])] };
  const report = validateChain(certificate, material, { at, purpose: 'signing' });
  const cause = report.findings.find((f) => f.verdict === report.verdict && f.verdict !== 'PASSED');
  if (cause !== undefined) {
    throw makerUnusable(cause.zh.replace(/。$/, ''), cause.en.replace(/\.$/, ''), cause.code);
  }
}

const PRINTABLE_ASCII = /^[\x20-\x7e]+$/;
/** Longest text in a seal that still fits lists and reports. */
const MAX_TEXT = 128;

function requireRequest(request: SealRequest, maker: Certificate, { stamp }: MakeSealOptions): void {
  const { id, vendor, name, type, picture, signers, createdAt, validFrom, validTo } = request;
  const ascii = (text: string): boolean => PRINTABLE_ASCII.test(text) && text.length <= MAX_TEXT;
  if (!ascii(id)) throw refused('印章编号只能用英文字母、数字和符号', 'its number must be printable ASCII');
  if (!ascii(vendor)) throw refused('厂商标识只能用英文字母、数字和符号', 'its vendor must be printable ASCII');
  if (name.trim() === '' || name.length > MAX_TEXT)
    throw refused('缺少印章名称或名称太长', 'its name is missing or too long');
  if (!Number.isSafeInteger(type) || type < 0) throw refused('印章类型不对', 'its type is no number');
  const odd = judgePicture(picture);
  if (odd !== undefined) throw refused(`印章图片不对（${odd}）`, `its picture is wrong (${odd})`);
  if (signers.certificates.length === 0) throw refused('没有登记签章人的证书', 'it names no signer');
  const foreign = signers.certificates.find((c) => c.publicKey.kind !== 'sm2');
  if (foreign !== undefined) {
    throw refused(
      `签章人“${foreign.commonName}”的证书不是 SM2 证书`,
      `the certificate of “${foreign.commonName}” is not SM2`,
    );
  }
  if (!(validFrom < validTo)) throw refused('有效期的开始不早于结束', 'its validity ends before it begins');
  if (request.version === 5 && (createdAt < validFrom || createdAt > validTo)) {
    throw refused('制作日期不在有效期内', 'its date of making lies outside its validity');
  }
  if (request.version === 4 && stamp !== undefined) {
    throw refused('GB/T 38540-2020 的印章不带时间戳', 'a seal of GB/T 38540-2020 has no time stamp');
  }
  for (const certificate of [maker, ...signers.certificates]) {
    if (validTo > certificate.notAfter) {
      const day = certificate.notAfter.toISOString().slice(0, 10);
      const who = certificate.commonName;
      throw refused(
        `有效期超过“${who}”证书的到期日 ${day}`,
        `its validity goes beyond ${day}, when the certificate of “${who}” ends`,
      );
    }
  }
}

const ascii = (text: string): Uint8Array => der(Tag.ia5String, new TextEncoder().encode(text));
const SM3_NAME = der(Tag.printableString, new TextEncoder().encode('SM3'));

/** The standards have whole millimetres: a drawn picture of another size is rounded to them. */
function encodeSealInfo(request: SealRequest): Uint8Array {
  const { signers, picture } = request;
  const byCertificate = signers.kind === 'certificates';
  const list = signers.certificates.map((c) =>
    byCertificate ? octetString(c.der) : sequence(SM3_NAME, octetString(sm3(c.der))),
  );
  return sequence(
    sequence(ascii('ES'), integer(request.version), ascii(request.vendor)),
    ascii(request.id),
    sequence(
      integer(request.type),
      utf8String(request.name),
      integer(byCertificate ? 1 : 2),
      sequence(...list),
      generalizedTime(request.createdAt),
      generalizedTime(request.validFrom),
      generalizedTime(request.validTo),
    ),
    sequence(
      ascii(picture.format),
      octetString(picture.data),
      integer(Math.round(picture.widthMm)),
      integer(Math.round(picture.heightMm)),
    ),
  );
}
