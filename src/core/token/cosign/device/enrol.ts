/** Making a co-sign key on this device: two commitments, two proofs, one request for a certificate signed by both sides. */
import {
  equalBytes,
  jointPublicKey,
  makeShare,
  proveShare,
  randomBytes,
  sm3,
  sm2GenerateKeyPair,
  sm2SignatureToDer,
  toHex,
  verifyShareProof,
  wipe,
} from '#core/crypto/portable/index.ts';
import { isYqError, YqError } from '#core/errors/index.ts';
import { createCertificateRequest, readPublicKey, sm2Spki } from '#core/pki/portable/index.ts';
import { MAX_TRIES, openKey, OpenKey, type DeviceSecrets } from './key.ts';
import type { CosignKeyFile, KeyStore } from './key-file.ts';
import { commitmentOf, normalCode, proofContext } from './messages.ts';
import type { CosignService } from './service.ts';
import { lockShare, pinProof, shareContext } from './share-lock.ts';

/** How the device's secrets are kept: the system's own store where there is one. */
export interface Protector {
  protect(secret: Uint8Array): Promise<Uint8Array>;
  /** Rejects when it was protected elsewhere. */
  unprotect(wrapped: Uint8Array): Promise<Uint8Array>;
}

export interface EnrolRequest {
  /** One-time code that the person was given after proving who he is. */
  readonly code: string;
  readonly pin: string;
  /** As the administrator will see it in the list of keys. */
  readonly deviceName: string;
  /** Default 'pc'. A phone's key signs only what a desk asked for and the phone approved. */
  readonly place?: 'pc' | 'phone';
}

export interface EnrolRooms {
  readonly service: CosignService;
  readonly store: KeyStore;
  readonly protector: Protector;
  readonly now: () => Date;
}

/**
 * The file of the new key, with its certificate.
 * @throws YqError TOKEN_PIN_LENGTH, COSIGN_CODE, COSIGN_SERVER_FAULT (the service's proof or key is wrong), COSIGN_UNREACHABLE, COSIGN_REFUSED
 */
export async function enrol(
  { code, pin, deviceName, place = 'pc' }: EnrolRequest,
  { service, store, protector, now }: EnrolRooms,
): Promise<CosignKeyFile> {
  const codeSm3 = toHex(sm3(new TextEncoder().encode(normalCode(code))));
  const finished = await finishCutOff(codeSm3, pin, { service, store, protector });
  if (finished !== undefined) return finished;
  const device = sm2GenerateKeyPair();
  const secret = randomBytes(32);
  const share = makeShare();
  const blind = randomBytes(32);
  const secrets: DeviceSecrets = { secret, device };
  try {
    const commitment = commitmentOf('point', blind, share.point);
    const begun = await service.ask(
      'begin',
      '',
      { code, device: device.publicKey, deviceName, place, commitment },
      device,
    );
    const { keyId, person } = begun;
    const bound = { keyId, personId: person.id, device: device.publicKey };
    if (!verifyShareProof(begun.point, begun.proof, proofContext('server', { ...bound, other: commitment }))) {
      throw new YqError('COSIGN_SERVER_FAULT');
    }
    const publicKey = jointPublicKey(share.share, begun.point);
    if (publicKey === undefined) throw new YqError('COSIGN_SERVER_FAULT');
    const proof = proveShare(share, proofContext('client', { ...bound, other: begun.point }));
    const pinText = pinProof(pin, secret, keyId);
    const opened = await service.ask('open', keyId, { point: share.point, proof, blind, pin: pinText }, device);
    if (!equalBytes(opened.publicKey, publicKey)) throw new YqError('COSIGN_SERVER_FAULT');
    const lock = { help: opened.help, proof: pinText, deviceSecret: secret, context: shareContext(keyId, 1) };
    const file: CosignKeyFile = {
      version: 1,
      place,
      keyId,
      url: service.url,
      person,
      publicKey,
      secrets: await protectedSecrets(secrets, protector),
      devicePublicKey: device.publicKey,
      share: { epoch: 1, locked: lockShare(share.share, lock), serverPoint: begun.point },
      next: null,
      certificate: null,
      chain: [],
      triesLeft: MAX_TRIES,
      serverFaults: 0,
      codeSm3,
      createdAt: now().toISOString(),
      refreshedAt: now().toISOString(),
    };
    await store.write(file);
    const key = new OpenKey({
      file,
      store,
      service,
      secrets,
      d1: share.share.slice(),
      session: opened.session,
      proof: pinText,
      help: opened.help,
    });
    try {
      return await certify(key, service, secrets);
    } finally {
      key.close();
    }
  } finally {
    wipe(share.share, blind);
  }
}

/** The key of this code that has everything but its certificate: the answer to the last message was lost. */
async function finishCutOff(
  codeSm3: string,
  pin: string,
  { service, store, protector }: Omit<EnrolRooms, 'now'>,
): Promise<CosignKeyFile | undefined> {
  for (const keyId of await store.list()) {
    const file = await store.read(keyId).catch(() => undefined);
    if (file === undefined || file.certificate !== null || file.codeSm3 !== codeSm3) continue;
    const secrets = await openSecrets(file, protector);
    try {
      const key = await openKey(keyId, pin, { store, service, secrets });
      try {
        return await certify(key, service, secrets);
      } finally {
        key.close();
      }
    } catch (e) {
      // The service knows nothing of it any more: it is begun anew.
      if (!isYqError(e) || e.code !== 'COSIGN_REFUSED') throw e;
      await store.remove(keyId);
    }
  }
  return undefined;
}

/** The request for the certificate is the first thing that both sides sign together: it proves that they can. */
export async function certify(key: OpenKey, service: CosignService, { device }: DeviceSecrets): Promise<CosignKeyFile> {
  const { publicKey, person, keyId } = key.file;
  const csr = await createCertificateRequest(
    {
      subject: [
        ['C', 'CN'],
        ['OU', person.department],
        ['CN', person.name],
      ],
    },
    {
      publicKey: readPublicKey(sm2Spki(publicKey)),
      digest: 'sm3',
      sign: async (info) => sm2SignatureToDer(await key.sign(info)),
    },
  );
  const { certificate, chain } = await service.ask('certificate', keyId, { csr }, device);
  await key.certified(certificate, chain);
  return key.file;
}

export async function protectedSecrets({ secret, device }: DeviceSecrets, protector: Protector): Promise<Uint8Array> {
  const plain = new Uint8Array(64);
  plain.set(secret);
  plain.set(device.privateKey, 32);
  try {
    return await protector.protect(plain);
  } finally {
    wipe(plain);
  }
}

/** @throws YqError COSIGN_KEY_FILE when they were made on another PC */
export async function openSecrets(file: CosignKeyFile, protector: Protector): Promise<DeviceSecrets> {
  const plain = await protector.unprotect(file.secrets).catch((cause: unknown) => {
    throw new YqError('COSIGN_KEY_FILE', { params: { file: file.keyId }, cause });
  });
  if (plain.length !== 64) throw new YqError('COSIGN_KEY_FILE', { params: { file: file.keyId } });
  const secrets = {
    secret: plain.slice(0, 32),
    device: { privateKey: plain.slice(32), publicKey: file.devicePublicKey },
  };
  wipe(plain);
  return secrets;
}
