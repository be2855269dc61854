/** Records with a text, as a record system hands them in: a form in sections, a chain of signers with their levels. */
import { Recorder, type Content } from '../../src/backend/demo/records/content.ts';
import { renderContent } from '../../src/backend/demo/records/draw.ts';
import { takeIn } from '../../src/backend/records/intake.ts';
import type { Level } from '../../src/backend/records/types.ts';
import { hexSm3, type Answer, type Doctor, type Hospital } from './hospital.ts';

export const PATIENT = {
  id: 'P0038271',
  name: '王某某',
  pinyin: 'wang mou mou',
  sex: 'male',
  age: 63,
  bed: '15',
  admissionNumber: '0038271',
  admittedOn: '2026-11-22',
} as const;

export interface Line {
  readonly doctor: Doctor;
  readonly role: string;
  readonly level?: Level;
}

export interface Written {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly sm3: string;
}

export interface Writing {
  readonly type?: string;
  readonly author?: Doctor;
  readonly eventAt?: string;
  readonly urgent?: boolean;
}

export async function write(
  hospital: Hospital,
  id: string,
  lines: readonly Line[],
  { type = '日常病程记录', author = lines[0]!.doctor, eventAt, urgent = false }: Writing = {},
): Promise<Written> {
  const recorder = new Recorder();
  recorder.fields([[['记录时间', '2026-11-22 10:00']]]);
  recorder.paragraph('反复胸闷 3 年，加重 2 天。', { label: '主诉：', indent: 0 });
  recorder.heading('一、初步诊断');
  recorder.items(['冠心病，心功能 II 级；', '高血压 3 级。']);
  recorder.heading('二、分析');
  recorder.paragraph('劳力性胸闷加重，心电图有缺血改变。');
  recorder.paragraph('肌钙蛋白阴性，暂不支持心肌梗死。');
  recorder.signatures(
    lines.map((l) => l.role),
    '2026 年 11 月 22 日 10:00',
  );
  const content: Content = {
    head: {
      hospital: '示范医院',
      title: type,
      department: '心血管内科',
      ward: '三病区',
      patient: PATIENT,
      formNumber: 'T-1',
    },
    orientation: 'portrait',
    made: hospital.now.toISOString(),
    titles: recorder.titles,
    ops: recorder.ops,
  };
  const { bytes, signatures } = await renderContent(content);
  const { rooms } = hospital.backend;
  const document = await rooms.documents.put(bytes);
  const placeOf = (role: string) => signatures.find((s) => s.role === role)?.placement ?? null;
  takeIn(
    rooms,
    {
      id,
      version: 1,
      type,
      title: type,
      department: '心血管内科',
      ward: '三病区',
      patient: PATIENT,
      author: author.person.name,
      authorId: author.person.id,
      submittedAt: hospital.now.toISOString(),
      urgent,
      mustReview: false,
      eventAt,
      changes: [],
      signers: lines.map(({ doctor, role, level }) => ({
        personId: doctor.person.id,
        level,
        rule: {
          placement: placeOf(role),
          layout: null,
          seal: null,
          text: { zh: `按“${role}：”定位`, en: `Placed at “${role}：”` },
          appearance: 'none',
          role,
        },
      })),
      content: JSON.stringify(content),
    },
    document,
  );
  return { id, bytes, sm3: document.sm3 };
}

/** Fetches a version as the desk does, signs it in its place and hands it in. */
export async function signVersion(
  hospital: Hospital,
  doctor: Doctor,
  token: string,
  id: string,
  version: number,
): Promise<{ answer: Answer; before: string; signed: Uint8Array }> {
  const { json } = await hospital.call('GET', `/api/v1/records/${id}/versions/${version}`, { token });
  const pdf = (await hospital.call('GET', json.document.url, { token })).bytes;
  const signed = await hospital.sign(doctor, pdf, { placement: json.rule.placement, reason: json.rule.role });
  const answer = await hospital.upload(token, id, version, hexSm3(pdf), signed);
  return { answer, before: hexSm3(pdf), signed };
}
