/** One-time codes with which a device begins a key. */
import { randomBytes } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { normalCode } from '#core/token/index.ts';
import { digestOf, type CosignContext } from './context.ts';
import { CODE_MINUTES } from './settings.ts';

/** Crockford's 32 letters: no I, L, O, U. */
const CODE_LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export const codeDigest = (code: string): string => digestOf(normalCode(code));

/** 12 characters without those that look alike, 60 bits. @throws YqError LOGIN_UNKNOWN_PERSON, BACKEND_NOT_FOUND (no such key of his) */
export function makeCode(
  context: CosignContext,
  personId: string,
  madeBy: string,
  replaces?: string,
): { code: string; expiresAt: string } {
  const { registry, settings } = context;
  if (settings.person(personId) === undefined) throw new YqError('LOGIN_UNKNOWN_PERSON');
  if (replaces !== undefined && registry.find(replaces)?.personId !== personId) throw new YqError('BACKEND_NOT_FOUND');
  const code = Array.from(randomBytes(12), (b) => CODE_LETTERS[b & 31]).join('');
  const expiresAt = context.after(CODE_MINUTES * 60_000);
  registry.addCode(codeDigest(code), personId, madeBy, expiresAt, replaces);
  return { code, expiresAt };
}
