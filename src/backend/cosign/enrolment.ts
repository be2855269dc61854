/** Making a key: two commitments, two proofs, one request for a certificate that both sides sign (F). */
import { setTimeout } from 'node:timers/promises';
import {
  equalBytes,
  jointPublicKey,
  makeShare,
  proveShare,
  randomBytes,
  verifyShareProof,
  wipe,
} from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { verifyCertificateRequest } from '#core/pki/index.ts';
import { cosignCommitment, cosignProofContext, type CosignBegin, type CosignPayload } from '#core/token/index.ts';
import { endKey } from './administration.ts';
import { codeDigest } from './codes.ts';
import type { Act, CosignContext } from './context.ts';
import type { CosignKey } from './registry.ts';
import { refused } from './requests.ts';
import { CERTIFYING_MS, MAX_TRIES } from './settings.ts';

const boundTo = ({ id, personId, devicePublicKey }: CosignKey) => ({ keyId: id, personId, device: devicePublicKey });

/** The device is committed to its point before it sees the server's. The same beginning again is answered for the same key. */
export function begin(context: CosignContext, given: CosignBegin, remote: string): unknown {
  const { registry, settings } = context;
  const code = codeDigest(given.code);
  const { key, person } = registry.transaction(() => {
    const person = settings.person(registry.codePerson(code, context.now) ?? '');
    // Before the request is remembered: who has no code leaves nothing in the store.
    if (person === undefined) throw new YqError('COSIGN_CODE');
    context.takeRequest(given);
    const pending = registry.ofCode(code);
    const isSame =
      pending !== undefined &&
      equalBytes(pending.devicePublicKey, given.device) &&
      equalBytes(pending.commitment, given.commitment);
    if (pending !== undefined && !isSame) registry.drop(pending.id);
    const key = isSame ? pending : add(context, person.id, code, given);
    context.log(key, 'begin', remote, 'done');
    return { key, person };
  });
  const proofContext = cosignProofContext('server', { ...boundTo(key), other: key.commitment });
  const proof = context.withShare(key, (share) => proveShare({ share, point: key.serverPoint }, proofContext));
  const { id, name, department } = person;
  return { keyId: key.id, point: key.serverPoint, proof, person: { id, name, department } };
}

function add(context: CosignContext, personId: string, code: string, given: CosignBegin): CosignKey {
  const { registry, vault, now } = context;
  const { share, point } = makeShare();
  const helpKey = randomBytes(32);
  const id = Buffer.from(randomBytes(16)).toString('base64url');
  registry.add({
    id,
    personId,
    place: given.place,
    state: 'pending',
    epoch: 1,
    share: vault.seal(share, `${id} share 1`),
    helpKey: vault.seal(helpKey, `${id} help`),
    tries: MAX_TRIES,
    devicePublicKey: given.device,
    deviceName: given.deviceName,
    serverPoint: point,
    commitment: given.commitment,
    code,
    createdAt: now,
  });
  wipe(share, helpKey);
  return context.require(id);
}

/** The commitment is opened, knowledge proven, the joint key made (E, F). */
export function open(context: CosignContext, act: Act, given: CosignPayload<'open'>): unknown {
  const { registry } = context;
  return context.act(act, (key) => {
    const proofContext = cosignProofContext('client', { ...boundTo(key), other: key.serverPoint });
    if (
      key.state !== 'pending' ||
      !equalBytes(cosignCommitment('point', given.blind, given.point), key.commitment) ||
      !verifyShareProof(given.point, given.proof, proofContext)
    ) {
      throw refused('open');
    }
    const publicKey = context.withShare(key, (share) => jointPublicKey(share, given.point));
    if (publicKey === undefined) throw refused('joint key');
    registry.change(key.id, { publicKey, pin: context.pinMark(key, given.pin) });
    return { publicKey, epoch: key.epoch, help: context.help(key, given.pin), session: context.openSession(key) };
  });
}

/** How often a process looks whether another one has finished issuing. */
const LOOK_MS = 50;

/**
 * Issues on a request that both sides have signed; asked again, it gives the same certificate. One process issues for one key at a time: who
 * comes meanwhile waits for that certificate, and issues himself only when the other has died or failed.
 */
export async function certificate(
  context: CosignContext,
  act: Act,
  { csr }: CosignPayload<'certificate'>,
): Promise<unknown> {
  const { registry, settings } = context;
  const chain = settings.chain.map((c) => c.der);
  for (let waited = 0; waited <= CERTIFYING_MS; waited += LOOK_MS) {
    const key = context.require(act.keyId);
    if (key.certificate !== undefined) return { certificate: key.certificate, chain };
    requireOwnRequest(key, csr);
    if (registry.beginCertifying(key.id, context.time, context.time + CERTIFYING_MS)) {
      return { certificate: await issue(context, act, key, csr), chain };
    }
    await setTimeout(LOOK_MS);
  }
  throw new YqError('BACKEND_INTERNAL', { detail: 'the certificate is not issued in time' });
}

async function issue(context: CosignContext, act: Act, key: CosignKey, csr: Uint8Array): Promise<Uint8Array> {
  const { registry, settings } = context;
  const person = settings.person(key.personId);
  if (person === undefined) throw refused('person');
  try {
    const { der } = await settings.certify(csr, person, (certificate) => {
      finish(context, act, certificate.der);
    });
    return der;
  } catch (e) {
    registry.endCertifying(key.id);
    throw e;
  }
}

/** With the certificate the key begins, its code ends, and so does the key in whose place it comes. */
function finish(context: CosignContext, act: Act, der: Uint8Array): void {
  const { registry, now } = context;
  context.act(act, (key) => {
    // Another process was faster, or the key was dropped for another one of the same code.
    if (key.certificate !== undefined || key.state !== 'pending') throw refused('certified');
    registry.change(key.id, { state: 'active', certificate: der });
    registry.useCode(key.code, now);
    const replaced = registry.replacedBy(key.code);
    const before = replaced === undefined ? undefined : registry.find(replaced);
    if (before !== undefined && before.state !== 'revoked') endKey(context, before, 'superseded', key.id);
  });
}

/** The request is signed by this very key and asks for it. */
function requireOwnRequest(key: CosignKey, csr: Uint8Array): void {
  const request = readRequest(csr);
  const isOurs = key.publicKey !== undefined && equalBytes(request, key.publicKey);
  if (key.state !== 'pending' || !isOurs) throw refused('request');
}

/** The public key that a request was signed with and asks for. */
function readRequest(csr: Uint8Array): Uint8Array {
  try {
    const { publicKey } = verifyCertificateRequest(csr);
    if (publicKey.point === undefined) throw refused('request');
    return publicKey.point;
  } catch (e) {
    throw e instanceof YqError && e.code === 'COSIGN_REFUSED' ? e : refused('request');
  }
}
