/**
 * A phone's approval comes to the desk as a ticket that takes the PIN's place in one call (docs/design/026). Here is what keeps the two
 * apart: a ticket never reaches a driver, where it would cost a PIN try, and a PIN never reaches a phone.
 */
import { YqError } from '#core/errors/index.ts';

/** As core/token/phone makes them: 128 random bits. */
const TICKET = /^phone:[A-Za-z0-9_-]{22}$/;

/** By its id, where no token is open. */
export const isPhoneToken = (tokenId: string): boolean => tokenId.startsWith('phone:');

export const isTicket = (pin: string): boolean => TICKET.test(pin);

/** Throws PHONE_TICKET where a PIN is asked for and a ticket was given. */
export function requirePin(pin: string): void {
  if (isTicket(pin)) throw new YqError('PHONE_TICKET', { detail: 'a ticket in place of a PIN' });
}
