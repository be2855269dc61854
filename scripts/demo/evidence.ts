/** What a stranger needs beside the signed PDFs: certificates and revocation lists from the CA's public addresses, and how to check. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Certificate, parseCrl } from '../../src/core/pki/index.ts';

export interface EvidenceFile {
  readonly file: string;
  readonly zh: string;
  readonly en: string;
}

const CERTIFICATES = [
  {
    file: 'root.pem',
    zh: '示范根证书（SM2），信任从它开始',
    en: 'root certificate of the demo CA (SM2): where trust begins',
  },
  {
    file: 'issuing.pem',
    zh: '签发机构证书，医师证书和时间戳证书由它签发',
    en: 'issuing CA: it issued the doctor and the time stamp service',
  },
  { file: 'tsa.pem', zh: '时间戳服务证书（RFC 3161）', en: 'time stamp service (RFC 3161)' },
] as const;

const REVOCATION_LISTS = [
  { file: 'root.crl', zh: '根证书的吊销列表（DER）', en: 'revocation list of the root (DER)' },
  {
    file: 'issuing.crl',
    zh: '签发机构的吊销列表（DER），签署之后取得',
    en: 'revocation list of the issuing CA (DER), fetched after the signing',
  },
] as const;

/** Fetches them over HTTP as any stranger would, reads each once to be sure of it, and writes them. */
export async function collectEvidence(backend: string, out: string): Promise<readonly EvidenceFile[]> {
  for (const { file } of CERTIFICATES) {
    const certificate = Certificate.parse(await fetchBytes(`${backend}/ca/${path.parse(file).name}.cer`));
    writeFileSync(path.join(out, file), certificate.toPem());
  }
  for (const { file } of REVOCATION_LISTS) {
    const list = await fetchBytes(`${backend}/ca/${file}`);
    parseCrl(list);
    writeFileSync(path.join(out, file), list);
  }
  return [...CERTIFICATES, ...REVOCATION_LISTS];
}

async function fetchBytes(url: string): Promise<Uint8Array> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

export interface SignedFile {
  readonly file: string;
  readonly title: string;
  /** Signatures in it, earlier ones included. */
  readonly signatures: number;
}

export function writeReadme(out: string, signed: readonly SignedFile[], evidence: readonly EvidenceFile[]): void {
  const width = Math.max(...[...signed, ...evidence].map((f) => f.file.length), 'summary.json'.length) + 2;
  const rows = (words: (row: EvidenceFile) => string): string =>
    [
      ...signed.map((s) => ({
        file: s.file,
        zh: `${s.title}，${s.signatures} 个签名`,
        en: `signed record, ${s.signatures === 1 ? 'one signature' : `${s.signatures} signatures`}`,
      })),
      ...evidence,
      {
        file: 'summary.json',
        zh: '每份文书的 SM3、证书序列号、可信时间、各步毫秒数',
        en: 'per record: SM3, certificate serial, trusted time, milliseconds per step',
      },
      { file: 'screens/', zh: '途中的界面截图', en: 'screenshots on the way' },
    ]
      .map((row) => `  ${row.file.padEnd(width)}${words(row)}`)
      .join('\n');
  writeFileSync(
    path.join(out, 'README.txt'),
    `医签 演示结果。人物、病情均为虚构，密钥仅供演示。

${rows((r) => r.zh)}

自己核对（前三条在本目录运行，第四条在医签目录运行，DIR 是本目录）：
${CHECKS}
第四条的退出码：0 全部有效，1 有无效的，2 无法确定，3 读不了。
pdfsig、Adobe 等不认识 SM2，会显示“未知”，这不是签名有误。


Yiqian: what the demo left. Persons and findings are invented; the keys are for demonstration only.

${rows((r) => r.en)}

See for yourself (the first three in this folder, the last in Yiqian's folder, DIR being this one):
${CHECKS}
Exit status of the last: 0 all valid, 1 any invalid, 2 cannot be told, 3 could not be read.
pdfsig and Adobe do not know SM2 and say "unknown": nothing is wrong with the signature.
`,
  );
}

/** OpenSSL 3 applies the SM2 user ID to the last certificate of a chain only, so link by link. */
const CHECKS = `  for f in *.pdf; do qpdf --check "$f"; done
  openssl verify -vfyopt distid:1234567812345678 -CAfile root.pem issuing.pem
  openssl verify -vfyopt distid:1234567812345678 -partial_chain -CAfile issuing.pem tsa.pem
  npm run -s cli -- verify DIR/*.pdf --trust DIR
`;
