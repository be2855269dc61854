/** Every finding the judge itself makes: how it bears on the verdict, and one sentence each for a doctor. Chains and CMS add theirs. */
import type { Finding, Verdict } from '#core/pki/index.ts';

interface Entry {
  readonly verdict: Verdict;
  readonly zh: string;
  readonly en: string;
}

const failed = (zh: string, en: string): Entry => ({ verdict: 'FAILED', zh, en });
const unclear = (zh: string, en: string): Entry => ({ verdict: 'INDETERMINATE', zh, en });
const fine = (zh: string, en: string): Entry => ({ verdict: 'PASSED', zh, en });

export const FINDINGS = {
  // The file
  NO_SIGNATURE: unclear('文件里没有电子签名。', 'The file carries no signature.'),
  ONLY_TIMESTAMPS: unclear(
    '文件只有时间戳，没有任何人的签名。',
    'The file carries time stamps only; nobody has signed it.',
  ),
  ACTIVE_CONTENT: unclear(
    '文件带有会自动运行的内容，显示的内容可能随时改变。',
    'The file carries content that runs by itself, so what it shows can change at any time.',
  ),
  CONTENT_NOTED: fine(
    '文件带有附件、图层或按钮；它们不会自行改变显示的内容。',
    'The file carries attachments, layers or buttons; they do not change by themselves what it shows.',
  ),
  FILE_UNREADABLE: unclear('文件读不出来，无法判断。', 'The file cannot be read, so nothing can be said about it.'),
  PDF_NOT_PDF: unclear('这不是 PDF 文件，无法判断。', 'This is not a PDF file; nothing can be said about it.'),
  PDF_DAMAGED: unclear('PDF 文件已损坏，无法判断签名。', 'The PDF is damaged; its signatures cannot be judged.'),
  PDF_ENCRYPTED: unclear(
    'PDF 文件已加密，需要密码才能判断签名。',
    'The PDF is encrypted; without its password its signatures cannot be judged.',
  ),
  PDF_PASSWORD: unclear(
    'PDF 文件的密码不对，无法判断签名。',
    'The password of the PDF is wrong; its signatures cannot be judged.',
  ),
  PDF_ENCRYPTION: unclear(
    '不支持 PDF 文件的加密方式，无法判断签名。',
    'The PDF is encrypted in a way that is not supported; its signatures cannot be judged.',
  ),
  PDF_LIMIT: unclear('PDF 文件超出限制，无法判断。', 'The PDF exceeds a limit; it cannot be judged.'),
  UNSIGNED_BYTES_AT_END: failed(
    '文件结尾之后还有没有签名保护的内容。',
    'Bytes that no signature covers follow the end of the document.',
  ),
  TOO_MANY_SIGNATURES: unclear('签名数量超出限制，无法判断。', 'The file carries more signatures than can be judged.'),

  // What the signature covers
  BYTE_RANGE_MALFORMED: failed('签名的覆盖范围写法不合规范。', 'The ByteRange of the signature is malformed.'),
  BYTE_RANGE_BEYOND_FILE: failed(
    '签名的覆盖范围超出文件：文件被截短或改写。',
    'The ByteRange reaches beyond the file: it was cut or rewritten.',
  ),
  BYTE_RANGE_GAP: failed(
    '签名没有覆盖应覆盖的内容：空隙不等于签名值本身。',
    'The signature leaves out more than its own value.',
  ),
  BYTE_RANGE_END: failed(
    '签名覆盖的结尾不是文件某一版本的结尾。',
    'The covered range does not end where a revision of the file ends.',
  ),
  BYTE_RANGE_SHARED: failed(
    '两个签名声称覆盖同一版本，互相矛盾。',
    'Two signatures claim the same revision, which is impossible.',
  ),
  DIGEST_MISMATCH: failed('签署之后内容被改动。', 'The content was changed after signing.'),
  DIGEST_WEAK: unclear('签名用了已不安全的摘要算法（SHA-1）。', 'The signature uses SHA-1, which is no longer safe.'),

  // The signature value
  SIGNATURE_IRREGULAR: failed(
    '签名的写法不合规范，可能被人动过。',
    'The signature is written irregularly; somebody may have tampered with it.',
  ),
  SUBFILTER_UNKNOWN: unclear('不认识的签名格式。', 'The signature has an unknown format.'),
  CONTENTS_MALFORMED: failed('签名数据无法解析。', 'The signature data cannot be parsed.'),
  CONTENTS_PADDING: failed(
    '签名数据之后的空位里有别的内容。',
    'The room behind the signature data holds something else than zeros.',
  ),
  CONTENT_TYPE_WRONG: failed(
    '签名数据的类型与签名格式不符。',
    'The type of the signature data does not fit its format.',
  ),
  CONTENTS_IRREGULAR: unclear(
    '签名数据的写法不常见，无法确定。',
    'The signature data are written in an unusual way; nothing is sure.',
  ),
  CONTENTS_BER: fine(
    '签名数据用 BER 而不是 DER 编码，内容相同。',
    'The signature data are written in BER and not in DER; they say the same.',
  ),
  CERTIFICATE_IRREGULAR: unclear(
    '签名所带的证书写法不合规范，或与签发时不一致，无法确定。',
    'A certificate in the signature is written irregularly, or nobody has issued it as it stands; nothing is sure.',
  ),
  DIGEST_UNSUPPORTED: unclear('不支持签名所用的摘要算法。', 'The digest algorithm of the signature is not supported.'),
  SIGNER_COUNT: failed('签名数据里不是恰好一个签名人。', 'The signature data does not name exactly one signer.'),
  SIGNED_ATTRIBUTE_MISSING: unclear(
    '签名缺少规范要求的属性。',
    'The signature lacks an attribute that its format requires.',
  ),

  // The seal
  SEAL_VALID: fine('电子印章有效。', 'The electronic seal is valid.'),
  SEAL_INVALID: failed('电子印章无效。', 'The electronic seal is invalid.'),
  SEAL_UNCLEAR: unclear('电子印章无法确定。', 'Nothing is sure about the electronic seal.'),
  SEAL_SIGNER_DIFFERS: failed(
    '用章的人与签名的人不是同一张证书。',
    'The seal was used with another certificate than the signature.',
  ),

  SEAL_PICTURE_DIFFERS: unclear(
    '页面上显示的图不是印章里的图，请核对。',
    'The picture on the page is not the picture of the seal; check it.',
  ),

  // The act
  EVENT_CERTIFICATE: fine(
    '签名用的是事件证书：只为这一次行为签发，并绑定了当时封存的证据。',
    'The signature was made with an event certificate: issued for this one act and bound to the evidence sealed at it.',
  ),
  EVENT_CERTIFICATE_UNREADABLE: unclear(
    '签名用的是事件证书，但它绑定了什么读不出来。',
    'The signature was made with an event certificate, but what it binds cannot be read.',
  ),

  // Time
  NO_TRUSTED_TIME: fine(
    '没有可信时间，只有签名人声称的时间。',
    'There is no trusted time, only the time the signer claims.',
  ),
  TIMESTAMP_AHEAD: unclear(
    '时间戳的时间还没有到，请核对本机时间。',
    'The time stamp lies in the future; check the clock of this PC.',
  ),
  TIMESTAMP_MORE_THAN_ONE: unclear(
    '有多个时间戳，只判断了第一个。',
    'There are several time stamps; only the first one was judged.',
  ),
  TIMESTAMP_EXPIRED_SINCE: unclear(
    '时间戳服务的证书已过期，又没有更晚的存档时间戳证明此时间戳在过期之前就有。',
    'The certificate behind the time stamp has expired, and no later archive time stamp proves that the stamp was made before.',
  ),
  TIMESTAMP_ORDER: unclear(
    '时间戳比盖在它上面的存档时间戳还晚，时间互相矛盾。',
    'The time stamp is later than the archive time stamp that covers it; the times contradict each other.',
  ),
  TIME_FROM_ARCHIVE: fine(
    '可信时间取自之后的存档时间戳：签名当时已经存在。',
    'The trusted time is that of a later archive time stamp: the signature existed by then.',
  ),
  CERT_EXPIRED_SINCE: unclear(
    '证书现已过期，又没有可信时间证明签署在过期之前。',
    'The certificate has expired since, and no trusted time proves that it signed before.',
  ),

  // What came after
  CHANGED_AFTER_SIGNING: failed(
    '签署之后文件又有不允许的改动。',
    'The file was changed after signing in a way that is not allowed.',
  ),
  CHANGES_UNCLEAR: unclear(
    '签署之后有改动，无法确定是否影响内容，请对照原件。',
    'There are changes after signing of which it is not sure whether they bear on the content; compare with the original.',
  ),
  CHANGED_AS_PERMITTED: fine(
    '签署之后按认证签名的许可填写了表单或加了批注，见改动清单。',
    'After signing, values or annotations were entered as the certification allows; see the list of changes.',
  ),
  CHANGES_NOT_COMPARED: unclear('签署之后的版本无法比较。', 'What came after the signature could not be compared.'),
} as const satisfies Readonly<Record<string, Entry>>;

export type FindingCode = keyof typeof FINDINGS;

export function finding(code: FindingCode, { detail, verdict }: { detail?: string; verdict?: Verdict } = {}): Finding {
  const entry = FINDINGS[code];
  return {
    code,
    verdict: verdict ?? entry.verdict,
    zh: entry.zh,
    en: entry.en,
    ...(detail === undefined ? {} : { detail }),
  };
}

const RANK: Readonly<Record<Verdict, number>> = { PASSED: 0, INDETERMINATE: 1, FAILED: 2 };

/** FAILED beats INDETERMINATE beats PASSED; of nothing at all nothing is sure. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let result: Verdict | undefined;
  for (const verdict of verdicts) if (result === undefined || RANK[verdict] > RANK[result]) result = verdict;
  return result ?? 'INDETERMINATE';
}
