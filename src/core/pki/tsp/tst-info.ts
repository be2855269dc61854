/** TSTInfo (RFC 3161 §2.4.2): what a time stamp says. */
import { asYqError, YqError } from '#core/errors/index.ts';
import { serialText } from '../certificate.ts';
import {
  der,
  DerCursor,
  generalizedTime,
  integer,
  oid,
  readDer,
  readOid,
  readSmallInteger,
  readTime,
  sequence,
  Tag,
} from '../der.ts';
import { readImprint, type ImprintView } from './request.ts';

export interface TstInfoView extends ImprintView {
  readonly policy: string;
  /** Upper case hex. */
  readonly serial: string;
  readonly time: Date;
  /** Milliseconds either way; undefined when not stated. */
  readonly accuracy: number | undefined;
  /** Content octets of the nonce INTEGER. */
  readonly nonce: Uint8Array | undefined;
}

/** @throws YqError PKI_PARSE */
export function parseTstInfo(bytes: Uint8Array): TstInfoView {
  try {
    const c = new DerCursor(readDer(bytes, Tag.sequence));
    const version = readSmallInteger(c.next(Tag.integer).value);
    if (version !== 1) throw new YqError('PKI_PARSE', { detail: `TSTInfo version ${version}` });
    const policy = readOid(c.next(Tag.oid));
    const imprint = readImprint(c.next(Tag.sequence).value);
    const serial = serialText(c.next(Tag.integer).value);
    const time = readTime(c.next(Tag.generalizedTime));
    const accuracy = c.optional(Tag.sequence);
    c.optional(Tag.boolean);
    const nonce = c.optional(Tag.integer);
    c.optional(Tag.contextConstructed(0));
    c.optional(Tag.contextConstructed(1));
    c.end();
    return {
      ...imprint,
      policy,
      serial,
      time,
      accuracy: accuracy && readAccuracy(accuracy.value),
      nonce: nonce?.value,
    };
  } catch (e) {
    throw asYqError(e, 'PKI_PARSE');
  }
}

function readAccuracy(content: Uint8Array): number {
  const c = new DerCursor(content);
  const part = (tag: number): number => {
    const element = c.optional(tag);
    return element === undefined ? 0 : readSmallInteger(element.value);
  };
  return part(Tag.integer) * 1000 + part(Tag.context(0)) + part(Tag.context(1)) / 1000;
}

export interface TstInfo {
  readonly policy: string;
  /** DER MessageImprint of the request, taken over unchanged. */
  readonly imprintDer: Uint8Array;
  /** Positive magnitude, at most 20 bytes. */
  readonly serial: Uint8Array;
  readonly time: Date;
  /** Milliseconds. */
  readonly accuracy?: number;
  /** Content octets of the request's nonce. */
  readonly nonce?: Uint8Array | undefined;
}

export function encodeTstInfo({ policy, imprintDer, serial, time, accuracy, nonce }: TstInfo): Uint8Array {
  return sequence(
    integer(1),
    oid(policy),
    imprintDer,
    integer(serial),
    generalizedTime(time, true),
    ...(accuracy === undefined ? [] : [encodeAccuracy(accuracy)]),
    ...(nonce === undefined ? [] : [der(Tag.integer, nonce)]),
  );
}

function encodeAccuracy(milliseconds: number): Uint8Array {
  const seconds = Math.floor(milliseconds / 1000);
  const millis = Math.round(milliseconds % 1000);
  return sequence(
    ...(seconds === 0 ? [] : [integer(seconds)]),
    ...(millis === 0 ? [] : [der(Tag.context(0), readDer(integer(millis)).value)]),
  );
}
