/** What a QR code, a link or typed text says (docs/design/026): a desk's request, or a code to enrol this phone with. */

export type Code =
  { readonly kind: 'request'; readonly id: string } | { readonly kind: 'enrol'; readonly code: string };

const REQUEST_ID = /^[A-Za-z0-9_-]{16,64}$/;
const ENROL_CODE = /^[0-9A-Z]{8,64}$/;

/** What stands behind `#`: `s=` a request's id, `e=` an enrolment code. */
export function readHash(hash: string): Code | undefined {
  const [, kind, value = ''] = /^#?([se])=([^&#]*)$/.exec(hash) ?? [];
  if (kind === 's' && REQUEST_ID.test(value)) return { kind: 'request', id: value };
  if (kind !== 'e') return undefined;
  const code = plainCode(value);
  return ENROL_CODE.test(code) ? { kind: 'enrol', code } : undefined;
}

/** Only a link to this very page counts: a code that leads elsewhere is never followed. */
export function readScanned(text: string, origin: string): Code | undefined {
  const url = asUrl(text);
  if (url === undefined || url.origin !== origin || url.pathname !== '/phone/' || url.search !== '') return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  return readHash(url.hash);
}

function asUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Typed or pasted: the whole link, or what the desk shows to be read out. `wanted` decides where a bare text could be either. */
export function readTyped(text: string, wanted: Code['kind'], origin: string): Code | undefined {
  const given = text.trim();
  if (/^https?:/i.test(given)) return readScanned(given, origin);
  return readHash(wanted === 'enrol' ? `e=${given}` : `s=${given}`);
}

/** As it counts at the service: capitals, without what people put between groups. */
export const plainCode = (typed: string): string => typed.toUpperCase().replace(/[\s-]/g, '');
