/** A locked desk answers nothing about patients until its person, or another, has proved who he is. */
import { YqError } from '#core/errors/index.ts';
import type { CallName } from '#shared/ipc.ts';
import type { Handlers } from '../ipc.ts';
import type { Session } from './session.ts';

/** What may be asked of a locked desk: nothing that shows or touches a patient's record. */
const openWhileLocked: ReadonlySet<CallName> = new Set<CallName>([
  'app:info',
  'settings:get',
  'settings:set',
  'session:get',
  'session:signIn',
  'session:signOut',
  'session:lock',
  'tokens:list',
  'cosign:enrol',
  // For a login; what a phone is to sign needs who is signed in.
  'phone:ask',
  'phone:cancel',
  'phone:copyLink',
  'health:get',
  'diagnose:run',
  'diagnose:copy',
  'store:notice',
  'store:seen',
]);

/** The same handlers; of a locked desk all but those reject with DESK_LOCKED. */
export const refusingWhileLocked = (handlers: Handlers, session: Pick<Session, 'isLocked'>): Handlers =>
  Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      (input: never) => {
        if (session.isLocked() && !openWhileLocked.has(name as CallName)) throw new YqError('DESK_LOCKED');
        return (handler as (input: never) => unknown)(input);
      },
    ]),
  ) as unknown as Handlers;
