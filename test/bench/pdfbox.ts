/** The peer for a small seal: PDFBox with BouncyCastle (Debian's jars), SM2 and SM3, warmed up, in one JVM. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const jars = ['bcprov', 'bcpkix', 'bcutil', 'pdfbox2', 'fontbox2', 'commons-logging'].map(
  (jar) => `/usr/share/java/${jar}.jar`,
);

/** The last number that a program of ./java prints; undefined where Java or the jars are missing. */
function runPeer(program: string, args: readonly string[]): number | undefined {
  if (!jars.every((jar) => existsSync(jar))) return undefined;
  const source = fileURLToPath(new URL(`java/${program}.java`, import.meta.url));
  const run = spawnSync('java', ['-cp', jars.join(':'), source, ...args], { encoding: 'utf8' });
  if (run.error !== undefined) return undefined;
  if (run.status !== 0) throw new Error(`PDFBox: ${run.stderr}`);
  return Number(run.stdout.trim().split('\n').at(-1));
}

/** Files per second: digest and signature value only. */
export const verifyWithPdfBox = (files: readonly string[]): number | undefined =>
  runPeer('VerifyPeer', ['verify', ...files]);

/** Median milliseconds of extracting all text and finding `word` in it. */
export const searchWithPdfBox = (file: string, word: string): number | undefined =>
  runPeer('VerifyPeer', ['search', file, word]);

/** Median milliseconds of a detached signature over the file; undefined where Java or the jars are missing. */
export const sealWithPdfBox = (file: string): number | undefined => runPeer('SealPeer', [file]);

/** Milliseconds of one detached signature from `file` into `target`, content streamed; Java's start not counted. */
export const signLargeWithPdfBox = (file: string, target: string): number | undefined =>
  runPeer('LargePeer', [file, target]);
