/** Names of the channels on which main tells the window something; calls use their own name as channel. */
import type { EventName } from './ipc.ts';

export const eventChannel = (name: EventName): string => `event:${name}`;
