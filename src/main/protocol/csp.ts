/** The content security policy of the windows, built per load because of the nonce. */
import { randomBytes } from 'node:crypto';

/** 128 random bits, base64: CSP Level 3 §4.2 asks for at least that much. */
export const createNonce = (): string => randomBytes(16).toString('base64');

/**
 * Deny by default; each directive that opens something says why.
 * `nonce` goes on the `<style>` elements that Ant Design's cssinjs writes at run time; no other inline style or script runs.
 */
export function contentSecurityPolicy(nonce: string): string {
  const directives: readonly (readonly [name: string, ...sources: string[]])[] = [
    ['default-src', "'none'"],
    ['script-src', "'self'"], // the bundle
    ['style-src', "'self'", `'nonce-${nonce}'`], // the bundle's sheets and cssinjs
    ['img-src', "'self'"], // icons of the bundle and my appearance; never data: or blob:
    ['font-src', "'self'"], // Noto Sans SC of the bundle
    ['connect-src', "'self'"], // pdf.js reads documents and character maps from app://bundle
    ['worker-src', "'self'"], // pdf.js' worker
    ['frame-src', "'none'"],
    ['frame-ancestors', "'none'"],
    ['object-src', "'none'"],
    ['base-uri', "'none'"],
    ['form-action', "'none'"],
  ];
  return directives.map((d) => d.join(' ')).join('; ');
}

/** For pictures: an SVG may style itself and do nothing else: no script, no reference to anything outside it. */
export const pictureSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

const features = (camera: string): string =>
  `camera=${camera}, microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()`;

/** For the staff's page where photos are taken with consent forms. */
export const cameraPolicy = features('(self)');

/** Sent with every answer of app://bundle. */
export const hardeningHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': features('()'),
};
