/**
 * Strangers' judgement by Java programs on BouncyCastle and PDFBox (Debian: libbcprov-java libbcpkix-java libbcutil-java libpdfbox2-java).
 * Each call starts one JVM: hand over many files at once. Where Java or the jars are missing, `javaMissing` says so and tests skip loudly.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const jarFolder = '/usr/share/java';
const bouncyCastle = ['bcprov.jar', 'bcpkix.jar', 'bcutil.jar'];
const pdfBox = ['pdfbox2.jar', 'fontbox2.jar', 'commons-logging.jar'];

function findMissing(): string | undefined {
  if (spawnSync('java', ['-version']).status !== 0) return 'java is not installed';
  const absent = [...bouncyCastle, ...pdfBox].filter((jar) => !existsSync(join(jarFolder, jar)));
  return absent.length === 0 ? undefined : `${jarFolder} lacks ${absent.join(', ')}`;
}

/** Why the Java strangers cannot be asked; undefined when they can. */
export const javaMissing: string | undefined = findMissing();
if (javaMissing !== undefined) console.warn(`SKIPPED: interop with BouncyCastle and PDFBox: ${javaMissing}`);

/** Runs a single-file program of ./java and gives its standard output. */
export function runJava(program: string, args: readonly string[], input = ''): string {
  const source = fileURLToPath(new URL(`./java/${program}.java`, import.meta.url));
  const classPath = [...bouncyCastle, ...pdfBox].map((jar) => join(jarFolder, jar)).join(':');
  const run = spawnSync('java', ['-Xshare:auto', '-XX:TieredStopAtLevel=1', '-cp', classPath, source, ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 240_000,
    // Chinese names in arguments and output.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  if (run.status !== 0)
    throw new Error(`${program} ended with ${run.status ?? run.signal}: ${run.stderr.slice(0, 4000)}`);
  return run.stdout;
}

export interface PdfCheckResult {
  readonly file: string;
  /** Every signature is in order and there is at least one. */
  readonly ok: boolean;
  /** Why the file as a whole was refused; null otherwise. */
  readonly reason: string | null;
  readonly signatures: readonly {
    readonly field: string;
    readonly ok: boolean;
    readonly reason: string | null;
    /** genTime of a valid time stamp (ISO 8601), null when there is none. */
    readonly ts: string | null;
    /** Serial number of the signer's certificate, hex; null of a document time stamp. */
    readonly serial: string | null;
    readonly subFilter: string;
    readonly wholeFile: boolean;
  }[];
}

/**
 * PDFBox and BouncyCastle judge every signature of each file: ByteRange, CMS, digest, signature time stamp, chain.
 * @param files paths of PDF files; one result each, in the same order
 * @param rootPem PEM text of the trusted roots; '' leaves the chain unjudged
 * @param options `password` of encrypted files; with `strict` PDFBox repairs nothing
 */
export function pdfCheck(
  files: readonly string[],
  rootPem: string,
  { password, strict = false }: { readonly password?: string; readonly strict?: boolean } = {},
): PdfCheckResult[] {
  return withFolder((folder) => {
    const root = rootPem === '' ? '-' : join(folder, 'root.pem');
    if (rootPem !== '') writeFileSync(root, rootPem);
    const options = [...(password === undefined ? [] : [`--password=${password}`]), ...(strict ? ['--strict'] : [])];
    const lines = runJava('PdfCheck', [root, ...options, ...files])
      .trim()
      .split('\n');
    return lines.map((line) => JSON.parse(line) as PdfCheckResult);
  });
}

/** A question to BouncyCastle. Bytes are DER unless said; `roots` and the like are PEM text. */
export type BcJob =
  | { readonly kind: 'cms'; readonly signedData: Uint8Array; readonly content?: Uint8Array; readonly roots: string }
  | { readonly kind: 'token'; readonly token: Uint8Array; readonly data: Uint8Array; readonly roots: string }
  | { readonly kind: 'response'; readonly response: Uint8Array; readonly request: Uint8Array; readonly roots: string }
  | {
      readonly kind: 'chain';
      readonly leaf: string;
      readonly intermediates?: string;
      readonly roots: string;
      /** Given: revocation is checked along the whole path. */
      readonly crls?: readonly Uint8Array[];
      readonly at: Date;
    }
  | { readonly kind: 'ocsp'; readonly response: Uint8Array; readonly issuer: string; readonly leaf: string }
  | { readonly kind: 'csr'; readonly request: Uint8Array };

export interface BcAnswer {
  readonly ok: boolean;
  /** What was seen, or why it was refused. */
  readonly detail: string;
}

/** Asks BouncyCastle many questions in one JVM; answers in the same order. */
export function bcVerify(jobs: readonly BcJob[]): BcAnswer[] {
  return withFolder((folder) => {
    let count = 0;
    const put = (content: Uint8Array | string | undefined): string => {
      if (content === undefined) return '-';
      count += 1;
      const name = join(folder, String(count));
      writeFileSync(name, content);
      return name;
    };
    const line = (job: BcJob): string[] => {
      switch (job.kind) {
        case 'cms':
          return ['cms', put(job.signedData), put(job.content), put(job.roots)];
        case 'token':
          return ['token', put(job.token), put(job.data), put(job.roots)];
        case 'response':
          return ['response', put(job.response), put(job.request), put(job.roots)];
        case 'chain': {
          const crls = job.crls === undefined ? '-' : job.crls.map(put).join(',');
          return ['chain', put(job.leaf), put(job.intermediates), put(job.roots), crls, String(job.at.getTime())];
        }
        case 'ocsp':
          return ['ocsp', put(job.response), put(job.issuer), put(job.leaf)];
        case 'csr':
          return ['csr', put(job.request)];
      }
    };
    const input = jobs.map((job) => line(job).join('\t')).join('\n');
    const lines = runJava('PkiCheck', [], `${input}\n`).trimEnd().split('\n');
    return lines.map((text) => {
      const [verdict, ...detail] = text.split('\t');
      return { ok: verdict === 'OK', detail: detail.join(' ') };
    });
  });
}

/** BouncyCastle verifies CMS SignedData (signature, digest, chain); content absent means attached. */
export const bcVerifyCms = (
  list: readonly { readonly signedData: Uint8Array; readonly content?: Uint8Array; readonly roots: string }[],
): BcAnswer[] => bcVerify(list.map((item) => ({ kind: 'cms', ...item })));

export function withFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'yiqian-interop-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}
