/** The invented patients of the demo ward. */
import type { Patient } from '../../records/types.ts';
import { Times } from './times.ts';

const PATIENTS = {
  wang: ['王某某', 'wang mou mou', 'male', 63, '15', '0038271', 0],
  chen: ['陈某某', 'chen mou mou', 'female', 71, '08', '0038155', 3],
  zhou: ['周某', 'zhou mou', 'male', 58, '21', '0038240', 1],
  lin: ['林某某', 'lin mou mou', 'female', 66, '02', '0037986', 6],
  wu: ['吴某某', 'wu mou mou', 'male', 54, '17', '0038203', 2],
  he: ['何某', 'he mou', 'male', 49, '30', '0038284', 0],
  zheng: ['郑某某', 'zheng mou mou', 'male', 82, '11', '0037741', 12],
  feng: ['冯某', 'feng mou', 'female', 60, '05', '0037892', 8],
  xu: ['许某某', 'xu mou mou', 'male', 69, '26', '0038117', 4],
  shen: ['沈某', 'shen mou', 'female', 75, '19', '0038166', 3],
  han: ['韩某某', 'han mou mou', 'male', 45, '33', '0038290', 0],
  cao: ['曹某', 'cao mou', 'female', 57, '07', '0038279', 0],
} as const;

export type PatientKey = keyof typeof PATIENTS;

export function patient(key: PatientKey, times: Times): Patient {
  const [name, pinyin, sex, age, bed, admissionNumber, days] = PATIENTS[key];
  const admittedOn = Times.day(times.daysAgo(days, '08:40'));
  return { id: `P${admissionNumber}`, name, pinyin, sex, age, bed, admissionNumber, admittedOn };
}

/** All who lie on the ward. */
export const wardPatients = (times: Times): Patient[] =>
  (Object.keys(PATIENTS) as PatientKey[]).map((key) => patient(key, times));
