/** PEM armour (RFC 7468) and the loose Base64 that Chinese tools hand out as a "certificate". */
import { toBase64 } from '#core/crypto/portable/index.ts';
import { YqError } from '#core/errors/index.ts';

export function toPem(label: string, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

export interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array;
}

/** All blocks of a text, in order; text between the blocks is ignored. */
export function readPem(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const m of text.matchAll(/-----BEGIN ([A-Z0-9 ]{1,40})-----([\sA-Za-z0-9+/=]*?)-----END \1-----/g)) {
    blocks.push({ label: m[1] ?? '', der: fromBase64(m[2] ?? '') });
  }
  return blocks;
}

/** Forgiving, as files of this kind are: blanks anywhere, padding left out. What can't be read is empty, so that no parser takes it for DER. */
function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text.replace(/\s/g, '')), (c) => c.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/**
 * DER from what a person or a file gives: DER itself, PEM (first block with a matching label), or bare Base64. Always in memory of
 * its own.
 * @throws YqError PKI_PARSE
 */
export function toDer(input: Uint8Array | string, labels: readonly string[]): Uint8Array {
  if (input instanceof Uint8Array && input[0] === 0x30) return new Uint8Array(input);
  const text = typeof input === 'string' ? input : new TextDecoder('latin1').decode(input);
  const blocks = readPem(text);
  const block = blocks.find((b) => labels.includes(b.label));
  if (block !== undefined) return block.der;
  if (blocks.length === 0 && /^[\sA-Za-z0-9+/=]+$/.test(text) && text.trim() !== '') return fromBase64(text);
  throw new YqError('PKI_PARSE', { detail: `no ${labels[0] ?? 'PEM'} block` });
}
