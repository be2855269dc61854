/** The bridge of the patient's window: six calls about the one form that is shown, and nothing of the desk's. */
import { contextBridge } from 'electron';
import { patientCalls, patientEvents, type PatientApi } from '#shared/consent.ts';
import { bridge } from './bridge.ts';

const { call, on } = bridge(patientCalls, patientEvents);
const api: PatientApi = { call: call as PatientApi['call'], on: on as PatientApi['on'] };

contextBridge.exposeInMainWorld('yiqianPatient', api);
