/** The small pieces of seal structures, read over the received bytes: bounded, and tolerant where vendors are known to stray. */
import { asYqError, isYqError, YqError } from '#core/errors/index.ts';
import {
  DerCursor,
  readBitStringBytes,
  readBoolean,
  readDer,
  readOid,
  readSmallInteger,
  readTime,
  Tag,
  type DerElement,
  type DerLimits,
} from '#core/pki/index.ts';
import type { SealExtension } from './types.ts';

/** Seals have 20 to 60 KB, nest 7 deep and have a few dozen elements; a seal of a large department lists some hundred signers. */
export const SEAL_LIMITS: DerLimits = { bytes: 8 * 1024 * 1024, depth: 16, elements: 20_000 };

/** Reads the outermost SEQUENCE, which fills `bytes` exactly. @throws YqError SEAL_FORMAT, SEAL_LIMIT */
export const readOutermost = (bytes: Uint8Array): DerElement =>
  asSealError(() => readDer(bytes, Tag.sequence, SEAL_LIMITS));

/** Runs a parser; what the DER reader throws becomes SEAL_FORMAT or SEAL_LIMIT. */
export function asSealError<T>(parse: () => T): T {
  try {
    return parse();
  } catch (e) {
    const cause = asYqError(e, 'SEAL_FORMAT');
    if (cause.code.startsWith('SEAL_')) throw cause;
    throw new YqError(cause.code === 'PKI_LIMIT' ? 'SEAL_LIMIT' : 'SEAL_FORMAT', { cause, detail: cause.detail ?? '' });
  }
}

export const malformed = (detail: string): YqError => new YqError('SEAL_FORMAT', { detail });

const STRINGS: readonly number[] = [Tag.ia5String, Tag.utf8String, Tag.printableString];

/** IA5String, UTF8String or PrintableString alike; some vendors write Chinese in GB 18030 where ASCII or UTF-8 belongs. */
export function readText(element: DerElement): string {
  if (!STRINGS.includes(element.tag)) throw malformed(`tag 0x${element.tag.toString(16)} where text belongs`);
  const chinese = (): string => new TextDecoder('gb18030').decode(element.value);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(element.value);
    // Two bytes of GB 18030 may happen to be UTF-8 for a letter of some other script; ASCII strings have no such letters.
    const strayed = element.tag !== Tag.utf8String && /[\u0080-\u07ff]/.test(text) && !/[\u2e80-\uffff]/.test(text);
    return strayed ? chinese() : text;
  } catch {
    return chinese();
  }
}

export const readNumber = (element: DerElement): number => {
  if (element.tag !== Tag.integer) throw malformed(`tag 0x${element.tag.toString(16)} where INTEGER belongs`);
  return readSmallInteger(element.value);
};

/** `SEQUENCE OF ExtData`; `critical FALSE` written out is met in practice. */
export function readExtensionList(list: DerElement): readonly SealExtension[] {
  return new DerCursor(list).all(Tag.sequence).map((element) => {
    const c = new DerCursor(element);
    const id = readOid(c.next(Tag.oid));
    const flag = c.optional(Tag.boolean);
    const value = c.next(Tag.octetString).value;
    c.end();
    return { id, critical: flag !== undefined && readBoolean(flag), value };
  });
}

/** What a time stamp field holds: `[0] EXPLICIT BIT STRING`; an OCTET STRING inside is read too. */
export function readStampField(field: DerElement | undefined): Uint8Array | undefined {
  if (field === undefined) return undefined;
  const c = new DerCursor(field);
  const inner = c.next();
  c.end();
  return inner.tag === Tag.octetString ? inner.value : readBitStringBytes(inner);
}

/**
 * timeInfo: GeneralizedTime since 2020. In 2014 a BIT STRING that holds a time stamp token, a UTCTime or GeneralizedTime with its header,
 * or the bare characters of one.
 */
export function readTimeInfo(element: DerElement): { readonly time?: Date; readonly token?: Uint8Array } {
  if (element.tag !== Tag.bitString) return { time: readTime(element) };
  const content = readBitStringBytes(element);
  if (content[0] === Tag.sequence) return { token: content };
  if (content[0] === Tag.utcTime || content[0] === Tag.generalizedTime) return { time: readTime(readDer(content)) };
  const tag = content.length > 13 ? Tag.generalizedTime : Tag.utcTime;
  return { time: readTime({ tag, bytes: content, value: content }) };
}

/** How an unreadable structure is told apart: not supported (open) or not proper (wrong). */
export const isUnsupported = (e: unknown): boolean => isYqError(e) && e.code === 'SEAL_UNSUPPORTED';
