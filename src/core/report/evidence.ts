/** What a stranger needs to check the judgement again, taken from the judged file: signature data, certificates, the report as JSON. */
import { createHash, toHex } from '#core/crypto/index.ts';
import { isYqError, YqError } from '#core/errors/index.ts';
import { readPdf, type ByteSource } from '#core/pdf/index.ts';
import { parseSignedData, trimDerPadding } from '#core/pki/index.ts';
import type { VerifyReport } from '#core/verify/index.ts';
import { reportJson } from './json.ts';

export interface Attachment {
  readonly name: string;
  readonly mimeType: string;
  readonly data: Uint8Array;
  /** For a signature's own data: its number in the report. */
  readonly signature?: number;
}

const CHUNK = 1 << 20;

/** REPORT_OTHER_FILE when `source` is not the file that was judged. */
export async function gatherEvidence(
  report: VerifyReport,
  source: ByteSource | undefined,
  password: string | undefined,
): Promise<readonly Attachment[]> {
  const json: Attachment = {
    name: 'report.json',
    mimeType: 'application/json',
    data: new TextEncoder().encode(reportJson(report)),
  };
  if (source === undefined) return [json];
  await requireSame(report, source);
  return [json, ...(await signatureData(report, source, password))];
}

async function requireSame(report: VerifyReport, source: ByteSource): Promise<void> {
  if (report.sm3 === '') return;
  const hash = createHash('sm3');
  for (let offset = 0; offset < source.size; offset += CHUNK) {
    hash.update(await source.read(offset, Math.min(CHUNK, source.size - offset)));
  }
  const found = toHex(hash.digest());
  if (found !== report.sm3) {
    throw new YqError('REPORT_OTHER_FILE', {
      params: { file: report.file },
      detail: `judged ${report.sm3}, found ${found}`,
    });
  }
}

/** A file whose structure cannot be read has no signature data to attach; the report says why. */
async function signatureData(
  report: VerifyReport,
  source: ByteSource,
  password: string | undefined,
): Promise<readonly Attachment[]> {
  const found: Attachment[] = [];
  const certificates = new Map<string, string>();
  try {
    const file = await readPdf(source, password === undefined ? {} : { password });
    for (const [i, signature] of (await file.signatures()).entries()) {
      const number = report.signatures[i]?.index ?? i + 1;
      const der = withoutPadding(signature.contents);
      found.push({
        name: `signature-${number}.p7s`,
        mimeType: 'application/pkcs7-signature',
        data: der,
        signature: number,
      });
      for (const certificate of certificatesIn(der)) certificates.set(certificate.fingerprint, certificate.pem);
    }
  } catch (e) {
    if (!isYqError(e)) throw e;
  }
  if (certificates.size > 0) {
    found.push({
      name: 'certificates.pem',
      mimeType: 'application/x-pem-file',
      data: new TextEncoder().encode([...certificates.values()].join('')),
    });
  }
  return found;
}

function withoutPadding(contents: Uint8Array): Uint8Array {
  try {
    return trimDerPadding(contents);
  } catch {
    return contents;
  }
}

function certificatesIn(der: Uint8Array): readonly { readonly fingerprint: string; readonly pem: string }[] {
  try {
    return parseSignedData(der).certificates.map((c) => ({ fingerprint: String(c.fingerprint), pem: c.toPem() }));
  } catch {
    return []; // a seal signature alone, or data that the report calls malformed
  }
}
