/** All signed files at once before strangers (PDFBox and BouncyCastle, one JVM) and before our own judge. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bytesSource } from '../../../src/core/pdf/index.ts';
import { Certificate } from '../../../src/core/pki/index.ts';
import { verifyPdf } from '../../../src/core/verify/index.ts';
import { javaMissing, pdfCheck } from '../../interop/java.ts';
import type { Violation } from './check.ts';

/** Names on a command line at a time. */
const BATCH = 400;

export interface Judged {
  readonly violations: readonly Violation[];
  /** Files that BouncyCastle has judged; 0 where Java is not there. */
  readonly byStrangers: number;
  readonly byUs: number;
}

/** Each file's signatures must all hold, and no certificate may have signed one file twice. `trust`: folder with root.pem and rsa-root.pem. */
export async function judgeAll(files: readonly string[], trust: string): Promise<Judged> {
  const violations: Violation[] = [];
  const rootPem = readFileSync(join(trust, 'root.pem'), 'utf8');
  let byStrangers = 0;
  if (javaMissing === undefined) {
    for (let at = 0; at < files.length; at += BATCH) {
      for (const { file, ok, reason, signatures } of pdfCheck(files.slice(at, at + BATCH), rootPem)) {
        byStrangers += 1;
        const why = reason ?? signatures.find((s) => !s.ok)?.reason ?? '';
        if (!ok) violations.push({ kind: 'half', what: `${basename(file)}: BouncyCastle says no: ${why}` });
        if (signatures.some((s) => s.ts === null && s.subFilter !== 'ETSI.RFC3161'))
          violations.push({ kind: 'half', what: `${basename(file)}: without a trusted time` });
        const serials = signatures.map((s) => s.serial).filter((s) => s !== null);
        const fields = signatures
          .map((s) => s.field)
          .sort()
          .join(' ');
        if (basename(file).startsWith('consent-') && !/^ConsentPatient ConsentStaff( ConsentWitness)?$/.test(fields))
          violations.push({ kind: 'doubled', what: `${basename(file)} is signed in the fields ${fields}` });
        if (new Set(serials).size !== serials.length)
          violations.push({ kind: 'doubled', what: `${basename(file)}: one certificate has signed twice` });
      }
    }
  }
  const roots = Certificate.parseAll(new Uint8Array(readFileSync(join(trust, 'root.pem'))));
  for (const file of files) {
    const report = await verifyPdf(bytesSource(new Uint8Array(readFileSync(file))), {
      name: basename(file),
      trust: { roots },
    });
    if (report.verdict !== 'PASSED')
      violations.push({ kind: 'half', what: `${basename(file)}: our judge says ${report.verdict}` });
  }
  return { violations, byStrangers, byUs: files.length };
}
