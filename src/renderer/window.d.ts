import type { PatientApi } from '#shared/consent.ts';
import type { DeskApi } from '#shared/ipc.ts';

declare global {
  interface Window {
    /** Of the desk's window. */
    readonly yiqian: DeskApi;
    /** Of the patient's window, and of no other. */
    readonly yiqianPatient: PatientApi;
  }
}
