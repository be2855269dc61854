/** Reads the JSON vectors of test/fixtures/crypto. */
import { readFileSync } from 'node:fs';
import { fromHex } from '#core/crypto/index.ts';

export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../fixtures/crypto/${name}`, import.meta.url), 'utf8')) as T;
}
export const hex = fromHex;
export const text = (s: string): Uint8Array => new TextEncoder().encode(s);
