/**
 * The event certificate (事件证书): issued for one act of somebody who has no certificate of his own, for a key made for that act and
 * destroyed after it. An extension of the house binds it to what was signed and to the evidence of the act (docs/formats.md).
 */
import { fromHex, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import {
  der,
  DerCursor,
  generalizedTime,
  integer,
  octetString,
  oid,
  readDer,
  readSmallInteger,
  readTime,
  sequence,
  Tag,
  utf8String,
  type DerElement,
} from './der.ts';
import { findExtension, type Extension } from './extensions.ts';
import { Oid } from './oids.ts';

/**
 * ITU-T X.667: arcs below 2.25 are UUIDs as integers and need no registration. UUID 82809326-29f3-481f-9dd5-31b3a5c8337a and, for the
 * policy, 8c19fd90-e818-408d-874a-40ff106b668f.
 */
export const EVENT_BINDING = '2.25.173467237987796428721994356855459558266';
export const EVENT_POLICY = '2.25.186226869761666560164345423874698733199';

/**
 * EventBinding ::= SEQUENCE { version INTEGER (1), eventId UTF8String, party UTF8String, role UTF8String, document OCTET STRING (32),
 * evidence OCTET STRING (32), operator UTF8String, claimedTime GeneralizedTime, act [0] IMPLICIT OCTET STRING (32) OPTIONAL }
 */
export interface EventBinding {
  /** Id of the consent form. */
  readonly eventId: string;
  /** Whose act: `patient` (the patient's side) or `witness`. */
  readonly party: string;
  /** In which capacity: self, guardian, relative, authorised, institution, witness. */
  readonly role: string;
  /** Hex SM3 of the document before any signature. */
  readonly document: string;
  /** Hex SM3 of the sealed evidence package. */
  readonly evidence: string;
  /** Person id of the member of staff who was there and asked for the certificate. */
  readonly operator: string;
  /** ISO 8601 UTC: when it was written by hand, as the desk's clock said. */
  readonly claimedTime: string;
  /** Hex SM3 of the record of the act that the operator's key signed then: only when there was no network, so that it was certified later. */
  readonly act?: string;
}

export function eventExtensions(binding: EventBinding): Extension[] {
  const value = sequence(
    integer(1),
    utf8String(binding.eventId),
    utf8String(binding.party),
    utf8String(binding.role),
    octetString(fromHex(binding.document)),
    octetString(fromHex(binding.evidence)),
    utf8String(binding.operator),
    generalizedTime(new Date(binding.claimedTime), true),
    ...(binding.act === undefined ? [] : [der(Tag.context(0), fromHex(binding.act))]),
  );
  return [
    // Not critical: a verifier that does not know it can still judge the signature.
    { id: Oid.certificatePolicies, critical: false, value: sequence(sequence(oid(EVENT_POLICY))) },
    { id: EVENT_BINDING, critical: false, value },
  ];
}

/** Undefined for any other certificate. @throws PKI_PARSE when the extension is malformed */
export function readEventBinding(extensions: readonly Extension[]): EventBinding | undefined {
  const extension = findExtension(extensions, EVENT_BINDING);
  if (extension === undefined) return undefined;
  const c = new DerCursor(readDer(extension.value, Tag.sequence));
  const text = (): string => new TextDecoder('utf-8').decode(c.next(Tag.utf8String).value);
  const digest = ({ value }: DerElement): string => {
    if (value.length !== 32) throw new YqError('PKI_PARSE', { detail: 'event binding: a digest of the wrong length' });
    return toHex(value);
  };
  if (readSmallInteger(c.next(Tag.integer).value) !== 1)
    throw new YqError('PKI_PARSE', { detail: 'event binding: unknown version' });
  const binding = {
    eventId: text(),
    party: text(),
    role: text(),
    document: digest(c.next(Tag.octetString)),
    evidence: digest(c.next(Tag.octetString)),
    operator: text(),
    claimedTime: readTime(c.next(Tag.generalizedTime)).toISOString(),
  };
  const act = c.optional(Tag.context(0));
  c.end();
  return { ...binding, ...(act === undefined ? {} : { act: digest(act) }) };
}
