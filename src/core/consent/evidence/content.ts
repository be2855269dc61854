/** Evidence as DER: one way of writing it, so that the same evidence has the same digest, and nothing else is read. */
import { equalBytes, fromHex, toHex } from '#core/crypto/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import {
  der,
  DerCursor,
  generalizedTime,
  integer,
  octetString,
  readBoolean,
  readDer,
  readSmallInteger,
  readTime,
  sequence,
  Tag,
  utf8String,
  type DerElement,
} from '#core/pki/index.ts';
import { checkInk } from '../ink/check.ts';
import type { ConsentParty, ConsentRole, Evidence, EvidencePicture, Ink } from '../types.ts';
import { decodeStrokes, encodeStrokes } from './ink-code.ts';

const VERSION = 1;
const ROLES: readonly ConsentRole[] = ['self', 'guardian', 'relative', 'authorised', 'institution', 'witness'];
const ID_KINDS: readonly ConsentParty['idKind'][] = ['none', 'resident', 'passport', 'other'];
const FORMATS: readonly EvidencePicture['format'][] = ['PNG', 'JPG', 'BMP'];
/** Bytes of one picture. */
export const PICTURE_LIMIT = 8 << 20;
/** Of package and content: two pictures, strokes, and what stands around them. */
export const EVIDENCE_LIMITS = { bytes: 20 << 20, depth: 12, elements: 400 } as const;

const format = (zh: string, en: string, detail?: string): YqError =>
  new YqError('CONSENT_EVIDENCE_FORMAT', {
    params: { 'reason.zh': zh, 'reason.en': en },
    ...(detail === undefined ? {} : { detail }),
  });

/** @throws CONSENT_INK for handwriting that is none, CONSENT_EVIDENCE_FORMAT for a picture or a value that cannot be kept */
export function encodeEvidence(evidence: Evidence): Uint8Array {
  checkInk(evidence.ink);
  const { party, allowed, device } = evidence;
  const bytes = sequence(
    integer(VERSION),
    utf8String(evidence.consentId),
    sequence(utf8String(evidence.template.id), integer(evidence.template.version)),
    octetString(digestOf(evidence.document)),
    utf8String(evidence.patientId),
    sequence(
      ...[party.role, party.name, party.relation, party.reason, party.idKind, party.idNumber, party.phone].map((s) =>
        utf8String(s),
      ),
    ),
    sequence(flag(allowed.handwriting), flag(allowed.fingerprint), flag(allowed.photo), instant(allowed.at)),
    inkDer(evidence.ink),
    sequence(utf8String(device.id), utf8String(device.pointer), utf8String(device.system)),
    utf8String(evidence.operator),
    instant(evidence.openedAt),
    instant(evidence.confirmedAt),
    flag(evidence.offline),
    ...pictureDer(0, evidence.fingerprint),
    ...pictureDer(1, evidence.photo),
  );
  if (bytes.length > EVIDENCE_LIMITS.bytes) throw format('内容过大', 'it is too large');
  return bytes;
}

/** @throws CONSENT_EVIDENCE_FORMAT, and CONSENT_INK for strokes that no pen made */
export function decodeEvidence(bytes: Uint8Array): Evidence {
  try {
    const evidence = read(bytes);
    checkInk(evidence.ink);
    if (!equalBytes(encodeEvidence(evidence), bytes)) throw format('编码不规范', 'it is not written as it must be');
    return evidence;
  } catch (e) {
    const cause = asYqError(e, 'PKI_PARSE');
    if (cause.code.startsWith('CONSENT_')) throw cause;
    throw format('结构不正确', 'its structure is wrong', cause.detail);
  }
}

function read(bytes: Uint8Array): Evidence {
  const c = new DerCursor(readDer(bytes, Tag.sequence, EVIDENCE_LIMITS));
  if (readSmallInteger(c.next(Tag.integer).value) !== VERSION) throw format('版本未知', 'its version is unknown');
  const consentId = textOf(c);
  const template = new DerCursor(c.next(Tag.sequence));
  const templateId = textOf(template);
  const templateVersion = readSmallInteger(template.next(Tag.integer).value);
  template.end();
  const document = c.next(Tag.octetString).value;
  if (document.length !== 32) throw format('摘要长度不对', 'a digest of the wrong length');
  const patientId = textOf(c);
  const party = readParty(c.next(Tag.sequence));
  const asked = new DerCursor(c.next(Tag.sequence));
  const allowed = {
    handwriting: readBoolean(asked.next()),
    fingerprint: readBoolean(asked.next()),
    photo: readBoolean(asked.next()),
    at: timeOf(asked),
  };
  asked.end();
  const ink = readInk(c.next(Tag.sequence));
  const d = new DerCursor(c.next(Tag.sequence));
  const device = { id: textOf(d), pointer: textOf(d), system: textOf(d) };
  d.end();
  const operator = textOf(c);
  const openedAt = timeOf(c);
  const confirmedAt = timeOf(c);
  const offline = readBoolean(c.next());
  const fingerprint = c.optional(Tag.contextConstructed(0));
  const photo = c.optional(Tag.contextConstructed(1));
  c.end();
  return {
    consentId,
    template: { id: templateId, version: templateVersion },
    document: toHex(document),
    patientId,
    party,
    allowed,
    ink,
    ...(fingerprint === undefined ? {} : { fingerprint: readPicture(fingerprint) }),
    ...(photo === undefined ? {} : { photo: readPicture(photo) }),
    device,
    operator,
    openedAt,
    confirmedAt,
    offline,
  };
}

function readParty(element: DerElement): ConsentParty {
  const c = new DerCursor(element);
  const party = {
    role: oneOf(ROLES, textOf(c)),
    name: textOf(c),
    relation: textOf(c),
    reason: textOf(c),
    idKind: oneOf(ID_KINDS, textOf(c)),
    idNumber: textOf(c),
    phone: textOf(c),
  };
  c.end();
  return party;
}

/** Width and height in µm. */
const inkDer = (ink: Ink): Uint8Array =>
  sequence(
    integer(Math.round(ink.width * 1000)),
    integer(Math.round(ink.height * 1000)),
    instant(ink.begunAt),
    instant(ink.endedAt),
    octetString(encodeStrokes(ink.strokes)),
  );

function readInk(element: DerElement): Ink {
  const c = new DerCursor(element);
  const ink = {
    width: readSmallInteger(c.next(Tag.integer).value) / 1000,
    height: readSmallInteger(c.next(Tag.integer).value) / 1000,
    begunAt: timeOf(c),
    endedAt: timeOf(c),
    strokes: decodeStrokes(c.next(Tag.octetString).value),
  };
  c.end();
  return ink;
}

function pictureDer(tag: 0 | 1, picture: EvidencePicture | undefined): Uint8Array[] {
  if (picture === undefined) return [];
  if (picture.data.length === 0 || picture.data.length > PICTURE_LIMIT)
    throw format('图片大小不合理', 'a picture of unlikely size');
  return [
    der(
      Tag.contextConstructed(tag),
      utf8String(picture.format),
      octetString(picture.data),
      utf8String(picture.source),
      flag(picture.simulated),
      instant(picture.at),
    ),
  ];
}

function readPicture(element: DerElement): EvidencePicture {
  const c = new DerCursor(element);
  const picture = {
    format: oneOf(FORMATS, textOf(c)),
    data: c.next(Tag.octetString).value.slice(),
    source: textOf(c),
    simulated: readBoolean(c.next()),
    at: timeOf(c),
  };
  c.end();
  return picture;
}

const flag = (value: boolean): Uint8Array => der(Tag.boolean, Uint8Array.of(value ? 0xff : 0));

function instant(iso: string): Uint8Array {
  const time = new Date(iso);
  const year = Number.isNaN(time.getTime()) ? 0 : time.getUTCFullYear();
  if (year < 2000 || year > 9999) throw format('时间不合理', 'an unlikely time');
  return generalizedTime(time, true);
}

const timeOf = (c: DerCursor): string => readTime(c.next(Tag.generalizedTime)).toISOString();

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const textOf = (c: DerCursor): string => utf8.decode(c.next(Tag.utf8String).value);

function oneOf<T extends string>(known: readonly T[], value: string): T {
  const found = known.find((k) => k === value);
  if (found === undefined) throw format('含有未知的取值', 'an unknown value', value.slice(0, 20));
  return found;
}

function digestOf(hex: string): Uint8Array {
  if (!/^[0-9A-Fa-f]{64}$/.test(hex)) throw format('摘要不正确', 'a digest that is none');
  return fromHex(hex);
}
