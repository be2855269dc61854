/** The demo records, newest first. All persons and findings are invented. */
import type { DemoRecord } from './demo-record.ts';
import { ecgReport } from './ecg.ts';
import { standingOrders } from './orders.ts';
import { procedureNotes } from './procedure-notes.ts';
import { progressNotes } from './progress-notes.ts';
import { stayNotes } from './stay-notes.ts';
import type { Times } from './times.ts';

export { wardPatients } from './patients.ts';
export { wardRecords } from './ward.ts';
export { demoForms } from './draw.ts';
export {
  contentOf,
  DEPARTMENT,
  HOSPITAL,
  renderRecord,
  WARD,
  type DemoRecord,
  type DemoSigner,
  type DoctorKey,
} from './demo-record.ts';
export { Times } from './times.ts';

export function demoRecords(times: Times): DemoRecord[] {
  return [
    ...progressNotes(times),
    standingOrders(times),
    ...procedureNotes(times),
    ecgReport(times),
    ...stayNotes(times),
  ].sort((a, b) => a.minutesAgo - b.minutesAgo);
}
