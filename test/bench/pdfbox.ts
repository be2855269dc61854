/** The peer for a small seal: PDFBox with BouncyCastle (Debian's jars), SM2 and SM3, warmed up, in one JVM. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const jars = ['bcprov', 'bcpkix', 'bcutil', 'pdfbox2', 'fontbox2', 'commons-logging'].map(
  (jar) => `/usr/share/java/${jar}.jar`,
);

/** Median milliseconds of a detached signature over the file; undefined where Java or the jars are missing. */
export function sealWithPdfBox(file: string): number | undefined {
  if (!jars.every((jar) => existsSync(jar))) return undefined;
  const program = fileURLToPath(new URL('java/SealPeer.java', import.meta.url));
  const run = spawnSync('java', ['-cp', jars.join(':'), program, file], { encoding: 'utf8' });
  if (run.error !== undefined) return undefined;
  if (run.status !== 0) throw new Error(`PDFBox: ${run.stderr}`);
  return Number(run.stdout.trim().split('\n').at(-1));
}
