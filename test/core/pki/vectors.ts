/** The files of test/fixtures/pki. */
import { readFileSync } from 'node:fs';
import { Certificate } from '#core/pki/index.ts';

export const vector = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/pki/${name}`, import.meta.url)));

export const vectorCertificate = (name: string): Certificate => Certificate.parse(vector(`x509/${name}.pem`));

/** Copy with one bit flipped. */
export function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** Code of what a call throws; undefined when it does not. */
export function codeOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (e) {
    return (e as { code?: string }).code ?? String(e);
  }
}

export async function codeOfAsync(call: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (e) {
    return (e as { code?: string }).code ?? String(e);
  }
}

export const codes = (findings: readonly { readonly code: string }[]): string[] => findings.map((f) => f.code);
