/** Names of the channels on which main tells the windows something; calls use their own name as channel. */
import type { PatientEventName } from './consent.ts';
import type { EventName } from './ipc.ts';

export const eventChannel = (name: EventName | PatientEventName): string => `event:${name}`;
