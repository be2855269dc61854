/** Making a key: two commitments, two proofs, one request for a certificate that both sides sign (F). */
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
import type { CosignContext } from './context.ts';
import type { CosignKey } from './registry.ts';
import { refused } from './requests.ts';
import { MAX_TRIES } from './settings.ts';

const boundTo = ({ id, personId, devicePublicKey }: CosignKey) => ({ keyId: id, personId, device: devicePublicKey });

/** The device is committed to its point before it sees the server's. The same beginning again is answered for the same key. */
export function begin(context: CosignContext, given: CosignBegin, remote: string): unknown {
  const { registry, settings } = context;
  const code = codeDigest(given.code);
  const { key, person } = registry.transaction(() => {
    const person = settings.person(registry.codePerson(code, context.now) ?? '');
    if (person === undefined) throw new YqError('COSIGN_CODE');
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
export function open(context: CosignContext, keyId: string, given: CosignPayload<'open'>): unknown {
  const { registry } = context;
  return registry.transaction(() => {
    const key = context.require(keyId);
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

/** Issues on a request that both sides have signed; asked again, it gives the same certificate. */
export class Certifying {
  readonly #context: CosignContext;
  readonly #underWay = new Map<string, Promise<Uint8Array>>();

  constructor(context: CosignContext) {
    this.#context = context;
  }

  async certificate(key: CosignKey, { csr }: CosignPayload<'certificate'>): Promise<unknown> {
    let der = key.certificate;
    if (der === undefined) {
      // Asked twice at the same time, one certificate is issued.
      const issuing = this.#underWay.get(key.id) ?? this.#issue(key, csr);
      this.#underWay.set(key.id, issuing);
      der = await issuing.finally(() => this.#underWay.delete(key.id));
    }
    return { certificate: der, chain: this.#context.settings.chain.map((c) => c.der) };
  }

  async #issue(key: CosignKey, csr: Uint8Array): Promise<Uint8Array> {
    const { registry, settings, now } = this.#context;
    const person = settings.person(key.personId);
    const request = readRequest(csr);
    const isOurs = key.publicKey !== undefined && equalBytes(request, key.publicKey);
    if (key.state !== 'pending' || !isOurs || person === undefined) throw refused('request');
    const { der } = await settings.certify(csr, person);
    registry.transaction(() => {
      registry.change(key.id, { state: 'active', certificate: der });
      registry.useCode(key.code, now);
      const replaced = registry.replacedBy(key.code);
      const before = replaced === undefined ? undefined : registry.find(replaced);
      if (before !== undefined && before.state !== 'revoked') endKey(this.#context, before, 'superseded', key.id);
    });
    return der;
  }
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
