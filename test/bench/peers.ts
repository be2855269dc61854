/** Figures of OpenSSL and sm-crypto, taken in the same run as ours. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

function speed(args: readonly string[]): string | undefined {
  const run = spawnSync('openssl', ['speed', '-mr', '-seconds', '1', ...args], { encoding: 'utf8' });
  return run.status === 0 ? run.stdout : undefined;
}

/** Best of three, as our own figures are the best of several rounds. */
function best(read: () => number | undefined): number | undefined {
  const values = [read(), read(), read()].filter((value) => value !== undefined);
  return values.length === 0 ? undefined : Math.max(...values);
}

let sm2: { sign: number | undefined; verify: number | undefined } | undefined;
/** Signatures and verifications a second of `openssl speed sm2`. */
export function opensslSm2(): { sign: number | undefined; verify: number | undefined } {
  if (sm2 === undefined) {
    // +F7:0:256:CurveSM2:signs/s:verifications/s, in older versions the seconds of one.
    const lines = [1, 2, 3].map(() =>
      /^\+F\d+:\d+:256:(?:CurveSM2|SM2)[^:]*:([\d.e-]+):([\d.e-]+)/m.exec(speed(['sm2']) ?? ''),
    );
    const rate = (text: string | undefined): number => (Number(text) < 1 ? 1 / Number(text) : Number(text));
    const all = lines.filter((line) => line !== null);
    sm2 =
      all.length === 0
        ? { sign: undefined, verify: undefined }
        : { sign: Math.max(...all.map((l) => rate(l[1]))), verify: Math.max(...all.map((l) => rate(l[2]))) };
  }
  return sm2;
}

/** MB/s of `openssl speed -evp NAME` with its largest pieces (16 KB). */
export function opensslEvp(name: string): number | undefined {
  return best(() => {
    // +F:22:sm3:b16:b64:…:b16384, bytes a second.
    const line = /^\+F:\d+:[^:]+:(.*)$/m.exec(speed(['-evp', name, '-bytes', '16384']) ?? '');
    const last = line?.[1]?.trim().split(':').at(-1);
    return last === undefined ? undefined : Number(last) / 1e6;
  });
}

/** Milliseconds of `openssl dgst -sm3 FILE`, process start included; the best of five. */
export function opensslDigestMilliseconds(file: string): number | undefined {
  let least: number | undefined;
  for (let i = 0; i < 5; i++) {
    const begin = performance.now();
    if (spawnSync('openssl', ['dgst', '-sm3', file]).status !== 0) return undefined;
    least = Math.min(least ?? Infinity, performance.now() - begin);
  }
  return least;
}

interface SmCrypto {
  sm2: {
    generateKeyPairHex(): { privateKey: string; publicKey: string };
    doSignature(message: string, privateKey: string, options: object): string;
    doVerifySignature(message: string, signature: string, publicKey: string, options: object): boolean;
  };
  sm3(message: number[]): string;
  sm4: { encrypt(data: number[], key: number[], options: object): number[] };
}
export const smCrypto = createRequire(import.meta.url)('sm-crypto') as SmCrypto;
