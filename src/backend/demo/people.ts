/** The invented staff of the demo. 李医师 signs with the soft token; the other doctors have signed before her, with keys kept in the backend. */
import type { Person } from '../login/persons.ts';
import { DEPARTMENT, WARD, type DoctorKey } from './records/index.ts';

const person = (id: string, name: string, title: string): Person => ({
  id,
  name,
  title,
  department: DEPARTMENT,
  ward: WARD,
});

export const PEOPLE: Readonly<Record<DoctorKey, Person>> = {
  li: person('10023', '李医师', '主治医师'),
  zhao: person('10087', '赵医师', '住院医师'),
  sun: person('10064', '孙医师', '住院医师'),
  qian: person('10071', '钱医师', '住院医师'),
  zhou: person('10003', '周主任', '主任医师'),
  fang: person('20115', '方实习', '实习医师'),
  wu: person('30027', '吴护士', '护士'),
};

/** Of the demo token; printed by the set-up. */
export const DEMO_PIN = '123456';
export const DEMO_SO_PIN = '12345678';
/** At most 32 bytes of UTF-8 (PKCS#11 CK_TOKEN_INFO). */
export const DEMO_TOKEN_LABEL = '李医师 演示密钥';

/** Keys of the ward's other staff, one slot each; they lie in a state folder of their own. */
export const WARD_TOKENS: readonly { readonly doctor: DoctorKey; readonly label: string }[] = (
  ['zhao', 'zhou', 'fang', 'wu'] as const
).map((doctor) => ({ doctor, label: `${PEOPLE[doctor].name} 演示密钥` }));
