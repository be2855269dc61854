/** A password as the bytes that the standard security handler takes: one text, but writers do not agree on how to encode it. */
import { docEncodingOf } from '../text-string.ts';

/** Longest password of AES-256 in bytes (ISO 32000-2, 7.6.4.3.3); the older ones take 32. */
const LONGEST_UTF8 = 127;

/** Characters that SASLprep takes for a space, and that it takes away (RFC 3454, C.1.2 and B.1). */
const SPACES = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g;
const MAPPED_TO_NOTHING: readonly (readonly [number, number])[] = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x1806, 0x1806],
  [0x180b, 0x180d],
  [0x200c, 0x200d],
  [0x2060, 0x2060],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
];
const isMappedToNothing = (c: string): boolean => {
  const code = c.charCodeAt(0);
  return MAPPED_TO_NOTHING.some(([first, last]) => code >= first && code <= last);
};
/** What it forbids (C.1.2, C.2 to C.9): controls, private use, surrogates, what is no character, what changes the display, tags. */
const FORBIDDEN =
  /[\p{Cc}\p{Co}\p{Cs}\u0340\u0341\u06dd\u070f\u180e\u200e\u200f\u2028-\u202e\u2060-\u2063\u206a-\u206f\u2ff0-\u2ffb\ufdd0-\ufdef\ufff9-\uffff\u{1d173}-\u{1d17a}\u{e0001}-\u{e007f}]/u;
const RIGHT_TO_LEFT =
  /[\u05be\u05c0\u05c3\u05d0-\u05f4\u061b\u061f\u0621-\u064a\u066d-\u07b1\u200f\ufb1d-\ufdff\ufe70-\ufefc]/u;
const LEFT_TO_RIGHT = /(?![\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])\p{L}/u;

/** RFC 4013; undefined for a text that the profile does not allow. */
export function saslPrep(text: string): string | undefined {
  const kept = [...text.replace(SPACES, ' ')].filter((c) => !isMappedToNothing(c)).join('');
  const prepared = kept.normalize('NFKC');
  if (FORBIDDEN.test(prepared)) return undefined;
  if (RIGHT_TO_LEFT.test(prepared)) {
    // RFC 3454, clause 6: no letters of both directions, and right to left at both ends.
    const characters = [...prepared];
    const ends = [characters[0] ?? '', characters.at(-1) ?? ''];
    if (LEFT_TO_RIGHT.test(prepared) || !ends.every((c) => RIGHT_TO_LEFT.test(c))) return undefined;
  }
  return prepared;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text).subarray(0, LONGEST_UTF8);

/** For revisions 5 and 6: as the standard says, then without SASLprep, which several writers leave out. */
export function passwordsUtf8(text: string): readonly Uint8Array[] {
  return distinct([saslPrep(text), text].map((form) => (form === undefined ? undefined : utf8(form))));
}

/** For revisions 2 to 4: PDFDocEncoding as the standard says, then UTF-8, as writers do that are handed other characters. */
export function passwordsOfOldKind(text: string): readonly Uint8Array[] {
  return distinct([docEncodingOf(text), new TextEncoder().encode(text)]);
}

function distinct(candidates: readonly (Uint8Array | undefined)[]): readonly Uint8Array[] {
  const byContent = new Map<string, Uint8Array>();
  for (const bytes of candidates) if (bytes !== undefined) byContent.set(bytes.join(), bytes);
  return [...byContent.values()];
}
