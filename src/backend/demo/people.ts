/** The invented doctors of the demo. 李医师 signs with the soft token; the others have signed before her, with keys kept in the backend. */
import type { Person } from '../login/persons.ts';
import { DEPARTMENT, WARD, type DoctorKey } from './records/index.ts';

export const PEOPLE: Readonly<Record<DoctorKey, Person>> = {
  li: { id: '10023', name: '李医师', title: '主治医师', department: DEPARTMENT, ward: WARD },
  zhao: { id: '10087', name: '赵医师', title: '住院医师', department: DEPARTMENT, ward: WARD },
  sun: { id: '10064', name: '孙医师', title: '住院医师', department: DEPARTMENT, ward: WARD },
  qian: { id: '10071', name: '钱医师', title: '住院医师', department: DEPARTMENT, ward: WARD },
};

/** Of the demo token; printed by the set-up. */
export const DEMO_PIN = '123456';
export const DEMO_SO_PIN = '12345678';
/** At most 32 bytes of UTF-8 (PKCS#11 CK_TOKEN_INFO). */
export const DEMO_TOKEN_LABEL = '李医师 演示密钥';
