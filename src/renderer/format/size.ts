/** Sizes and spans as people read them. */

/** `840 KB`, `6.4 MB`; 1 KB is 1,000 bytes, as file managers of the desk's platforms show it. */
export function bytesText(n: number): string {
  if (n < 1000) return `${n} B`;
  if (n < 1e6) return `${Math.round(n / 1000)} KB`;
  return n < 1e9 ? `${(n / 1e6).toFixed(1)} MB` : `${(n / 1e9).toFixed(2)} GB`;
}

export type Span = { readonly unit: 'milliseconds' | 'seconds' | 'minutes'; readonly n: string };
/** ms below a second, seconds below two minutes, then minutes and seconds. */
export function span(ms: number): Span {
  if (ms < 1000) return { unit: 'milliseconds', n: String(Math.max(0, Math.round(ms))) };
  const s = Math.round(ms / 1000);
  if (s < 120) return { unit: 'seconds', n: ms < 10_000 ? (ms / 1000).toFixed(1) : String(s) };
  return { unit: 'minutes', n: `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}` };
}

/** The first digits of a digest in groups of four, enough to be read out over the phone. */
export const digestStart = (hex: string, digits = 16): string =>
  (
    hex
      .slice(0, digits)
      .toUpperCase()
      .match(/.{1,4}/g) ?? []
  ).join(' ');
