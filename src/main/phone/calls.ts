/** What the window asks about phones (docs/design/026). */
import { normalCode } from '#core/token/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { PhoneKey } from '#shared/phone.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { DeskPorts } from '../desk/ports.ts';
import type { Session } from '../desk/session.ts';
import type { Handlers } from '../ipc.ts';
import type { PhoneRoom } from './room.ts';

type PhoneHandlers = Pick<Handlers, Extract<keyof Handlers, `phone:${string}`>>;

export interface PhoneCallsDeps {
  readonly ports: Pick<DeskPorts, 'backend' | 'configuration' | 'copyText' | 'log' | 'redact'>;
  readonly session: Pick<Session, 'identity'>;
  readonly audit: Pick<AuditLog, 'note'>;
  /** Absent: a desk that was not given phones. */
  readonly room: PhoneRoom | undefined;
}

export function phoneHandlers({ ports, session, audit, room: given }: PhoneCallsDeps): PhoneHandlers {
  const room = (): PhoneRoom => {
    if (given === undefined) throw new YqError('IPC_REJECTED', { detail: 'no phones here' });
    return given;
  };
  const mine = async (bearer: string): Promise<{ keys: PhoneKey[] }> => ({
    keys: [...(await ports.backend.cosignMine(bearer))],
  });
  return {
    'phone:ask': (input) => room().ask(input),
    'phone:cancel': ({ requestId }) => {
      room().cancel(requestId);
      return undefined;
    },
    'phone:copyLink': ({ requestId }) => {
      const link = room().link(requestId);
      if (link === undefined) throw new YqError('PHONE_OVER');
      ports.copyText(link);
      return undefined;
    },
    'phone:enrolCode': async () => {
      const { bearer } = session.identity();
      audit.note({ act: 'phone-code', subject: 'mine', result: 'done' });
      const { code, expiresAt } = await ports.backend.cosignCode(bearer, null);
      ports.redact.learn([code, normalCode(code)]);
      return { code, qr: `${ports.configuration.phoneUrl.value}/phone/#e=${normalCode(code)}`, expiresAt };
    },
    'phone:mine': () => mine(session.identity().bearer),
    'phone:stop': async ({ keyId, reason }) => {
      const { bearer } = session.identity();
      audit.note({ act: 'phone-stop', subject: keyId, result: 'begun' });
      await ports.backend.cosignStop(bearer, keyId, reason);
      audit.note({ act: 'phone-stop', subject: keyId, result: 'done' });
      ports.log.write('info', 'phone stopped');
      return mine(bearer);
    },
  };
}

/** Calls that take a ticket in the PIN's place; only `batch:start` answers while the list is still being signed. */
const takesTicket = ['session:signIn', 'sign:approve', 'batch:start', 'consent:finish', 'consent:complete'] as const;

/** The same handlers: when such a call is over, so is the request that its ticket came from. */
export function endingRequests(handlers: Handlers, room: PhoneRoom | undefined): Handlers {
  if (room === undefined) return handlers;
  const wrapped = takesTicket.map((name) => {
    const handler = handlers[name] as (input: { readonly pin: string }) => unknown;
    const run = async (input: { readonly pin: string }): Promise<unknown> => {
      let runsOn = false;
      try {
        const answer = await handler(input);
        runsOn = name === 'batch:start';
        return answer;
      } finally {
        if (!runsOn) room.letGo(input.pin);
      }
    };
    return [name, run] as const;
  });
  return { ...handlers, ...Object.fromEntries(wrapped) };
}
