/** Phones at the desk: signing in and signing by scanning (docs/design/026). */
export { endingRequests, phoneHandlers } from './calls.ts';
export { deskName } from './desk-name.ts';
export { isPhoneToken } from './tickets.ts';
export { createPhoneRoom, type PhoneRoom, type PhoneRoomDeps } from './room.ts';
export { openLists, type OpenListsDeps } from './open-lists.ts';
