/**
 * The seals of the demo: the hospital's round seal (42 mm), the department's seal, and a name seal for each doctor. All names in them
 * are invented and say 演示; the maker's certificate is under the demo CA, so nobody else takes them for real.
 */
import { Certificate, type Signer } from '#core/pki/index.ts';
import { drawSeal, makeSeal, sealLists, type SealDrawing, type SealRequest } from '#core/seal/index.ts';
import type { Rooms } from '../rooms.ts';
import { openSealMaker } from '../seals/maker.ts';
import { softwareDoctor } from './doctor-keys.ts';
import { PEOPLE } from './people.ts';
import { fontBytes } from './records/fonts.ts';
import { DEPARTMENT, HOSPITAL, type DoctorKey } from './records/index.ts';

interface DemoSeal {
  /** esID. */
  readonly id: string;
  readonly name: string;
  /** Business defined: 1 an organisation's, 2 a person's. */
  readonly type: 1 | 2;
  readonly drawing: SealDrawing;
  readonly holders: readonly DoctorKey[];
}

const DOCTORS: readonly DoctorKey[] = ['li', 'zhao', 'sun', 'qian'];

export const HOSPITAL_SEAL = 'DEMO-HOSPITAL-0001';
export const DEPARTMENT_SEAL = 'DEMO-DEPARTMENT-0001';
export const nameSealId = (doctor: DoctorKey): string => `DEMO-NAME-${PEOPLE[doctor].id}`;

const DEMO_SEALS: readonly DemoSeal[] = [
  {
    id: HOSPITAL_SEAL,
    name: `${HOSPITAL}病历专用章（演示）`,
    type: 1,
    drawing: {
      kind: 'round',
      organisation: HOSPITAL,
      centre: '病历专用章（演示）',
      number: '0000000000000',
      diameterMm: 42,
    },
    holders: DOCTORS,
  },
  {
    id: DEPARTMENT_SEAL,
    name: `${HOSPITAL}${DEPARTMENT}（演示）`,
    type: 1,
    drawing: { kind: 'department', organisation: HOSPITAL, department: `${DEPARTMENT}（演示）`, widthMm: 45 },
    holders: DOCTORS,
  },
  ...DOCTORS.map((doctor): DemoSeal => ({
    id: nameSealId(doctor),
    name: `${PEOPLE[doctor].name}（演示）`,
    type: 2,
    drawing: { kind: 'name', name: `${PEOPLE[doctor].name}演示`, sideMm: 18 },
    holders: [doctor],
  })),
];

/** Makes the seals that are missing, have expired or do not list their holders' present certificates. Gives the number made. */
export async function provideSeals(rooms: Rooms, dataDir: string): Promise<number> {
  const certificates = new Map<DoctorKey, Certificate>();
  for (const doctor of DOCTORS) {
    const certificate = await certificateOf(rooms, doctor);
    if (certificate !== undefined) certificates.set(doctor, certificate);
  }
  const maker = await openSealMaker(rooms, dataDir, HOSPITAL);
  let made = 0;
  for (const wanted of DEMO_SEALS) {
    const holders = wanted.holders.flatMap((doctor) => certificates.get(doctor) ?? []);
    if (holders.length === 0 || isKept(rooms, wanted.id, holders)) continue;
    rooms.seals.put(await makeSeal(requestOf(wanted, holders, maker, rooms.clock()), maker));
    made++;
  }
  return made;
}

/** 李医师's is on the token, where there is one; the others' are issued on the first call. */
async function certificateOf(rooms: Rooms, doctor: DoctorKey): Promise<Certificate | undefined> {
  if (doctor !== 'li') return (await softwareDoctor(rooms, doctor)).certificate;
  const newest = rooms.persons.certificates(PEOPLE.li.id).at(-1);
  return newest === undefined ? undefined : Certificate.parse(newest);
}

function isKept(rooms: Rooms, id: string, holders: readonly Certificate[]): boolean {
  const kept = rooms.seals.get(id);
  return kept !== undefined && kept.validTo > rooms.clock() && holders.every((h) => sealLists(kept, h.der) === true);
}

function requestOf(
  { id, name, type, drawing }: DemoSeal,
  holders: readonly Certificate[],
  maker: Signer,
  now: Date,
): SealRequest {
  const { svg, widthMm, heightMm } = drawSeal(drawing, { text: fontBytes('bold') });
  const ends = [maker.certificate, ...holders].map((c) => c.notAfter.getTime());
  return {
    version: 4,
    id,
    vendor: 'YIQIAN-DEMO',
    type,
    name,
    signers: { kind: 'certificates', certificates: holders },
    createdAt: now,
    validFrom: now,
    validTo: new Date(Math.min(...ends)),
    picture: {
      format: 'SVG',
      data: new TextEncoder().encode(svg),
      widthMm: Math.round(widthMm),
      heightMm: Math.round(heightMm),
    },
  };
}
