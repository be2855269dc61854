/** A record service with the demo's people and as many records for 李医师 as a test wants, and a control file for his soft token. */
import { openHospitalProcess, type HospitalProcess } from '../../chaos/hospital-process.ts';
import { addRecords } from '../../chaos/records.ts';
import { tokenControl } from '../../chaos/token-control.ts';

export interface TestHospital extends HospitalProcess {
  /** Faults of the key; without lines it is in and has none. */
  key(...lines: readonly string[]): void;
}

export async function hospitalWith(records: number | ((home: string) => Promise<void>)): Promise<TestHospital> {
  const hospital = await openHospitalProcess(typeof records === 'number' ? addRecords(records) : records);
  const key = (...lines: readonly string[]): void => tokenControl(hospital.tokenState, ...lines);
  key();
  return Object.defineProperties({ key } as TestHospital, {
    ...Object.getOwnPropertyDescriptors(hospital),
  });
}
