/** Keys and certificates of the demo doctors: one on the soft token, through PKCS#11 as on a real key, the others in PKCS#8 files. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { toHex } from '#core/crypto/index.ts';
import {
  Certificate,
  createCertificateRequest,
  readPublicKey,
  sm2Spki,
  type KeySigner,
  type Signer,
} from '#core/pki/index.ts';
import { forkHost, loadProfiles, pkcs11Provider, signWith } from '#core/token/index.ts';
import type { Rooms } from '../rooms.ts';
import { DEMO_PIN, DEMO_SO_PIN, PEOPLE } from './people.ts';
import type { DoctorKey } from './records/index.ts';

const DRIVER = 'soft';
const PROFILE = 'yiqian-soft';
const KEY_LABEL = '签名密钥';

/** A doctor whose key the backend keeps; certificate issued on the first call. */
export async function softwareDoctor(rooms: Rooms, doctor: DoctorKey): Promise<Signer> {
  const person = PEOPLE[doctor];
  const key = await rooms.vault.key(`doctor-${doctor}`, 'sm2');
  const certificate = registered(rooms, person.id, key.publicKey.spki) ?? (await issue(rooms, doctor, key));
  const chain = rooms.hierarchies.filter((h) => h.kind === 'sm2').map((h) => h.issuing.certificate);
  return { certificate, chain, digest: key.digest, sign: (bytes) => key.sign(bytes) };
}

export interface SoftTokenPlace {
  /** The built library. */
  readonly library: string;
  /** Its state directory. */
  readonly stateDir: string;
}

export interface DemoToken {
  readonly doctor: DoctorKey;
  readonly label: string;
  /** Of the state directory; four at most. */
  readonly slot: number;
}

/** Sets up a token with its doctor's key and certificate; one that has them is left alone. Says what it did. */
export async function tokenDoctor(rooms: Rooms, place: SoftTokenPlace, wanted: DemoToken): Promise<'made' | 'kept'> {
  // The token shows a slot when its folder is there.
  await mkdir(path.join(place.stateDir, `slot${wanted.slot}`), { recursive: true, mode: 0o700 });
  const profiles = await loadProfiles(fileURLToPath(new URL('../../../resources/vendor-profiles/', import.meta.url)));
  const provider = pkcs11Provider({
    drivers: [{ id: DRIVER, path: place.library, profile: PROFILE, env: { YIQIAN_SOFT_TOKEN_DIR: place.stateDir } }],
    profiles,
    spawnHost: forkHost(),
    pollMs: 0,
  });
  try {
    const present = (await provider.list()).find((t) => t.label === wanted.label);
    const target = present?.id ?? { driver: DRIVER, slot: wanted.slot };
    const admin = provider.admin(target);
    const info = present ?? (await admin.initialize({ label: wanted.label, soPin: DEMO_SO_PIN, userPin: DEMO_PIN }));
    const token = await provider.open(info.id);
    // Looked at without the PIN: it may have been changed since, and every wrong try counts.
    const listed = await token.certificates();
    if (listed.some((k) => k.certificate !== undefined && isRegistered(rooms, k.certificate))) return 'kept';
    await token.login(DEMO_PIN);
    const work = provider.admin(info.id);
    const pair = await work.generateSm2KeyPair({ pin: DEMO_PIN, label: KEY_LABEL });
    const own = (await token.certificates()).find((k) => k.keyId.toUpperCase() === toHex(pair.ckaId));
    if (own === undefined) throw new Error('the new key is not on the token');
    const certificate = await issue(rooms, wanted.doctor, requestKey(pair.publicKey, signWith(token, own)));
    await work.importCertificate({ pin: DEMO_PIN, ckaId: pair.ckaId, der: certificate.der, label: KEY_LABEL });
    await token.close();
    return 'made';
  } finally {
    await provider.close();
  }
}

export const softTokenPlace = (home: string): SoftTokenPlace => ({
  library: path.join(home, 'soft-token', 'libyiqian-soft.so'),
  stateDir: path.join(home, 'soft-token', 'state'),
});

/** The ward's other keys: the same library, another state directory. Only who loads it as a second driver sees them. */
export const wardTokenPlace = (home: string): SoftTokenPlace => ({
  library: softTokenPlace(home).library,
  stateDir: path.join(home, 'soft-token', 'ward'),
});

/** Builds the library where it is missing. @throws when there is no C compiler, with the words of the build script */
export async function ensureSoftToken({ library }: SoftTokenPlace): Promise<void> {
  if (existsSync(library)) return;
  const script = new URL('../../../resources/soft-token/build.mjs', import.meta.url).href;
  const { buildSoftToken } = (await import(script)) as { buildSoftToken: (o: { outDir: string }) => unknown };
  buildSoftToken({ outDir: path.dirname(library) });
}

function requestKey(point: Uint8Array, sign: KeySigner['sign']): KeySigner {
  return { publicKey: readPublicKey(sm2Spki(point)), digest: 'sm3', sign };
}

/** CSR by the key itself, certificate by the issuing CA, person put on the register. */
async function issue(rooms: Rooms, doctor: DoctorKey, key: KeySigner): Promise<Certificate> {
  const person = PEOPLE[doctor];
  const csr = await createCertificateRequest({ subject: [['CN', person.name]] }, key);
  const { certificate } = await rooms.authority.issue(csr, { person });
  rooms.persons.register(person.id, certificate);
  return certificate;
}

const isRegistered = (rooms: Rooms, certificate: Certificate): boolean =>
  rooms.persons.byCertificate(certificate) !== undefined && certificate.notAfter > rooms.clock();

function registered(rooms: Rooms, personId: string, spki: Uint8Array): Certificate | undefined {
  return rooms.persons
    .certificates(personId)
    .map((der) => Certificate.parse(der))
    .find((c) => Buffer.compare(c.publicKey.spki, spki) === 0 && c.notAfter > rooms.clock());
}
