/**
 * Sets up the demo: CA, the doctors with their keys, the work list of 李医师. What is there is kept, so it may run at every start.
 * Layout of `home`: backend/ (this backend's data), soft-token/, demo-ca/ (certificates for strangers), trust/ (what the desk trusts).
 */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { signPdf } from '#core/signing/index.ts';
import type { HttpClient, Signer } from '#core/pki/index.ts';
import type { KeyVault } from '../ca/keys.ts';
import { takeIn, type HandedIn } from '../records/intake.ts';
import type { SigningRule } from '../records/types.ts';
import { openRooms, type Rooms } from '../rooms.ts';
import { timeStampService } from '../tsa/service.ts';
import {
  ensureSoftToken,
  softTokenPlace,
  softwareDoctor,
  tokenDoctor,
  wardTokenPlace,
  type DemoToken,
  type SoftTokenPlace,
} from './doctor-keys.ts';
import { DEMO_PIN, DEMO_SO_PIN, DEMO_TOKEN_LABEL, PEOPLE, WARD_TOKENS } from './people.ts';
import { handwriting, isDrawn } from './pictures/handwriting.ts';
import { runningHand } from './pictures/running-hand.ts';
import { SEAL_MAKER } from '../seals/maker.ts';
import { fontBytes } from './records/fonts.ts';
import { DEPARTMENT_SEAL, HOSPITAL_SEAL, provideSeals } from './seals.ts';
import {
  contentOf,
  demoRecords,
  DEPARTMENT,
  renderRecord,
  Times,
  WARD,
  wardPatients,
  wardRecords,
  type DemoRecord,
  type DemoSigner,
  type DoctorKey,
} from './records/index.ts';

export interface ProvisionSettings {
  readonly home: string;
  readonly log?: (line: string) => void;
  readonly clock?: () => Date;
  readonly publicUrl?: string;
  /** Keys of the CA; closed at the end. */
  readonly vault?: KeyVault;
  /** The whole ward: keys for its other staff, and records in every state of their life. */
  readonly ward?: boolean;
  /** Throws away what an earlier run made: records, CA, keys on the soft token. */
  readonly reset?: boolean;
}

export const backendDir = (home: string): string => path.join(home, 'backend');

export async function provisionDemo(settings: ProvisionSettings): Promise<void> {
  const { home, log = () => undefined, clock = () => new Date(), publicUrl } = settings;
  if (settings.reset === true) await reset(home);
  const rooms = await openRooms({
    dataDir: backendDir(home),
    clock,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(settings.vault === undefined ? {} : { vault: settings.vault }),
  });
  try {
    await publishCertificates(rooms, home);
    putPeople(rooms);
    await provideTokens(rooms, settings, log);
    const times = new Times(clock());
    putPatients(rooms, times);
    const seeded = await seed(rooms, times, settings.ward === true);
    const sealed = await provideSeals(rooms, backendDir(home));
    await copyFile(caFile(home, SEAL_MAKER), path.join(home, 'demo-ca', `${SEAL_MAKER}.pem`));
    // Only this one makes seals here: the doctors' certificates chain to the same root.
    await mkdir(path.join(home, 'trust', SEAL_MAKERS), { recursive: true });
    await copyFile(caFile(home, SEAL_MAKER), path.join(home, 'trust', SEAL_MAKERS, `${SEAL_MAKER}.pem`));
    log(sealed === 0 ? 'seals: kept' : `seals: ${sealed} made (demonstration only)`);
    log(seeded === 0 ? `work list: ${rooms.register.count()} records, kept` : `work list: ${seeded} records made`);
  } finally {
    await rooms.close();
  }
}

async function reset(home: string): Promise<void> {
  for (const part of ['backend', 'demo-ca', path.join('soft-token', 'state'), path.join('soft-token', 'ward')]) {
    await rm(path.join(home, part), { recursive: true, force: true });
  }
  for (const name of [...TRUSTED, path.join(SEAL_MAKERS, SEAL_MAKER)]) {
    await rm(path.join(home, 'trust', `${name}.pem`), { force: true });
  }
}

/** The issuing CA of the seal maker goes along: a seal carries its maker's certificate alone. */
const TRUSTED = ['root', 'rsa-root', 'issuing'] as const;
const PUBLISHED = ['root', 'issuing', 'tsa', 'rsa-root', 'rsa-issuing', 'rsa-tsa'] as const;

/** Folder below the trust folder, as the desk and the command line read it. */
const SEAL_MAKERS = 'seal-makers';

const caFile = (home: string, name: string): string => path.join(backendDir(home), 'ca', `${name}.pem`);

async function publishCertificates(rooms: Rooms, home: string): Promise<void> {
  const [trust, published] = [path.join(home, 'trust'), path.join(home, 'demo-ca')];
  await Promise.all([mkdir(trust, { recursive: true }), mkdir(published, { recursive: true })]);
  for (const name of TRUSTED) await copyFile(caFile(home, name), path.join(trust, `${name}.pem`));
  for (const name of PUBLISHED) await copyFile(caFile(home, name), path.join(published, `${name}.pem`));
  for (const name of ['root', 'issuing', 'rsa-root', 'rsa-issuing'] as const) {
    await writeFile(path.join(published, `${name}.crl`), await rooms.revocation.crl(name));
  }
}

function putPeople(rooms: Rooms): void {
  for (const person of Object.values(PEOPLE)) {
    const known = rooms.persons.get(person.id);
    if (known === undefined) rooms.persons.put(person);
    if (rooms.persons.appearance(person.id) === undefined) {
      rooms.persons.setAppearance(person.id, signatureOf(person.name));
    }
  }
}

const signatureOf = (name: string): Uint8Array => (isDrawn(name) ? handwriting(name) : runningHand(name));

function putPatients(rooms: Rooms, times: Times): void {
  for (const patient of wardPatients(times)) rooms.register.putPatient(patient, DEPARTMENT, WARD);
}

/** Without a C compiler there is no soft token; the backend then works for whoever has another key. */
async function provideTokens(
  rooms: Rooms,
  { home, ward }: ProvisionSettings,
  log: (line: string) => void,
): Promise<void> {
  const place = softTokenPlace(home);
  try {
    await ensureSoftToken(place);
  } catch (e) {
    log(`no soft token: ${e instanceof Error ? e.message : String(e)}`);
    return;
  }
  const provide = async (at: SoftTokenPlace, token: DemoToken): Promise<void> => {
    const done = await tokenDoctor(rooms, at, token);
    log(`demo key “${token.label}” ${done}; PIN ${DEMO_PIN}, SO PIN ${DEMO_SO_PIN} (demonstration only)`);
  };
  await provide(place, { doctor: 'li', label: DEMO_TOKEN_LABEL, slot: 0 });
  if (ward !== true) return;
  for (const [slot, token] of WARD_TOKENS.entries()) await provide(wardTokenPlace(home), { ...token, slot });
}

/** Gives the number of records made. */
async function seed(rooms: Rooms, times: Times, ward: boolean): Promise<number> {
  const all = [...demoRecords(times), ...(ward ? wardRecords(times) : [])];
  const missing = all.filter((r) => !rooms.register.has(r.id, r.version));
  if (missing.length === 0) return 0;
  const work = await mkdtemp(path.join(os.tmpdir(), 'yiqian-demo-'));
  try {
    for (const record of missing) await seedRecord(rooms, times, record, work);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return missing.length;
}

const idOf = (record: DemoRecord): string | undefined =>
  record.writer === undefined
    ? Object.values(PEOPLE).find((p) => p.name === record.author)?.id
    : PEOPLE[record.writer].id;

async function seedRecord(rooms: Rooms, times: Times, record: DemoRecord, work: string): Promise<void> {
  const content = contentOf(record, times);
  const rendered = await renderRecord(record, times);
  const { sm3, size } = await rooms.documents.put(rendered.bytes);
  const ruleOf = ({ role, layout, seal, rule }: DemoSigner): SigningRule => ({
    placement: rendered.signatures.find((s) => s.role === role)?.placement ?? null,
    layout: layout ?? null,
    seal: seal === undefined ? null : { hospital: HOSPITAL_SEAL, department: DEPARTMENT_SEAL }[seal],
    text: rule ?? { zh: `按“${role}：”定位`, en: `Placed at “${role}：”` },
    appearance: 'handwriting',
    role,
  });
  const version: HandedIn = {
    id: record.id,
    version: record.version,
    type: record.type,
    title: record.type,
    department: PEOPLE.li.department,
    ward: PEOPLE.li.ward,
    patient: record.patient,
    author: record.author,
    authorId: idOf(record),
    submittedAt: times.ago(record.minutesAgo).toISOString(),
    urgent: record.urgent ?? false,
    mustReview: false,
    eventAt: record.eventAgo === undefined ? undefined : times.ago(record.eventAgo).toISOString(),
    changes: record.changes?.(times) ?? [],
    signers: record.signers.map((signer) => ({ personId: PEOPLE[signer.doctor].id, rule: ruleOf(signer) })),
    content: JSON.stringify(content),
  };
  const signed = await signedBefore(rooms, times, record, version, { sm3, size, work });
  rooms.store.transaction(() => {
    takeIn(rooms, version, { sm3, size });
    const act = { version: record.version } as const;
    for (const [level, done] of signed.entries()) {
      rooms.register.sign(record.id, record.version, level, done);
      const { sm3Before, sm3After, certificateSerial, receivedAt: at } = done;
      const person = version.signers[level]?.personId ?? null;
      rooms.trace.add(record.id, {
        ...act,
        at,
        person,
        act: 'signed',
        detail: { sm3Before, sm3After, certificateSerial },
      });
    }
    if (record.returned === undefined) return;
    const at = times.ago(record.minutesAgo / 2).toISOString();
    const person = version.signers[signed.length]?.personId ?? null;
    rooms.register.close(record.id, record.version, signed.length, 'returned', record.returned, at);
    rooms.trace.add(record.id, { ...act, at, person, act: 'returned', detail: { reason: record.returned } });
  });
}

type Signed = Parameters<Rooms['register']['sign']>[3];

/** Seconds after it was submitted, one level after the other. */
const SIGNED_AFTER = 20;

/** All but the last of the signers have signed. */
async function signedBefore(
  rooms: Rooms,
  times: Times,
  record: DemoRecord,
  version: HandedIn,
  document: { sm3: string; size: number; work: string },
): Promise<Signed[]> {
  const signed: Signed[] = [];
  let sm3 = document.sm3;
  const count = record.signed ?? record.signers.length - 1;
  for (const [level, { doctor }] of record.signers.slice(0, count).entries()) {
    const at = times.ago(record.minutesAgo - ((level + 1) * SIGNED_AFTER) / 60);
    const target = path.join(document.work, `${record.id}-${level}.pdf`);
    const signer = await softwareDoctor(rooms, doctor);
    const result = await sign(rooms, {
      source: rooms.documents.path(sm3),
      target,
      signer,
      doctor,
      at,
      rule: version.signers[level]?.rule,
    });
    const kept = await rooms.documents.takeFile(target);
    signed.push({
      sm3Before: sm3,
      sm3After: kept.sm3,
      size: kept.size,
      certificateSerial: result.certificateSerial,
      receivedAt: at.toISOString(),
      signedAt: (result.trustedTime ?? at).toISOString(),
      trusted: result.trustedTime !== undefined,
    });
    sm3 = kept.sm3;
  }
  return signed;
}

interface DemoSignature {
  readonly source: string;
  readonly target: string;
  readonly signer: Signer;
  readonly doctor: DoctorKey;
  readonly at: Date;
  readonly rule: SigningRule | undefined;
}

/** Through core/signing with a time stamp, as the desk does it; the time stamp service is asked in this process, at the time told. */
async function sign(rooms: Rooms, { source, target, signer, doctor, at, rule }: DemoSignature) {
  const clock = (): Date => at;
  const tsa = timeStampService({ hierarchies: rooms.hierarchies, serials: rooms.timeStampSerials, clock });
  const http: HttpClient = async ({ body }) => ({
    status: 200,
    headers: { 'content-type': 'application/timestamp-reply' },
    body: await tsa.answer(body ?? new Uint8Array()),
  });
  const trust = { ...(await rooms.trust.material()), crls: [] };
  const placement = rule?.placement ?? undefined;
  return signPdf({
    source,
    target,
    signer,
    trust,
    http,
    now: clock,
    reason: rule?.role ?? '',
    tsa: { url: 'urn:yiqian:in-process', roots: trust },
    ...(placement === undefined ? {} : { placement, appearance: appearanceOf(doctor, at) }),
  });
}

/** As the desk sets it: handwriting, and under it name and local time (UTC+8). */
function appearanceOf(doctor: DoctorKey, at: Date) {
  const { name } = PEOPLE[doctor];
  const local = new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
  return { image: signatureOf(name), lines: [`${name}  ${local}`], font: fontBytes('regular') };
}
