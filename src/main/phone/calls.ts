/** What the window asks about phones (docs/design/026). */
import { YqError } from '#core/errors/index.ts';
import type { Handlers } from '../ipc.ts';

type PhoneHandlers = Pick<Handlers, Extract<keyof Handlers, `phone:${string}`>>;

/** A desk that was not given phones. */
export function phoneHandlers(): PhoneHandlers {
  const none = (): never => {
    throw new YqError('IPC_REJECTED', { detail: 'no phones here' });
  };
  return {
    'phone:ask': none,
    'phone:cancel': none,
    'phone:enrolCode': none,
    'phone:mine': none,
    'phone:stop': none,
  };
}
