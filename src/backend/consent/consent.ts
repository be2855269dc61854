/** Consent over REST: what the desk needs to begin, what it hands in, what the administrator and the escrow holder may see. */
import { readFile } from 'node:fs/promises';
import { sm3, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { Call, Handlers, Result } from '../http/app.ts';
import { required } from '../login/login.ts';
import type { Documents, ReceivedDocument } from '../store/documents.ts';
import type { Escrow } from './escrow.ts';
import type { EventCertificates } from './event-certificates.ts';
import { checkFinished, checkPackage, type IntakeDeps } from './intake.ts';
import type { ConsentRow, PackagePart } from './register.ts';
import { consentTemplates } from './templates/index.ts';

export interface ConsentRoom extends IntakeDeps {
  readonly documents: Documents;
  readonly escrow: Escrow;
  readonly eventCertificates: EventCertificates;
  /** Bytes of a finished form. */
  readonly maxUpload: number;
}

/** Bytes of one sealed package: strokes and two pictures. */
const MAX_PACKAGE = 20 << 20;

const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64');

export function consentHandlers(room: ConsentRoom): Handlers {
  const { consents, escrow, clock } = room;
  const find = ({ params }: Call): ConsentRow => {
    const consent = consents.get(String(params['id']));
    if (consent === undefined) throw new YqError('CONSENT_NOT_FOUND');
    return consent;
  };
  const mine = (call: Call): ConsentRow => {
    const consent = find(call);
    if (consent.operator !== required(call.session).person.id) throw new YqError('CONSENT_NOT_YOURS');
    return consent;
  };
  return {
    consentTemplates: () => ({ body: { templates: consentTemplates, at: clock().toISOString() } }),
    escrowCertificate: () => ({
      body: { certificate: base64(escrow.certificate.der), chain: escrow.chain.map((c) => base64(c.der)) },
    }),
    openConsent: (call) => openConsent(room, call),
    putEvidence: (call) => putEvidence(room, mine(call), call),
    issueEventCertificate: async (call) => {
      const { csr } = call.body as { csr: string };
      const consent = mine(call);
      const issued = await room.eventCertificates.issue(consent, Uint8Array.from(Buffer.from(csr, 'base64')));
      return {
        status: issued.fresh ? 201 : 200,
        body: {
          serial: issued.certificate.serial,
          certificate: base64(issued.certificate.der),
          chain: issued.chain.map((c) => base64(c.der)),
        },
      };
    },
    finishConsent: (call) => finish(room, mine(call), call),
    listConsents: () => ({ body: { consents: consents.list(500).map((c) => summary(c)) } }),
    getConsent: (call) => ({ body: details(room, find(call)) }),
    getConsentDocument: (call) => {
      const { finished } = find(call);
      if (finished === undefined) throw new YqError('CONSENT_NOT_FOUND');
      return {
        type: 'application/pdf',
        headers: { 'content-length': String(finished.size) },
        body: room.documents.stream(finished.sm3),
      };
    },
    getEvidence: (call) => {
      const kept = consents.package(find(call).id, call.params['part'] as PackagePart);
      if (kept === undefined) throw new YqError('CONSENT_NOT_FOUND');
      return {
        type: 'application/cms',
        headers: { 'content-length': String(kept.size) },
        body: room.evidence.stream(kept.sm3),
      };
    },
    recordOpening: (call) => {
      const consent = find(call);
      const { part, holder, purpose } = call.body as { part: PackagePart; holder: string; purpose: string };
      const kept = consents.package(consent.id, part);
      if (kept === undefined) throw new YqError('CONSENT_NOT_FOUND');
      consents.addOpening(consent.id, { part, sm3: kept.sm3, holder, purpose, at: clock().toISOString() });
      return { status: 201, body: { openings: consents.openings(consent.id) } };
    },
  };
}

function openConsent({ consents, clock }: ConsentRoom, { params, body, session }: Call): Result {
  const { person } = required(session);
  const { patientId, template, document } = body as {
    patientId: string;
    template: { id: string; version: number };
    document: string;
  };
  const id = String(params['id']);
  const fresh = consents.open(
    { id, patientId, template, document: document.toUpperCase(), operator: person.id },
    clock().toISOString(),
  );
  const consent = consents.get(id);
  if (consent === undefined) throw new YqError('CONSENT_NOT_FOUND');
  return { status: fresh ? 201 : 200, body: summary(consent) };
}

async function putEvidence(room: ConsentRoom, consent: ConsentRow, { params, headers, body }: Call): Promise<Result> {
  const { consents, evidence, clock } = room;
  const part = params['part'] as PackagePart;
  const limit = Math.min(MAX_PACKAGE, room.maxUpload);
  const received = await evidence.receive(body as AsyncIterable<Uint8Array>, limit);
  try {
    if (received.sm3 !== String(headers['yiqian-sm3']).toUpperCase()) throw new YqError('UPLOAD_DIGEST');
    const known = consents.package(consent.id, part);
    if (known?.sm3 === received.sm3) return { status: 200, body: known };
    if (consent.finished !== undefined) throw new YqError('CONSENT_FINISHED');
    const bytes = new Uint8Array(await readFile(received.path));
    await checkPackage(consent, part, bytes, {
      ...room,
      escrowKeySm3: toHex(sm3(room.escrow.certificate.publicKey.spki)),
    });
    const row = { part, sm3: received.sm3, size: received.size, receivedAt: clock().toISOString() };
    await evidence.keep(received);
    consents.putPackage(consent.id, row);
    if (known !== undefined && !consents.namesPackage(known.sm3)) await evidence.remove(known.sm3);
    return { status: 201, body: row };
  } finally {
    await evidence.drop(received);
  }
}

async function finish(room: ConsentRoom, consent: ConsentRow, { headers, body }: Call): Promise<Result> {
  const { documents, consents } = room;
  const received = await documents.receive(body as AsyncIterable<Uint8Array>, room.maxUpload);
  try {
    if (received.sm3 !== String(headers['yiqian-sm3']).toUpperCase()) throw new YqError('UPLOAD_DIGEST');
    const already = (): Result | undefined => {
      const { finished } = consents.get(consent.id) ?? consent;
      if (finished === undefined) return undefined;
      if (finished.sm3 !== received.sm3) throw new YqError('CONSENT_FINISHED');
      return { status: 200, body: receipt(consent.id, finished) };
    };
    const done = already();
    if (done !== undefined) return done;
    const { signedAt } = await checkFinished(consent, received.path, room);
    return await archive(room, consent, received, signedAt, already);
  } finally {
    await documents.drop(received);
  }
}

/** Looked at again after the check: the same form may have come in twice at once. The document is kept before the register names it. */
async function archive(
  { consents, documents, clock }: ConsentRoom,
  consent: ConsentRow,
  received: ReceivedDocument,
  signedAt: string,
  already: () => Result | undefined,
): Promise<Result> {
  await documents.keep(received);
  let done: Result | undefined;
  try {
    done = already();
  } catch (e) {
    await documents.remove(received.sm3);
    throw e;
  }
  if (done !== undefined) return done;
  const finished = { sm3: received.sm3, size: received.size, signedAt, receivedAt: clock().toISOString() };
  consents.finish(consent.id, finished);
  return { status: 201, body: receipt(consent.id, finished) };
}

const receipt = (consentId: string, finished: NonNullable<ConsentRow['finished']>) => ({ consentId, ...finished });

const summary = ({ id, patientId, template, document, operator, openedAt, finished }: ConsentRow) => ({
  id,
  patientId,
  template,
  document,
  operator,
  openedAt,
  state: finished === undefined ? 'open' : 'archived',
  ...(finished === undefined ? {} : { signed: finished }),
});

const details = ({ consents }: ConsentRoom, consent: ConsentRow) => ({
  ...summary(consent),
  packages: consents.packages(consent.id),
  certificates: consents
    .certificates(consent.id)
    .map(({ party, serial, certificate, inForce }) => ({ party, serial, certificate: base64(certificate), inForce })),
  openings: consents.openings(consent.id),
});
