/** The desk's side of signing by phone: asks, follows, and gives a phone's key to the flows as a token among the others. */
export { phoneProvider, type PhoneAsked, type PhoneProvider, type PhoneSettings } from './provider.ts';
export type { PhoneApproved, PhoneProgress } from './running-request.ts';
